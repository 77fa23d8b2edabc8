import { describe, expect, it } from 'vitest';
import { cropFor, stageLayout, type Box, type Side } from '../../../src/base/stage-layout.ts';

const FRAMES = [
  { width: 640, height: 360 },
  { width: 360, height: 640 },
  { width: 1920, height: 1080 },
  { width: 500, height: 500 },
  { width: 1280, height: 400 },
];
const BOTH: Side[] = ['guest', 'inset'];

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe('where pictures stand', () => {
  it('leaves the whole frame to a picture that is alone', () => {
    const frame = { width: 640, height: 360 };
    expect(stageLayout(frame, [], false)).toEqual({ main: { x: 0, y: 0, ...frame }, isSplit: false });
  });

  it.each(FRAMES)('shares $width x $height between two faces, equally and without overlap', (frame) => {
    const { main, guest, isSplit } = stageLayout(frame, ['guest'], false);
    expect(isSplit).toBe(true);
    expect({ width: guest!.width, height: guest!.height }).toEqual({
      width: main.width,
      height: main.height,
    });
    expect(overlap(main, guest!)).toBe(false);
    expect([guest!.x + guest!.width, guest!.y + guest!.height]).toEqual([frame.width, frame.height]);
    // Beside each other where it is wide, and one over the other where it is tall.
    expect(guest!.y === 0).toBe(frame.width >= frame.height);
    expect((main.width * main.height * 2) / (frame.width * frame.height)).toBeGreaterThan(0.98);
  });

  it.each(FRAMES)('keeps a screen of $width x $height whole, with faces in its lower corners', (frame) => {
    const { main, guest, inset, isSplit } = stageLayout(frame, BOTH, true);
    expect([main, isSplit]).toEqual([{ x: 0, y: 0, ...frame }, false]);
    expect(overlap(guest!, inset!)).toBe(false);
    for (const box of [guest!, inset!]) {
      expect(Math.min(box.x, box.y)).toBeGreaterThan(0);
      expect(box.x + box.width).toBeLessThan(frame.width);
      expect(box.y + box.height).toBeLessThan(frame.height);
      expect(box.y).toBeGreaterThan(frame.height / 3);
    }
    expect(inset!.x).toBeGreaterThan(guest!.x);
  });

  it.each([
    [
      { width: 640, height: 480 },
      { width: 300, height: 400 },
    ],
    [
      { width: 200, height: 900 },
      { width: 400, height: 300 },
    ],
  ])('crops %o to fill %o, centred, without distortion', (picture, box) => {
    const part = cropFor(picture, box);
    expect(part.width / part.height).toBeCloseTo(box.width / box.height, 6);
    expect(part.x * 2 + part.width).toBeCloseTo(picture.width, 6);
    expect(part.y * 2 + part.height).toBeCloseTo(picture.height, 6);
    expect(Math.min(part.x, part.y)).toBeCloseTo(0, 6);
  });
});
