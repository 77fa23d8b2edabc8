// A1 in the mass: a feed of really signed packets, each of which a polluter sends first with one field of one message altered, and an honest
// peer sends afterwards. The decoder and the gate are the app's own; whatever comes out of the gate is what players, recordings and
// children get.

import { equalBytes, type Bytes } from '../../src/base/bytes.ts';
import { IntegrityGate } from '../../src/feed/integrity-gate.ts';
import { decodeMediaMessage, messagesOf } from '../../src/feed/media-message.ts';
import { PacketWriter, type PacketDraft } from '../../src/feed/packet-writer.ts';
import type { Packet } from '../../src/feed/packet.ts';
import type { Verifier } from '../../src/ports.ts';
import { makeSigner, payloadOf, verifier } from '../unit/feed/samples.ts';

const EPOCH = 1000;
const HONEST = 'honest';
/** Packets behind the newest that the gate is still to know, as a viewer's playout has it. */
const KEPT_PACKETS = 200;
const FRAGMENT_BYTES = 4096;

interface Field {
  name: string;
  /** In the message; the whole rest when `bytes` is absent. */
  at: number;
  bytes?: number;
}

/** A head message is its type and the head; the signature, digests and payload follow the fixed header. */
const HEAD_FIELDS: readonly Field[] = [
  { name: 'type', at: 0, bytes: 1 },
  ...(
    [
      ['version', 0, 1],
      ['kind', 1, 1],
      ['flags', 2, 1],
      ['zero', 3, 1],
      ['epoch', 4, 4],
      ['seq', 8, 4],
      ['group start', 12, 4],
      ['time', 16, 8],
      ['duration', 24, 4],
      ['length', 28, 4],
    ] as const
  ).map(([name, at, bytes]) => ({ name, at: at + 1, bytes })),
];

const FRAGMENT_FIELDS: readonly Field[] = [
  { name: 'fragment type', at: 0, bytes: 1 },
  { name: 'fragment index', at: 1, bytes: 1 },
  { name: 'fragment zero', at: 2, bytes: 2 },
  { name: 'fragment epoch', at: 4, bytes: 4 },
  { name: 'fragment seq', at: 8, bytes: 4 },
  { name: 'fragment bytes', at: 12 },
];

/**
 * One of each kind, with one fragment, with several, and with none. Their bytes come again in every round: a fragment whose seq was altered may
 * be the true one of a later packet, and then counts for it.
 */
const DRAFTS: readonly Omit<PacketDraft, 'timeUs'>[] = [
  { kind: 'config', payload: payloadOf(400) },
  { kind: 'video', payload: payloadOf(9000), isKey: true },
  { kind: 'audio', payload: payloadOf(160), durationUs: 40_000 },
  { kind: 'video', payload: payloadOf(1500), layer: 1, durationUs: 33_333 },
  { kind: 'video', payload: payloadOf(5000), durationUs: 33_333 },
  { kind: 'room', payload: payloadOf(700) },
  { kind: 'beat', payload: new Uint8Array(40) },
  { kind: 'video', payload: new Uint8Array(0) },
];

/** What came of it. */
export interface MutationResult {
  sent: number;
  /** Polluters that were cut, for the one packet that each sent. */
  cut: number;
  /** Polluters whose packet was left unread, since it named an older epoch, another packet or a fragment that was there already; by field. */
  unread: Record<string, number>;
  /** Outputs of the gate that weren't what was signed, and packets that didn't come through though an honest peer sent them. */
  altered: number;
  lost: number;
  /** How often each field was altered. */
  fields: Record<string, number>;
}

/** `random`: 0 to 1. `check`: what believes or doesn't; the app's own when left out. */
export async function sendMutated(
  runs: number,
  random: () => number,
  check: Verifier = verifier,
): Promise<MutationResult> {
  const signer = makeSigner();
  const packets: Packet[] = [];
  const writer = new PacketWriter(EPOCH, signer, verifier, (packet) => packets.push(packet));
  const signed = new Map<number, Packet>();
  const cut = new Set<string>();
  const result: MutationResult = { sent: 0, cut: 0, unread: {}, altered: 0, lost: 0, fields: {} };
  const fieldOf = new Map<string, string>();
  let whole = 0;
  const isTrue = (seq: number, differs: (packet: Packet) => boolean): void => {
    const packet = signed.get(seq);
    if (!packet || differs(packet)) result.altered++;
  };
  const gate = new IntegrityGate(check, signer.publicKey, {
    head: ({ seq }, head) => isTrue(seq, (packet) => !equalBytes(packet.head, head)),
    fragment: ({ seq }, index, bytes) =>
      isTrue(seq, ({ payload }) => {
        const from = index * FRAGMENT_BYTES;
        return !equalBytes(payload.subarray(from, from + bytes.length), bytes);
      }),
    packet({ header, head, payload }) {
      whole++;
      isTrue(header.seq, (one) => !equalBytes(one.head, head) || !equalBytes(one.payload, payload));
    },
    rejected: (edge) => void cut.add(edge),
  });
  const feed = async (bytes: Bytes, edge: string): Promise<void> => {
    if (cut.has(edge)) return;
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) cut.add(edge);
    else if (decoded.value.type === 'head') await gate.acceptHead(decoded.value, edge);
    else if (decoded.value.type === 'fragment') await gate.acceptFragment(decoded.value, edge);
  };
  for (let i = 0; i < runs; i++) {
    void writer.write({ ...DRAFTS[i % DRAFTS.length]!, timeUs: 1e15 + i * 33_333 });
    await writer.flushed();
    const [packet] = packets.splice(0) as [Packet];
    signed.set(packet.header.seq, packet);
    const polluter = `polluter ${i}`;
    const { messages, field } = mutate(packet, random);
    fieldOf.set(polluter, field);
    result.fields[field] = (result.fields[field] ?? 0) + 1;
    for (const message of messages) await feed(message, polluter);
    for (const message of messagesOf(packet)) await feed(message, HONEST);
    result.sent++;
    gate.forgetBefore(i - KEPT_PACKETS);
    signed.delete(i - 2 * KEPT_PACKETS);
  }
  result.lost = runs - whole;
  result.cut = cut.size;
  if (cut.has(HONEST)) result.altered++;
  for (const [polluter, field] of fieldOf)
    if (!cut.has(polluter)) result.unread[field] = (result.unread[field] ?? 0) + 1;
  return result;
}

/** The messages of a packet, one of them with one field altered: one bit of it, or all of it. */
function mutate(packet: Packet, random: () => number): { messages: Bytes[]; field: string } {
  const below = (count: number): number => Math.floor(random() * count);
  const messages = messagesOf(packet).map((message) => message.slice());
  const which = below(messages.length);
  const message = messages[which]!;
  const fields = which === 0 ? headFields(packet) : FRAGMENT_FIELDS;
  const { name, at, bytes = message.length - at } = fields[below(fields.length)]!;
  if (random() < 0.7) message[at + below(bytes)]! ^= 1 << below(8);
  else {
    const before = message.slice(at, at + bytes);
    const value = [0, 0xff, 0x7f, 0x80][below(4)]!;
    message.fill(value, at, at + bytes);
    if (equalBytes(before, message.subarray(at, at + bytes))) message[at]! ^= 1;
  }
  return { messages, field: name };
}

function headFields({ header, head, payload }: Packet): Field[] {
  const signatureAt = 1 + head.length - 64;
  return [
    ...HEAD_FIELDS,
    ...(header.digests.length > 0 ? [{ name: 'digests', at: 33, bytes: signatureAt - 33 }] : []),
    { name: 'signature', at: signatureAt, bytes: 64 },
    ...(payload.length > 0 ? [{ name: 'first fragment', at: 1 + head.length }] : []),
  ];
}
