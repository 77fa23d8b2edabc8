import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { QUEUE_BYTES_MAX } from '../../../src/base/limits.ts';
import { ForwardQueue } from '../../../src/feed/forward-queue.ts';
import { decodeMediaMessage } from '../../../src/feed/media-message.ts';
import { fragmentCount, fragmentOf } from '../../../src/feed/packet-codec.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { draftsOf, makePackets, makeSigner, payloadOf } from './samples.ts';

const signer = makeSigner();
const packets = await makePackets(signer, 1, draftsOf(12));

/** What a child gets to know from the messages it was sent. */
function read(messages: Bytes[]): { heads: number[]; fragments: Map<number, number>; skipped: Set<number> } {
  const heads: number[] = [];
  const fragments = new Map<number, number>();
  const skipped = new Set<number>();
  const count = (seq: number) => fragments.set(seq, (fragments.get(seq) ?? 0) + 1);
  for (const bytes of messages) {
    const message = decodeMediaMessage(bytes);
    if (!message.ok) throw new Error(message.code);
    const { value } = message;
    if (value.type === 'head') heads.push(value.header.seq);
    if (value.type === 'head' && value.first) count(value.header.seq);
    if (value.type === 'fragment') count(value.seq);
    if (value.type === 'skip') for (let seq = value.fromSeq; seq <= value.toSeq; seq++) skipped.add(seq);
  }
  return { heads, fragments, skipped };
}

/** A link that carries `bytesPerMs`, fed in capture time; everything that waits at the end is drained. */
function drive(sent: Packet[], bytesPerMs: number): ReturnType<typeof read> {
  const queue = new ForwardQueue();
  const messages: Bytes[] = [];
  let buffered = 0;
  let nowMs = 0;
  const send = (message: Bytes) => {
    messages.push(message);
    buffered += message.length;
    return true;
  };
  const startUs = sent[0]!.header.timeUs;
  for (const packet of sent) {
    const atMs = (packet.header.timeUs - startUs) / 1000;
    for (; nowMs < atMs; nowMs++) {
      buffered = Math.max(0, buffered - bytesPerMs);
      queue.pump(buffered, nowMs, send);
    }
    queue.addPacket(packet, nowMs);
    expect(queue.bytes).toBeLessThanOrEqual(QUEUE_BYTES_MAX);
  }
  for (let i = 0; i < 100_000 && queue.bytes > 0; i++) {
    buffered = Math.max(0, buffered - bytesPerMs);
    queue.pump(buffered, nowMs, send);
  }
  queue.pump(0, nowMs, send);
  return read(messages);
}

function expectConsistent(sent: Packet[], { heads, fragments, skipped }: ReturnType<typeof read>): void {
  expect(new Set(heads).size).toBe(heads.length);
  for (const { header } of sent) {
    const isSent = heads.includes(header.seq);
    expect(isSent).not.toBe(skipped.has(header.seq));
    if (isSent) expect(fragments.get(header.seq)).toBe(fragmentCount(header.length));
    if (header.kind !== 'video') expect(isSent).toBe(true);
    if (isSent && header.kind === 'video' && !header.isKey) {
      const before = sent.filter((p) => p.header.kind === 'video' && p.header.layer === 0);
      const references = before.filter((p) => p.header.seq >= header.groupSeq && p.header.seq < header.seq);
      for (const reference of references) expect(heads).toContain(reference.header.seq);
    }
  }
}

describe('the forward queue of a child', () => {
  it('sends everything when the child keeps up', () => {
    const result = drive(packets, 1000);
    expect(result.skipped.size).toBe(0);
    expectConsistent(packets, result);
  });

  it('sends each packet whole or announces it, never drops sound, and never sends a delta without what it hangs on (2, 3, 4)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (bytesPerMs) => {
        expectConsistent(packets, drive(packets, bytesPerMs));
      }),
      { numRuns: 60 },
    );
  });

  it('drops the upper layer first', () => {
    const { skipped } = drive(packets, 85);
    const layers = [...skipped].map((seq) => packets.find(({ header }) => header.seq === seq)!.header.layer);
    expect(skipped.size).toBeGreaterThan(0);
    expect(layers.filter((layer) => layer === 1).length).toBeGreaterThan(layers.length / 2);
  });

  it('sends sound before a picture that waits (1)', () => {
    const queue = new ForwardQueue();
    const video = packets.find(({ header }) => header.isKey)!;
    const audio = packets.find(({ header }) => header.kind === 'audio')!;
    queue.addPacket(video, 0);
    queue.addPacket(audio, 0);
    const messages: Bytes[] = [];
    queue.pump(0, 0, (message) => messages.push(message) > 0);
    expect(read(messages).heads[0]).toBe(audio.header.seq);
  });

  it('forwards a packet as it arrives, once', () => {
    const video = packets.find(({ header }) => header.isKey)!;
    const queue = new ForwardQueue();
    const messages: Bytes[] = [];
    const send = (message: Bytes) => messages.push(message) > 0;
    queue.addHead(video.header, video.head, 0);
    for (let i = 0; i < fragmentCount(video.header.length); i++) {
      queue.addFragment(video.header, i, fragmentOf(video.payload, i));
      queue.pump(0, 0, send);
    }
    expect(read(messages).fragments.get(video.header.seq)).toBe(fragmentCount(video.header.length));
    expect(queue.bytes).toBe(0);
  });

  it('leads a burst with the config and the key chunk (1)', () => {
    const queue = new ForwardQueue();
    const audio = packets.find(({ header }) => header.kind === 'audio')!;
    const key = packets.find(({ header }) => header.isKey)!;
    for (const packet of [audio, key, packets[0]!]) queue.addPacket(packet, 0, true);
    const messages: Bytes[] = [];
    queue.pump(0, 0, (message) => messages.push(message) > 0);
    expect(read(messages).heads).toEqual([key.header.seq, packets[0]!.header.seq, audio.header.seq]);
  });

  it("lets a newcomer's burst through on a slow link", () => {
    const queue = new ForwardQueue();
    const burst = packets.slice(1, 10);
    for (const packet of burst) queue.addPacket(packet, 0, true);
    const messages: Bytes[] = [];
    for (let nowMs = 0; queue.bytes > 0 && nowMs < 10_000; nowMs += 50) {
      const room = { left: 1 };
      queue.pump(0, nowMs, (message) => room.left-- > 0 && messages.push(message) > 0);
    }
    expect(read(messages).skipped.size).toBe(0);
  });

  it('keeps no more than its bound for a child that reads nothing (5)', async () => {
    const big = await makePackets(
      signer,
      1,
      Array.from({ length: 30 }, (_, i) => ({
        kind: 'video' as const,
        payload: payloadOf(500_000),
        timeUs: i,
        isKey: i % 5 === 0,
      })),
    );
    const queue = new ForwardQueue();
    for (const packet of big) {
      queue.addPacket(packet, 0);
      queue.pump(1e9, 0, () => false);
      expect(queue.bytes).toBeLessThanOrEqual(QUEUE_BYTES_MAX);
    }
  });

  it('calls a child slow that skips again and again, and none that keeps up', async () => {
    const long = await makePackets(signer, 1, draftsOf(400));
    const slowAt = (bytesPerMs: number) => {
      const queue = new ForwardQueue();
      let buffered = 0;
      let nowMs = 0;
      let slowMs: number | null = null;
      const startUs = long[0]!.header.timeUs;
      for (const packet of long) {
        const atMs = (packet.header.timeUs - startUs) / 1000;
        for (; nowMs < atMs; nowMs++) {
          buffered = Math.max(0, buffered - bytesPerMs);
          queue.pump(buffered, nowMs, (message) => (buffered += message.length) > 0);
          if (queue.isSlow(nowMs)) slowMs ??= nowMs;
        }
        queue.addPacket(packet, nowMs);
      }
      return slowMs;
    };
    expect(slowAt(2)).not.toBeNull();
    expect(slowAt(100_000)).toBeNull();
  });
});
