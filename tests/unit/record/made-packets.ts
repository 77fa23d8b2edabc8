// Packets with the true head layout for tests of the recording; their signatures are zeros.

import { concatBytes } from '../../../src/base/bytes.ts';
import { encodeConfig } from '../../../src/feed/config.ts';
import {
  DIGEST_BYTES,
  SIGNATURE_BYTES,
  encodeHeader,
  fragmentCount,
} from '../../../src/feed/packet-codec.ts';
import type { Packet, PacketHeader } from '../../../src/feed/packet.ts';
import type { MediaFormat } from '../../../src/ports.ts';

export const START_US = 1_700_000_000_000_000;

export const FORMAT: MediaFormat = {
  video: {
    codec: 'avc1.42E01F',
    codedWidth: 640,
    codedHeight: 360,
    frameRate: 30,
    bitrate: 1_000_000,
    layers: 1,
  },
  audio: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2, bitrate: 64_000 },
};

/** A packet of the feed: whatever isn't given is a plain delta picture at the start. */
export function madePacket(given: Partial<PacketHeader>, payload = Uint8Array.of(1, 2, 3)): Packet {
  const digests = Array.from({ length: fragmentCount(payload.length) }, () => new Uint8Array(DIGEST_BYTES));
  const header: PacketHeader = {
    kind: 'video',
    isKey: false,
    layer: 0,
    stripe: 0,
    isSealed: false,
    epoch: 7,
    seq: 0,
    groupSeq: given.isKey ? (given.seq ?? 0) : 0,
    timeUs: START_US,
    durationUs: 33_333,
    ...given,
    length: payload.length,
    digests,
  };
  return { header, head: concatBytes(encodeHeader(header), new Uint8Array(SIGNATURE_BYTES)), payload };
}

export function madeConfig(given: Partial<PacketHeader>, format = FORMAT): Packet {
  const payload = encodeConfig({
    title: 'A title',
    startedAtMs: START_US / 1000,
    publicKey: new Uint8Array(32),
    salt: new Uint8Array(16),
    format,
  });
  return madePacket({ kind: 'config', durationUs: 0, ...given }, payload);
}

/** `count` packets, one every 50 ms: a config, then pictures and sound in turn, a key chunk every 20. */
export function madeFeed(count: number, epoch = 7, startUs = START_US): Packet[] {
  return Array.from({ length: count }, (_, seq) => {
    const given = { epoch, seq, timeUs: startUs + seq * 50_000 };
    if (seq === 0) return madeConfig(given);
    const isAudio = seq % 2 === 0;
    const payload = Uint8Array.from({ length: 100 }, (_byte, i) => (seq * 7 + i) & 255);
    return madePacket(
      { ...given, kind: isAudio ? 'audio' : 'video', isKey: !isAudio && seq % 20 === 1 },
      payload,
    );
  });
}
