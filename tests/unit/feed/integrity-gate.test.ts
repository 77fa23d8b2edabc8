import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, type Bytes } from '../../../src/base/bytes.ts';
import { ASSEMBLY_BYTES_MAX } from '../../../src/base/limits.ts';
import { IntegrityGate, type GateCode } from '../../../src/feed/integrity-gate.ts';
import {
  decodeMediaMessage,
  encodeFragmentMessage,
  encodeHeadMessage,
  messagesOf,
} from '../../../src/feed/media-message.ts';
import { encodeHeader } from '../../../src/feed/packet-codec.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Signer } from '../../../src/ports.ts';
import { draftsOf, makePackets, makeSigner, payloadOf, verifier } from './samples.ts';

interface Outcome {
  packets: Packet[];
  forwarded: { seq: number; index: number; bytes: Bytes }[];
  rejections: { edge: string; code: GateCode }[];
}

function openGate(
  signer: Signer,
): Outcome & { gate: IntegrityGate; feed: (bytes: Bytes, edge?: string) => Promise<void> } {
  const outcome: Outcome = { packets: [], forwarded: [], rejections: [] };
  const gate = new IntegrityGate(verifier, signer.publicKey, {
    head: () => undefined,
    fragment: ({ seq }, index, bytes) => outcome.forwarded.push({ seq, index, bytes }),
    packet: (packet) => outcome.packets.push(packet),
    rejected: (edge, code) => outcome.rejections.push({ edge, code }),
  });
  const feed = async (bytes: Bytes, edge = 'parent') => {
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok || decoded.value.type === 'skip') return;
    if (decoded.value.type === 'head') await gate.acceptHead(decoded.value, edge);
    else await gate.acceptFragment(decoded.value, edge);
  };
  return { ...outcome, gate, feed };
}

const signer = makeSigner();
const packets = await makePackets(signer, 100, draftsOf(2));
const messages = packets.flatMap(messagesOf);

function expectWhole(received: Packet[], sent: Packet[]): void {
  const bySeq = new Map(received.map((packet) => [packet.header.seq, packet]));
  expect(bySeq.size).toBe(received.length);
  for (const packet of sent) {
    expect(equalBytes(bySeq.get(packet.header.seq)!.payload, packet.payload)).toBe(true);
    expect(equalBytes(bySeq.get(packet.header.seq)!.head, packet.head)).toBe(true);
  }
}

/** The same as the broadcaster makes it after so many others. */
async function laterBy(seqs: number, { header: early, payload }: Packet): Promise<Packet> {
  const header = { ...early, seq: early.seq + seqs, groupSeq: early.groupSeq + seqs };
  const signed = encodeHeader(header);
  return { header, head: concatBytes(signed, await signer.sign('packet', signed)), payload };
}

describe('the integrity gate', () => {
  it('lets every packet through once, whatever the order and the number of edges (2)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...messages, ...messages], { minLength: messages.length * 2 }),
        async (shuffled) => {
          const { packets: received, rejections, feed, gate } = openGate(signer);
          await Promise.all(shuffled.map((message, i) => feed(message, i % 2 ? 'a' : 'b')));
          expectWhole(received, packets);
          expect(rejections).toEqual([]);
          expect(gate.heldBytes).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('forwards a fragment before its packet is whole', async () => {
    const key = packets.find(({ header }) => header.length > 8192)!;
    const [head, second] = messagesOf(key);
    const { packets: received, forwarded, feed } = openGate(signer);
    await feed(head!);
    await feed(second!);
    expect(received).toEqual([]);
    expect(forwarded.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('lets no byte out that differs from what was signed, and names the edge (1)', async () => {
    const key = packets.find(({ header }) => header.length > 8192)!;
    const originals = messagesOf(key);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(originals.length - 1),
        fc.nat(5000),
        fc.integer({ min: 1, max: 255 }),
        async (which, at, flip) => {
          const { packets: received, forwarded, rejections, feed } = openGate(signer);
          for (const [i, message] of originals.entries()) {
            const sent = message.slice();
            if (i === which) sent[at % sent.length]! ^= flip;
            await feed(sent);
          }
          for (const { index, bytes } of forwarded) {
            expect(equalBytes(bytes, key.payload.slice(index * 4096, (index + 1) * 4096))).toBe(true);
          }
          if (received.length > 0) expectWhole(received, [key]);
          expect(rejections.every(({ edge }) => edge === 'parent')).toBe(true);
        },
      ),
    );
  });

  it('charges a false fragment to its edge and completes from another (4)', async () => {
    const key = packets.find(({ header }) => header.length > 8192)!;
    const [head, second, third] = messagesOf(key);
    const { packets: received, rejections, feed } = openGate(signer);
    await feed(head!, 'honest');
    await feed(encodeFragmentMessage(100, key.header.seq, 1, payloadOf(4096, 99)), 'polluter');
    await feed(second!, 'honest');
    await feed(third!, 'honest');
    expect(rejections).toEqual([{ edge: 'polluter', code: 'digest' }]);
    expectWhole(received, [key]);
  });

  it('refuses a fragment of another length or place for what it is, before anything is hashed', async () => {
    const key = packets.find(({ header }) => header.length > 8192)!;
    const [head, second, third] = messagesOf(key);
    const { packets: received, rejections, feed } = openGate(signer);
    await feed(head!, 'honest');
    await feed(encodeFragmentMessage(100, key.header.seq, 1, payloadOf(4095, 99)), 'short');
    await feed(encodeFragmentMessage(100, key.header.seq, 40, payloadOf(4096, 99)), 'beyond');
    expect(rejections).toEqual([
      { edge: 'short', code: 'fragment-length' },
      { edge: 'beyond', code: 'fragment-length' },
    ]);
    for (const message of [second!, third!]) await feed(message, 'honest');
    expectWhole(received, [key]);
  });

  it('refuses a head signed by another key', async () => {
    const [foreign] = await makePackets(makeSigner(), 100, draftsOf(1));
    const { packets: received, rejections, feed } = openGate(signer);
    await feed(messagesOf(foreign!)[0]!);
    expect({ received, rejections }).toEqual({
      received: [],
      rejections: [{ edge: 'parent', code: 'signature' }],
    });
  });

  it('drops packets of an older epoch, and forgets the old one when a newer begins', async () => {
    const old = await makePackets(signer, 99, draftsOf(1));
    const newer = await makePackets(signer, 101, draftsOf(1));
    const { packets: received, rejections, feed, gate } = openGate(signer);
    for (const message of [...messages, ...old.flatMap(messagesOf), ...newer.flatMap(messagesOf)])
      await feed(message);
    expect(received.map(({ header }) => header.epoch)).not.toContain(99);
    expectWhole(
      received.filter(({ header }) => header.epoch === 101),
      newer,
    );
    expect({ rejections, epoch: gate.epoch }).toEqual({ rejections: [], epoch: 101 });
  });

  it('keeps the fragments that overtook the first head of a new epoch', async () => {
    const { packets: received, feed } = openGate(signer);
    await Promise.all(messages.toReversed().map((message) => feed(message)));
    expectWhole(received, packets);
  });

  it('loses nothing of a burst that is handed in before the first check is done', async () => {
    const burst = await makePackets(signer, 100, draftsOf(60));
    const { packets: received, feed } = openGate(signer);
    await Promise.all(burst.flatMap(messagesOf).map((message) => feed(message)));
    expectWhole(received, burst);
  });

  it('takes what is far ahead of all that it knows: a latecomer has the config first, and whoever slept an old packet', async () => {
    const far = await Promise.all(packets.slice(1).map((packet) => laterBy(1_000_000, packet)));
    const { packets: received, rejections, feed } = openGate(signer);
    for (const packet of [packets[0]!, ...far]) for (const message of messagesOf(packet)) await feed(message);
    expectWhole(received, [packets[0]!, ...far]);
    expect(rejections).toEqual([]);
  });

  it('holds a bounded number of bytes, however many heads never see their fragments (3)', async () => {
    const many = await makePackets(
      signer,
      5,
      Array.from({ length: 60 }, (_, i) => ({
        kind: 'video' as const,
        payload: payloadOf(200_000, i),
        timeUs: 1,
      })),
    );
    const { feed, gate } = openGate(signer);
    for (const packet of many) {
      await feed(encodeHeadMessage(packet.head));
      expect(gate.heldBytes).toBeLessThanOrEqual(ASSEMBLY_BYTES_MAX);
    }
    for (let seq = 1000; seq < 3000; seq++) await feed(encodeFragmentMessage(5, seq, 0, payloadOf(4096)));
    expect(gate.heldBytes).toBeLessThanOrEqual(ASSEMBLY_BYTES_MAX);
  });

  it('accepts nothing below what the caller no longer needs', async () => {
    const { packets: received, feed, gate } = openGate(signer);
    await feed(messages[0]!);
    gate.forgetBefore(5);
    for (const message of messages) await feed(message);
    expect(Math.min(...received.slice(1).map(({ header }) => header.seq))).toBe(5);
  });
});
