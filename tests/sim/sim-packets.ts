// The packets of a simulated broadcast: ten a second, two of them sound, the rest a picture in two layers with a key
// every two seconds. Each is made once and shared by all peers: nobody looks inside.

import { DIGEST_BYTES, encodeHeader, SIGNATURE_BYTES } from '../../src/feed/packet-codec.ts';
import type { Packet, PacketHeader, PacketKind } from '../../src/feed/packet.ts';
import { concatBytes } from '../../src/base/bytes.ts';

export const PACKET_MS = 100;
export const GROUP_PACKETS = 20;
/** What an ordinary packet, a sound and a key weigh: each fits one message. */
const DELTA_BYTES = 2400;
const AUDIO_BYTES = 400;
const KEY_BYTES = 4000;
/** About what that is with heads and overhead, bits a second. */
export const FEED_BITS_PER_SECOND = 180_000;
/** Kept for whoever joins: longer than any cache. */
const KEPT = 512;
/** Unix time at which a world begins, µs. */
export const WALL_US = 1_700_000_000_000_000;

export class SimPackets {
  epochAtMs = 0;
  /** From one packet to the next. */
  readonly packetMs: number;
  /** About what the feed is, with heads and overhead, bits a second. */
  readonly bitsPerSecond: number;
  readonly #packets: (Packet | undefined)[] = [];

  constructor(pace: number) {
    this.packetMs = PACKET_MS / pace;
    this.bitsPerSecond = FEED_BITS_PER_SECOND * pace;
  }

  /** The packet with this number; the same object each time. */
  get(epoch: number, seq: number): Packet {
    const known = this.#packets[seq % KEPT];
    if (known?.header.seq === seq && known.header.epoch === epoch) return known;
    const packet = this.#make(epoch, seq);
    this.#packets[seq % KEPT] = packet;
    return packet;
  }

  timeUs(seq: number): number {
    return WALL_US + (this.epochAtMs + seq * this.packetMs) * 1000;
  }

  #make(epoch: number, seq: number): Packet {
    const isKey = seq % GROUP_PACKETS === 0;
    const kind: PacketKind = seq % 5 === 4 ? 'audio' : 'video';
    const length = isKey ? KEY_BYTES : kind === 'audio' ? AUDIO_BYTES : DELTA_BYTES;
    const header: PacketHeader = {
      kind,
      isKey,
      layer: kind === 'video' ? seq % 2 : 0,
      // Each layer on every stripe.
      stripe: (seq + (seq >> 2)) & 3,
      isSealed: false,
      epoch,
      seq,
      groupSeq: seq - (seq % GROUP_PACKETS),
      timeUs: this.timeUs(seq),
      durationUs: this.packetMs * 1000,
      length,
      digests: [new Uint8Array(DIGEST_BYTES)],
    };
    const head = concatBytes(encodeHeader(header), new Uint8Array(SIGNATURE_BYTES));
    return { header, head, payload: new Uint8Array(length) };
  }
}
