// A child that takes its stripes from several peers: whatever it splits, it is sent each part once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { GroupCache } from '../../../src/feed/group-cache.ts';
import { IntegrityGate } from '../../../src/feed/integrity-gate.ts';
import { decodeMediaMessage, messagesOf } from '../../../src/feed/media-message.ts';
import { fragmentCount, fragmentOf } from '../../../src/feed/packet-codec.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Clock, Edge } from '../../../src/ports.ts';
import { FanOut } from '../../../src/session/fan-out.ts';
import { draftsOf, makePackets, makeSigner, verifier } from '../feed/samples.ts';

const signer = makeSigner();
const packets = [
  ...(await makePackets(signer, 1, [
    ...draftsOf(3, 6, 21_000),
    { kind: 'end', payload: new Uint8Array(0), timeUs: 2e6 },
  ])),
];
const BEGIN = packets.slice(0, 12);
const LATER = packets.slice(12);
const CLOCK = { nowMs: () => 0 } as Clock;

/** Somebody who holds the first packets and has one child, whose messages are kept. */
class Sender {
  readonly messages: Bytes[] = [];
  readonly cache = new GroupCache({ bytesMax: 1e9, secondsMax: 1e9 });
  readonly fanOut = new FanOut(CLOCK, this.cache);
  readonly #edge: Edge = {
    signal: () => undefined,
    sendControl: () => false,
    sendMedia: (bytes: Bytes) => this.messages.push(bytes) > 0,
    mediaBufferedBytes: 0,
    close: () => undefined,
  };

  constructor() {
    for (const packet of BEGIN) this.cache.add(packet);
  }

  subscribe(mask: number, from: number, layerMax = 3): void {
    this.fanOut.add('child', this.#edge, { mask, layerMax }, from);
  }

  request(fromSeq: number, toSeq: number): void {
    this.fanOut.serve('child', this.#edge, [[fromSeq, toSeq]]);
    this.drain();
  }

  /** A packet is made or comes in: whole, or head and fragments as they arrive. */
  take(packet: Packet, isCutThrough: boolean): void {
    const { header, head, payload } = packet;
    if (isCutThrough) {
      this.fanOut.head(header, head);
      for (let i = 0; i < fragmentCount(header.length); i++)
        this.fanOut.fragment(header, i, fragmentOf(payload, i));
    }
    this.cache.add(packet);
    this.fanOut.packet(packet);
    this.drain();
  }

  drain(): void {
    for (let i = 0; i < 100; i++) this.fanOut.pump();
  }
}

/** How often each part came: `seq`/fragment, and `seq`/head. */
function partsOf(messages: readonly Bytes[]): Map<string, number> {
  const parts = new Map<string, number>();
  const note = (name: string) => parts.set(name, (parts.get(name) ?? 0) + 1);
  for (const bytes of messages) {
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) throw new Error(decoded.code);
    const { value } = decoded;
    if (value.type === 'head') note(`${value.header.seq}/head`);
    if (value.type === 'head' && value.first) note(`${value.header.seq}/0`);
    if (value.type === 'fragment') note(`${value.seq}/${value.index}`);
    if (value.type === 'skip') note(`${value.fromSeq}-${value.toSeq} skipped`);
  }
  return parts;
}

async function assembled(messages: readonly Bytes[]): Promise<number[]> {
  const seqs: number[] = [];
  const gate = new IntegrityGate(verifier, signer.publicKey, {
    head: () => undefined,
    fragment: () => undefined,
    packet: ({ header }) => seqs.push(header.seq),
    rejected: (_, code) => expect.fail(code),
  });
  for (const bytes of messages) {
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) throw new Error(decoded.code);
    if (decoded.value.type === 'head') await gate.acceptHead(decoded.value, 'any');
    if (decoded.value.type === 'fragment') await gate.acceptFragment(decoded.value, 'any');
  }
  return seqs.sort((a, b) => a - b);
}

describe('stripes over two senders', () => {
  it('bring each fragment once, and every packet whole, however they are split', async () => {
    const masks = fc.integer({ min: 0, max: 15 });
    await fc.assert(
      fc.asyncProperty(masks, fc.boolean(), fc.boolean(), async (mask, isCutThrough, isFirstAhead) => {
        const [one, other] = [new Sender(), new Sender()];
        one.subscribe(mask, 0);
        other.subscribe(15 & ~mask, 0);
        for (const packet of LATER) {
          one.take(packet, isCutThrough);
          other.take(packet, !isCutThrough);
        }
        const messages = isFirstAhead
          ? [...one.messages, ...other.messages]
          : [...other.messages, ...one.messages];
        const parts = partsOf(messages);
        for (const { header } of packets) {
          for (let i = 0; i < fragmentCount(header.length); i++)
            expect(parts.get(`${header.seq}/${i}`)).toBe(1);
          expect([1, 2]).toContain(parts.get(`${header.seq}/head`));
        }
        expect([...parts.keys()].filter((part) => part.includes('skipped'))).toEqual([]);
        expect(await assembled(messages)).toEqual(packets.map(({ header }) => header.seq));
      }),
      { numRuns: 60 },
    );
  });

  it('are split, moved and taken back without a part coming twice from the same peer', async () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.nat(BEGIN.length)), {
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(changes, async (subscriptions) => {
        const sender = new Sender();
        sender.subscribe(15, 0);
        sender.drain();
        for (const [i, packet] of LATER.entries()) {
          const [mask, from] = subscriptions[i] ?? [15, 0];
          sender.subscribe(mask, from);
          sender.take(packet, i % 2 === 0);
        }
        sender.subscribe(15, 0);
        sender.drain();
        const parts = partsOf(sender.messages);
        for (const [part, times] of parts)
          if (!part.endsWith('head')) expect([part, times]).toEqual([part, 1]);
        expect(await assembled(sender.messages)).toEqual(packets.map(({ header }) => header.seq));
      }),
      { numRuns: 60 },
    );
  });

  it('say nothing of packets that have no part on them, and announce the others that they leave out', () => {
    const [one, other] = [new Sender(), new Sender()];
    one.subscribe(5, 0, 0);
    other.subscribe(10, 0, 0);
    for (const sender of [one, other]) sender.drain();
    const skips = (sender: Sender) =>
      [...partsOf(sender.messages).keys()].filter((part) => part.includes('skipped'));
    const upper = BEGIN.filter(({ header }) => header.layer > 0).map(
      ({ header }) => `${header.seq}-${header.seq} skipped`,
    );
    expect(upper.length).toBeGreaterThan(1);
    expect([...skips(one), ...skips(other)].sort()).toEqual(upper.sort());
  });

  it('do not narrow what is asked for packet by packet', () => {
    const sender = new Sender();
    sender.subscribe(5, 0);
    sender.drain();
    const key = BEGIN.find(({ header }) => header.isKey)!.header;
    const before = sender.messages.length;
    sender.request(key.seq, key.seq);
    const parts = partsOf(sender.messages.slice(before));
    for (let i = 0; i < fragmentCount(key.length); i++) expect(parts.get(`${key.seq}/${i}`)).toBe(1);
    expect(Math.max(...parts.values())).toBe(1);
  });

  it('cost one more head for a packet of several fragments, and nothing for one of a single fragment', () => {
    const bytesOf = (messages: readonly Bytes[]) => messages.reduce((sum, { length }) => sum + length, 0);
    const [one, other] = [new Sender(), new Sender()];
    one.subscribe(5, 0);
    other.subscribe(10, 0);
    for (const packet of LATER) for (const sender of [one, other]) sender.take(packet, false);
    const several = packets.filter(({ header }) => fragmentCount(header.length) > 1);
    // A head on its own is a message: one byte of type.
    const heads = several.reduce((sum, { head }) => sum + head.length + 1, 0);
    const whole = bytesOf(packets.flatMap(messagesOf));
    const split = bytesOf([...one.messages, ...other.messages]);
    expect(split - whole).toBe(heads);
  });
});
