// A watch without a browser: a made-up feed is delivered along a trace to the real playout, with a decoder that takes
// its time and checks, from outside, that it is given only what it can decode.

import type { MediaChunk, MediaFormat, PlayerPacket } from '../../../src/ports.ts';
import { Playout } from '../../../src/playout/playout.ts';
import type { PlayoutState } from '../../../src/playout/playout.ts';

export const FORMAT: MediaFormat = {
  video: { codec: 'vp8', codedWidth: 640, codedHeight: 360, frameRate: 30, bitrate: 1e6, layers: 2 },
  audio: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1, bitrate: 64_000 },
};
export const START_US = 1_790_000_000_000_000;
const FRAME_US = 33_333;
const SOUND_US = 40_000;
const DECODE_MS = 6;

/** A feed of `seconds`: groups of 2 s with two temporal layers, sounds of 40 ms, a beat now and then. */
export function makeFeed(seconds: number, chunkBytes = 8): PlayerPacket[] {
  const chunks: { atUs: number; packet: PlayerPacket }[] = [];
  const base = { seq: 0, bytes: new Uint8Array(chunkBytes) };
  for (let i = 0; i * FRAME_US < seconds * 1e6; i++) {
    const timeUs = START_US + i * FRAME_US;
    const video = {
      ...base,
      track: 'video',
      isKey: i % 60 === 0,
      layer: i % 2,
      timeUs,
      durationUs: FRAME_US,
    } as const;
    chunks.push({ atUs: timeUs, packet: video });
  }
  for (let timeUs = START_US; timeUs < START_US + seconds * 1e6; timeUs += SOUND_US) {
    const audio = { ...base, track: 'audio', isKey: true, layer: 0, timeUs, durationUs: SOUND_US } as const;
    chunks.push({ atUs: timeUs + SOUND_US, packet: audio });
  }
  for (let atUs = START_US + 500_000; atUs < START_US + seconds * 1e6; atUs += 1e6) {
    chunks.push({ atUs, packet: { seq: 0, track: 'none' } });
  }
  chunks.sort((a, b) => a.atUs - b.atUs);
  return chunks.map(({ packet }, seq) => ({ ...packet, seq }));
}

/** When a packet can leave its source, ms after the start of the feed. */
export function leavesMs(packet: PlayerPacket, feed: readonly PlayerPacket[]): number {
  const timed = packet.track === 'none' ? feed[packet.seq - 1] : packet;
  if (!timed || timed.track === 'none') return 0;
  return (timed.timeUs - START_US + (timed.track === 'audio' ? SOUND_US : 0)) / 1000;
}

export type Delivery =
  | { atMs: number; packet: PlayerPacket }
  | { atMs: number; skip: { from: number; to: number; isAnnounced: boolean } }
  | { atMs: number; act: (playout: Playout, nowMs: number) => void };

export interface Watched {
  playout: Playout;
  decoded: number[];
  shown: { seq: number; timeUs: number; atMs: number }[];
  states: { state: PlayoutState; atMs: number }[];
  rates: Set<number>;
  /** Seqs that were decoded without what they refer to. */
  broken: number[];
  bytesMax: number;
  waitingMax: number;
}

/** How a watch differs from an undisturbed one. */
export interface WatchOptions {
  feed: PlayerPacket[];
  tailMs?: number;
  firstSeq?: number;
  /** How long the decoder takes for a picture given to it then, ms. */
  decodeMs?: (nowMs: number) => number;
  /** The whole receiver stands still from the first to the second of these times, ms. */
  frozen?: readonly [number, number];
}

/** Delivers, and goes on for `tailMs` after the last delivery. */
export function watch(deliveries: Delivery[], options: WatchOptions): Watched {
  const playout = new Playout(FORMAT, options.firstSeq ?? 0);
  const decodeMs = options.decodeMs ?? (() => DECODE_MS);
  const [frozenMs, thawedMs] = options.frozen ?? [Infinity, Infinity];
  const queue = [...deliveries].sort((a, b) => a.atMs - b.atMs);
  const endMs = (queue.at(-1)?.atMs ?? 0) + (options.tailMs ?? 0);
  const inDecoder: { seq: number; atMs: number }[] = [];
  const watched: Watched = {
    playout,
    decoded: [],
    shown: [],
    states: [],
    rates: new Set(),
    broken: [],
    bytesMax: 0,
    waitingMax: 0,
  };
  const checker = new ReferenceChecker(options.feed);
  let nowMs = queue[0]?.atMs ?? 0;
  while (nowMs <= endMs) {
    while (queue[0] && queue[0].atMs <= nowMs) deliver(playout, queue.shift()!, nowMs);
    while (inDecoder[0] && inDecoder[0].atMs <= nowMs) playout.decoded(inDecoder.shift()!.seq);
    const step = playout.evaluate(nowMs);
    for (const chunk of step.decode) {
      watched.decoded.push(chunk.seq);
      if (chunk.track === 'audio') continue;
      if (!checker.canDecode(chunk.seq, chunk)) watched.broken.push(chunk.seq);
      inDecoder.push({
        seq: chunk.seq,
        atMs: Math.max(nowMs, inDecoder.at(-1)?.atMs ?? 0) + decodeMs(nowMs),
      });
    }
    if (step.show) watched.shown.push({ ...step.show, atMs: nowMs });
    if (watched.states.at(-1)?.state !== step.state) watched.states.push({ state: step.state, atMs: nowMs });
    watched.rates.add(step.piece.rate);
    watched.bytesMax = Math.max(watched.bytesMax, playout.bufferedBytes);
    watched.waitingMax = Math.max(watched.waitingMax, playout.buckets().waiting);
    const nextMs = [nowMs + step.wakeInMs, queue[0]?.atMs ?? Infinity, inDecoder[0]?.atMs ?? Infinity];
    nowMs = Math.max(nowMs + 0.01, Math.min(...nextMs));
    if (nowMs >= frozenMs && nowMs < thawedMs) nowMs = thawedMs;
  }
  return watched;
}

function deliver(playout: Playout, delivery: Delivery, nowMs: number): void {
  if ('packet' in delivery) playout.push(delivery.packet, nowMs);
  else if ('skip' in delivery) playout.skip(delivery.skip.from, delivery.skip.to, delivery.skip.isAnnounced);
  else delivery.act(playout, nowMs);
}

/** Knows the feed: a base picture refers to the base before it, an upper one to its base. */
class ReferenceChecker {
  readonly #video: Exclude<PlayerPacket, { track: 'none' }>[];
  readonly #decoded = new Set<number>();

  constructor(feed: readonly PlayerPacket[]) {
    this.#video = feed.filter(
      (packet): packet is Exclude<PlayerPacket, { track: 'none' }> => packet.track === 'video',
    );
  }

  canDecode(seq: number, chunk: MediaChunk): boolean {
    const at = this.#video.findIndex((packet) => packet.seq === seq);
    const reference = this.#video.slice(0, at).findLast((packet) => packet.layer === 0);
    const canDecode = chunk.isKey || (reference !== undefined && this.#decoded.has(reference.seq));
    if (canDecode) this.#decoded.add(seq);
    return canDecode;
  }
}

/** Seeded chance: the same trace each time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
