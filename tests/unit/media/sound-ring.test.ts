import { expect, test } from 'vitest';
import type { ToSound } from '../../../src/media/player-messages.ts';
import { SoundRing } from '../../../src/media/sound-ring.ts';

const RATE = 48_000;
const START_US = 1_790_000_000_000_000;
const QUANTUM = 128;

/** 40 ms of a ramp that says which sample of the programme it is. */
function block(index: number, shiftUs = 0): Extract<ToSound, { kind: 'samples' }> {
  const samples = Float32Array.from({ length: 1920 }, (_, i) => (index * 1920 + i) / 1e6);
  return {
    kind: 'samples',
    timeUs: START_US + index * 40_000 + shiftUs,
    sampleRate: RATE,
    channels: [samples],
  } as const;
}

/** Reads `seconds` from `fromS` on. */
function read(ring: SoundRing, fromS: number, seconds: number): Float32Array {
  const out = new Float32Array(Math.floor((seconds * RATE) / QUANTUM) * QUANTUM);
  for (let at = 0; at < out.length; at += QUANTUM)
    ring.read([out.subarray(at, at + QUANTUM)], fromS + at / RATE);
  return out;
}

test('samples come out unchanged at the time they are due, after a short fade', () => {
  const ring = new SoundRing(1, RATE);
  for (let i = 0; i < 10; i++) ring.write(block(i));
  ring.follow({ mediaUs: START_US, contextS: 5, rate: 1 });
  const out = read(ring, 5, 0.3);
  for (const at of [300, 2000, 5000]) expect(out[at]).toBeCloseTo(at / 1e6, 7);
});

test('uneven stamps make no seam', () => {
  const ring = new SoundRing(1, RATE);
  for (let i = 0; i < 10; i++) ring.write(block(i, i % 2 === 0 ? 0 : 3000));
  ring.follow({ mediaUs: START_US, contextS: 0, rate: 1 });
  const out = read(ring, 0, 0.3).subarray(300);
  const steps = out.map((value, i) => (i === 0 ? 1e-6 : value - out[i - 1]!));
  expect(Math.max(...steps)).toBeLessThan(2e-6);
  expect(Math.min(...steps)).toBeGreaterThan(0);
});

test('a missing block is silence, and what follows is on time', () => {
  const ring = new SoundRing(1, RATE);
  for (const i of [0, 1, 3, 4, 5]) ring.write(block(i));
  ring.follow({ mediaUs: START_US, contextS: 0, rate: 1 });
  const out = read(ring, 0, 0.2);
  expect(out[2.5 * 1920]).toBe(0);
  expect(out[4 * 1920]).toBeCloseTo((4 * 1920) / 1e6, 7);
});

test('a faster rate plays more of the programme in the same time, and rate 0 is silence', () => {
  const ring = new SoundRing(1, RATE);
  for (let i = 0; i < 20; i++) ring.write(block(i));
  ring.follow({ mediaUs: START_US, contextS: 0, rate: 1.1 });
  const out = read(ring, 0, 0.3);
  expect(out[10_000]).toBeCloseTo(11_000 / 1e6, 5);
  ring.follow({ mediaUs: START_US, contextS: 0, rate: 0 });
  expect(Math.max(...read(ring, 0.3, 0.1))).toBe(0);
});
