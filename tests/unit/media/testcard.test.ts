import { describe, expect, it } from 'vitest';
import { CODE_FRAMES, readTestcardCode, testcardCodeCells } from '../../../src/media/testcard-code.ts';
import { BEEP_MS, testcardSample, testcardSound } from '../../../src/media/testcard-sound.ts';

/** A picture that is `dark` but for the code of `frameNumber`, whose white is `light`. */
function picture(
  frameNumber: number,
  width: number,
  height: number,
  dark = 0,
  light = 255,
): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(dark);
  for (const { x, y, size, isWhite } of testcardCodeCells(frameNumber, width)) {
    for (let row = Math.round(y); row < y + size; row++) {
      for (let column = Math.round(x); isWhite && column < x + size; column++) {
        rgba.fill(light, (row * width + column) * 4, (row * width + column) * 4 + 4);
      }
    }
  }
  return rgba;
}

describe('the code of the test card', () => {
  it('gives back each frame number at each size', () => {
    for (const [width, height] of [
      [160, 90],
      [480, 270],
      [640, 360],
      [960, 540],
      [1280, 720],
      [1366, 768],
    ] as const) {
      for (const frameNumber of [0, 1, 255, 4711, 65_536, CODE_FRAMES - 1]) {
        expect(readTestcardCode(picture(frameNumber, width, height), width, height)).toBe(frameNumber);
      }
    }
  });

  it('survives washed-out contrast and noise', () => {
    const rgba = picture(123_456, 640, 360, 70, 180);
    for (let at = 0; at < rgba.length; at++) rgba[at]! += ((at * 7919) % 61) - 30;
    expect(readTestcardCode(rgba, 640, 360)).toBe(123_456);
  });

  it('wraps after 24 bits', () => {
    expect(readTestcardCode(picture(CODE_FRAMES + 5, 640, 360), 640, 360)).toBe(5);
  });

  it('finds nothing in a black, a white or a wrong picture, or in too few pixels', () => {
    expect(readTestcardCode(new Uint8ClampedArray(640 * 360 * 4), 640, 360)).toBeUndefined();
    expect(readTestcardCode(new Uint8ClampedArray(640 * 360 * 4).fill(255), 640, 360)).toBeUndefined();
    expect(readTestcardCode(picture(77, 640, 360), 641, 360)).toBeUndefined();
    expect(readTestcardCode(new Uint8ClampedArray(10), 640, 360)).toBeUndefined();
    expect(readTestcardCode(new Uint8ClampedArray(16), 2, 2)).toBeUndefined();
  });

  it('refuses any single wrong cell', () => {
    for (let index = 0; index < 32; index++) {
      const rgba = picture(90_210, 320, 180);
      const { x, y, size, isWhite } = testcardCodeCells(90_210, 320)[index]!;
      for (let row = y; row < y + size; row++) {
        rgba.fill(isWhite ? 0 : 255, (row * 320 + x) * 4, (row * 320 + x + size) * 4);
      }
      expect(readTestcardCode(rgba, 320, 180)).toBeUndefined();
    }
  });
});

describe('the sound of the test card', () => {
  const SECOND_US = 1_700_000_000_000_000;

  it('beeps for 50 ms from each full second on, and is silent between', () => {
    const samples = testcardSound(SECOND_US, 48_000);
    const loud = samples.findLastIndex((sample) => sample !== 0);
    expect(samples.findIndex((sample) => Math.abs(sample) > 0.03)).toBe(1);
    expect(loud / 48).toBeGreaterThan(BEEP_MS - 1);
    expect(loud / 48).toBeLessThan(BEEP_MS);
  });

  it('has no seam between two blocks of a beep', () => {
    const whole = testcardSound(SECOND_US, 3840);
    const parts = [...testcardSound(SECOND_US, 1920), ...testcardSound(SECOND_US + 40_000, 1920)];
    expect([...whole]).toEqual(parts);
  });

  it('swings a thousand times a second', () => {
    expect(testcardSample(250)).toBeCloseTo(0.35);
    expect(testcardSample(750)).toBeCloseTo(-0.35);
    expect(testcardSample(1250)).toBeCloseTo(0.35);
  });
});
