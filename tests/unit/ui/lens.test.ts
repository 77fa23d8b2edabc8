import { describe, expect, it } from 'vitest';
import { lensOf, light, zoomTo } from '../../../src/ui/studio/lens.ts';

/** A camera's track that says these things of itself, and keeps what it is asked for. */
function trackOf(capabilities: object, settings: object = {}, asked: unknown[] = []): MediaStreamTrack {
  return {
    getCapabilities: () => capabilities,
    getSettings: () => settings,
    getConstraints: () => ({ width: 640 }),
    applyConstraints: (constraints: unknown) => Promise.resolve(void asked.push(constraints)),
  } as unknown as MediaStreamTrack;
}

describe('lensOf', () => {
  it('has neither light nor zoom where the device, or the browser, tells of none', () => {
    const none = { isLit: undefined, zoom: undefined };
    expect(lensOf(undefined)).toEqual(none);
    expect(lensOf({} as MediaStreamTrack)).toEqual(none);
    expect(lensOf(trackOf({}))).toEqual(none);
    expect(lensOf(trackOf({ torch: false, zoom: { min: 1, max: 1 } }))).toEqual(none);
    expect(lensOf(trackOf({ torch: [false] }))).toEqual(none);
  });

  it('reads a light told as a value or as a list, and whether it is on', () => {
    expect(lensOf(trackOf({ torch: true })).isLit).toBe(false);
    expect(lensOf(trackOf({ torch: [true, false] }, { torch: true })).isLit).toBe(true);
  });

  it('reads the zoom, in steps of its own where the device has none', () => {
    expect(lensOf(trackOf({ zoom: { min: 1, max: 5, step: 0.1 } }, { zoom: 2 })).zoom).toEqual({
      min: 1,
      max: 5,
      step: 0.1,
      value: 2,
    });
    expect(lensOf(trackOf({ zoom: { min: 100, max: 400, step: 0 } })).zoom).toEqual({
      min: 100,
      max: 400,
      step: 3,
      value: 100,
    });
  });
});

it('keeps what was asked of the camera before when its light or zoom is changed', async () => {
  const asked: unknown[] = [];
  const track = trackOf({}, {}, asked);
  await light(track, true);
  await zoomTo(track, 3);
  expect(asked).toEqual([
    { width: 640, advanced: [{ torch: true }] },
    { width: 640, advanced: [{ zoom: 3 }] },
  ]);
});
