import { describe, expect, it } from 'vitest';
import { BLOCK_FRAMES, BLOCK_US, PcmBlocks, remix, Resampler } from '../../../src/media/encode-pcm.ts';
import type { PcmBlock } from '../../../src/media/encode-pcm.ts';

const START_US = 1_700_000_000_000_000;

function sine(rate: number, hertz: number, from: number, frames: number): Float32Array {
  return Float32Array.from({ length: frames }, (_, at) =>
    Math.sin((2 * Math.PI * hertz * (from + at)) / rate),
  );
}

/** Pushes `count` reads of 10 ms at `rate`, each delayed on its clock by `strayUs`. */
function reads(blocks: PcmBlocks, rate: number, from: number, count: number, strayUs = 0): PcmBlock[] {
  const frames = rate / 100;
  return Array.from({ length: count }, (_, at) =>
    blocks.push({
      channels: [sine(rate, 1000, (from + at) * frames, frames)],
      sampleRate: rate,
      timeUs: START_US + (from + at) * 10_000 + strayUs,
    }),
  ).flat();
}

describe('PcmBlocks', () => {
  it('cuts 10 ms reads into 40 ms blocks with the times of their first samples', () => {
    const out = reads(new PcmBlocks(1), 48_000, 0, 12);
    expect(out.map(({ timeUs }) => timeUs - START_US)).toEqual([0, BLOCK_US, 2 * BLOCK_US]);
    expect([...out[1]!.planes]).toEqual([...sine(48_000, 1000, BLOCK_FRAMES, BLOCK_FRAMES)]);
  });

  it('lays a second channel behind the first', () => {
    const [block] = new PcmBlocks(2).push({
      channels: [new Float32Array(BLOCK_FRAMES).fill(0.25), new Float32Array(BLOCK_FRAMES).fill(0.5)],
      sampleRate: 48_000,
      timeUs: START_US,
    });
    expect([block!.planes[0], block!.planes[BLOCK_FRAMES], block!.planes.length]).toEqual([0.25, 0.5, 3840]);
  });

  it('goes on at 48 kHz when the device falls to 16 kHz', () => {
    const blocks = new PcmBlocks(1);
    const out = [...reads(blocks, 48_000, 0, 100), ...reads(blocks, 16_000, 100, 100)];
    expect(out.length).toBeGreaterThanOrEqual(48);
    out.forEach(({ timeUs }, index) =>
      expect(Math.abs(timeUs - START_US - index * BLOCK_US)).toBeLessThan(2000),
    );
  });

  it('fills a gap with silence, so that what follows keeps its time', () => {
    const blocks = new PcmBlocks(1);
    const out = [...reads(blocks, 48_000, 0, 8), ...reads(blocks, 48_000, 20, 8)];
    expect(out.map(({ timeUs }) => timeUs - START_US)).toEqual([
      0, 40_000, 80_000, 120_000, 160_000, 200_000, 240_000,
    ]);
    expect(out[3]!.planes.every((sample) => sample === 0)).toBe(true);
    expect(out[5]!.planes[1]).not.toBe(0);
  });

  it('leaves out sound whose time has passed', () => {
    const blocks = new PcmBlocks(1);
    const out = [...reads(blocks, 48_000, 0, 8, 100_000), ...reads(blocks, 48_000, 8, 24)];
    const times = out.map(({ timeUs }) => timeUs - START_US);
    expect(times.slice(0, 2)).toEqual([100_000, 140_000]);
    times
      .slice(1)
      .forEach((time, index) => expect(Math.abs(time - times[index]! - BLOCK_US)).toBeLessThan(1000));
    expect(times.at(-1)).toBeLessThan(310_000);
  });

  it('makes silence up to a time', () => {
    const blocks = new PcmBlocks(1);
    reads(blocks, 48_000, 0, 4);
    expect(blocks.silence(START_US + 130_000).map(({ timeUs }) => timeUs - START_US)).toEqual([
      40_000, 80_000,
    ]);
  });
});

describe('Resampler', () => {
  it('keeps a tone as it is, without a seam between pieces', () => {
    for (const rate of [16_000, 44_100, 96_000]) {
      const resampler = new Resampler(rate);
      const out: number[] = [];
      for (let piece = 0; piece < 50; piece++) {
        out.push(...resampler.push(sine(rate, 1000, piece * (rate / 100), rate / 100)));
      }
      const lag = 8 / rate;
      const worst = out.slice(500, 20_000).reduce((most, sample, at) => {
        const expected = Math.sin(2 * Math.PI * 1000 * ((at + 500) / 48_000 - lag));
        return Math.max(most, Math.abs(sample - expected));
      }, 0);
      expect(worst, String(rate)).toBeLessThan(0.02);
      expect(Math.abs(out.length - 24_000)).toBeLessThan(40);
    }
  });
});

describe('remix', () => {
  it('takes the mean for mono and repeats the first channel for stereo', () => {
    const [left, right] = [new Float32Array([1, 0]), new Float32Array([0, 0.5])];
    expect(remix([left, right], 1)[0]).toEqual(new Float32Array([0.5, 0.25]));
    expect(remix([left], 2)).toEqual([left, left]);
  });
});
