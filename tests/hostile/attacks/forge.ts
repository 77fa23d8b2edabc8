// Forging and replaying (A4, A5, A12, M4): relays that send their children what the broadcaster never said, or said long ago.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { base64, concatBytes, utf8Bytes, type Bytes } from '../../../src/base/bytes.ts';
import { encodeHeadMessage } from '../../../src/feed/media-message.ts';
import { DIGEST_BYTES, encodeHeader } from '../../../src/feed/packet-codec.ts';
import type { PacketHeader } from '../../../src/feed/packet.ts';
import { encodeRoomPacket } from '../../../src/room/room-packet.ts';
import type { Attack } from '../attack.ts';
import { holdHerd } from '../herd.ts';
import type { FeedMessage, HostileRelay } from '../relay.ts';

/** What `set` takes: each is done from then on, until the next. */
export const FORGERIES = {
  nothing: 0,
  /** Every message three times. */
  duplicates: 1,
  /** Messages in sixteens, backwards. */
  backwards: 2,
  /** With each message one that was sent a thousand before. */
  old: 3,
  /** Packets of our own, signed with our own key. */
  ownKey: 4,
  /** A room packet in which somebody says what nobody said, signed by nobody. */
  room: 5,
  /** As many heads with bogus signatures as the channel takes. */
  bogus: 6,
} as const;

const BACKWARDS = 16;
const BACK = 1000;
const BOGUS_AT_ONCE = 500;
const LABEL = utf8Bytes('lucarne/1/packet\0');
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const RAW_KEY_BYTES = 32;

/** The key that these packets are signed with. */
const ownKey = base64(publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES));

/** What the broadcaster never said, in a packet of one fragment that says to be the next. */
function forged(
  kind: PacketHeader['kind'],
  payload: Bytes,
  epoch: number,
  seq: number,
  isBogus = false,
): Bytes {
  const digest = new Uint8Array(createHash('sha256').update(payload).digest()).slice(0, DIGEST_BYTES);
  const header = encodeHeader({
    ...{ kind, epoch, seq, groupSeq: 0, isKey: false, layer: 0, stripe: 0, isSealed: false, durationUs: 0 },
    timeUs: Date.now() * 1000,
    length: payload.length,
    digests: [digest],
  });
  const signature = isBogus
    ? new Uint8Array(64).fill(7)
    : new Uint8Array(sign(null, concatBytes(LABEL, header), privateKey));
  return encodeHeadMessage(concatBytes(header, signature), payload);
}

/** What is forged says so, where anybody would see it. */
export const FORGED_TEXT = 'The broadcaster never said this';

function forgedRoom(): Bytes {
  return encodeRoomPacket({
    ...{ n: 1_000_000, isWhole: true, mode: 'open', hearts: 7, leftOut: 0, floor: 0, last: 1_000_000 },
    add: [{ id: 999_999, by: '', name: '', text: FORGED_TEXT }],
    hide: [],
    muted: [],
    board: { pinned: null, questions: [] },
  });
}

/** `relays`, `slots`; `otherKey`: 1 names our own key as the broadcast's. `set`: one of FORGERIES. */
export const forge: Attack = (target, { relays = 1, slots = 8, otherKey = 0 }) => {
  const counts = { forged: 0 };
  let what: number = FORGERIES.nothing;
  const held = new Map<string, Bytes[]>();
  const count = (bytes: readonly Bytes[]): readonly Bytes[] => {
    counts.forged += bytes.length - 1;
    return bytes;
  };
  const burst = (relay: HostileRelay): void => {
    const { epoch, newestSeq } = relay.seat!;
    const payload = utf8Bytes(FORGED_TEXT);
    for (let i = 1; i <= BOGUS_AT_ONCE; i++) {
      relay.sendAll(forged('video', payload, epoch, newestSeq + 100 + i, true));
      counts.forged++;
    }
  };
  return holdHerd(target, {
    relays,
    manner: (relay) => ({
      slots,
      ...(otherKey === 1 && { publicKey: ownKey }),
      forward({ bytes, seq, message }: FeedMessage, { join }) {
        const epoch = message.type === 'head' ? message.header.epoch : 0;
        if (what === FORGERIES.duplicates) return count([bytes, bytes, bytes]);
        if (what === FORGERIES.backwards) {
          const waiting = [...(held.get(join) ?? []), bytes];
          held.set(join, waiting.length >= BACKWARDS ? [] : waiting);
          return waiting.length >= BACKWARDS ? waiting.reverse() : [];
        }
        const { kept } = relay();
        if (what === FORGERIES.old) return count([bytes, (kept.at(-BACK) ?? kept[0]!).bytes]);
        if (epoch === 0) return [bytes];
        if (what === FORGERIES.ownKey)
          return count([bytes, forged('video', utf8Bytes(FORGED_TEXT), epoch, seq + 1)]);
        if (what === FORGERIES.room) return count([bytes, forged('room', forgedRoom(), epoch, seq + 1)]);
        return [bytes];
      },
    }),
    figures: () => counts,
    set(value, holding) {
      what = value;
      if (value === FORGERIES.bogus) for (const relay of holding) burst(relay);
    },
  });
};
