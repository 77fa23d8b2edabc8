import { describe, expect, it } from 'vitest';
import { BLOCK_FRAMES, BLOCK_US } from '../../../src/media/encode-pcm.ts';
import { MixedSound } from '../../../src/media/mixed-sound.ts';

/** A block of the broadcaster's, all of one value. */
function block(value: number, channels = 1) {
  return { planes: new Float32Array(BLOCK_FRAMES * channels).fill(value), timeUs: 0 };
}

/** The guest's next 40 ms, all of one value. */
function say(sound: MixedSound, value: number, at: number): void {
  sound.push({
    channels: [new Float32Array(BLOCK_FRAMES).fill(value)],
    sampleRate: 48_000,
    timeUs: 1_700_000_000_000_000 + at * BLOCK_US,
  });
}

/** What a block of 0.25 sounds like next. */
function hear(sound: MixedSound, channels = 1): number[] {
  const own = block(0.25, channels);
  sound.mixInto(own);
  return [...new Set(own.planes)].map((sample) => Math.round(sample * 1000) / 1000);
}

describe('a guest’s sound', () => {
  it('is added once a little of it is there, and leaves the broadcaster’s alone until then', () => {
    const sound = new MixedSound(1);
    expect(hear(sound)).toEqual([0.25]);
    say(sound, 0.1, 0);
    expect(hear(sound)).toEqual([0.25]);
    say(sound, 0.2, 1);
    expect([hear(sound), hear(sound)]).toEqual([[0.35], [0.45]]);
  });

  it('that runs dry is silent until as much is there again', () => {
    const sound = new MixedSound(1);
    for (const at of [0, 1]) say(sound, 0.1, at);
    expect([hear(sound), hear(sound), hear(sound)]).toEqual([[0.35], [0.35], [0.25]]);
    say(sound, 0.1, 2);
    expect(hear(sound)).toEqual([0.25]);
    say(sound, 0.1, 3);
    expect(hear(sound)).toEqual([0.35]);
  });

  it('never lags: what has piled up is left out, but for the newest', () => {
    const sound = new MixedSound(1);
    for (let at = 0; at < 6; at++) say(sound, at / 10, at);
    expect([hear(sound), hear(sound), hear(sound)]).toEqual([[0.65], [0.75], [0.25]]);
  });

  it('stays within what can be played, and is on both channels', () => {
    const sound = new MixedSound(2);
    for (const at of [0, 1]) say(sound, 0.9, at);
    expect(hear(sound, 2)).toEqual([1]);
  });
});
