// A clip holds what was asked for, begins with a whole picture, and its time begins anew.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ClipCutter } from '../../../src/record/clip-cutter.ts';
import type { MuxChunk } from '../../../src/record/muxer.ts';

const FRAME_US = 40_000;
const GROUP = 25;

function chunk(track: 'video' | 'audio', timeUs: number, isKey = true): MuxChunk {
  return { track, isKey, timeUs, durationUs: FRAME_US, bytes: Uint8Array.of(timeUs / FRAME_US) };
}

/** Ten seconds: a key chunk each second, and sound that runs `leadUs` ahead of the pictures. */
function recorded(leadUs = 0): MuxChunk[] {
  const chunks = Array.from({ length: 250 }, (_, i) => [
    chunk('audio', i * FRAME_US),
    chunk('video', i * FRAME_US, i % GROUP === 0),
  ]).flat();
  const order = ({ track, timeUs }: MuxChunk) => timeUs - (track === 'audio' ? leadUs : 0);
  return chunks.sort((a, b) => order(a) - order(b));
}

function cut(fromMs: number, toMs: number, chunks = recorded(), hasVideo = true): MuxChunk[] {
  const cutter = new ClipCutter({ fromMs, toMs }, hasVideo);
  return chunks.flatMap((one) => cutter.take(one));
}

it('begins at the key chunk before, and ends where it was asked to', () => {
  const clip = cut(3500, 5100);
  const video = clip.filter(({ track }) => track === 'video');
  expect(video[0]).toMatchObject({ timeUs: 0, isKey: true, bytes: Uint8Array.of(75) });
  expect(video.at(-1)).toMatchObject({ timeUs: 2_080_000, bytes: Uint8Array.of(127) });
  expect(video).toHaveLength(53);
  expect(clip.filter(({ track }) => track === 'audio')).toHaveLength(53);
});

it('keeps the sound of its first picture, which came before it', () => {
  const audio = cut(3000, 4000, recorded(200_000)).filter(({ track }) => track === 'audio');
  expect(audio[0]).toMatchObject({ timeUs: 0, bytes: Uint8Array.of(75) });
  expect(audio).toHaveLength(25);
});

it('cuts sound alone at the chunk before', () => {
  const sound = recorded().filter(({ track }) => track === 'audio');
  const clip = cut(3500, 5100, sound, false);
  expect(clip[0]).toMatchObject({ timeUs: 0, bytes: Uint8Array.of(87) });
  expect(clip).toHaveLength(41);
});

it('begins later when there is no key chunk before, and is over once it was passed', () => {
  const broken = recorded().filter(({ track, timeUs }) => track === 'audio' || timeUs >= 500_000);
  const cutter = new ClipCutter({ fromMs: 100, toMs: 2000 }, true);
  const kept: MuxChunk[] = [];
  for (const one of broken) {
    if (!cutter.isOver) kept.push(...cutter.take(one));
  }
  expect(cutter.isOver).toBe(true);
  expect(kept.find(({ track }) => track === 'video')).toMatchObject({ isKey: true, timeUs: 0 });
  expect(kept.every(({ timeUs }) => timeUs >= 0)).toBe(true);
});

it('of any piece starts whole, stays in order, and holds all of what was asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 40, max: 9000 }), (fromMs, lengthMs) => {
      const toMs = Math.min(fromMs + lengthMs, 10_000);
      const video = cut(fromMs, toMs).filter(({ track }) => track === 'video');
      expect(video[0]).toMatchObject({ isKey: true, timeUs: 0 });
      const numbers = video.map(({ bytes }) => bytes[0]!);
      expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i));
      expect(numbers[0]! * 40).toBeLessThanOrEqual(fromMs);
      expect(numbers[0]! * 40).toBeGreaterThan(fromMs - GROUP * 40);
      expect(numbers.at(-1)! * 40).toBeGreaterThanOrEqual(toMs - 80);
    }),
  );
});
