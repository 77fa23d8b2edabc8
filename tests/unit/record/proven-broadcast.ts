// Broadcasts signed with a real key, recorded and exported as the app does it; and what a forger would make of the files.

import { createKey, signerOf } from '../../../src/identity/keys.ts';
import { verifier } from '../../../src/identity/verifier.ts';
import type { Bytes } from '../../../src/base/bytes.ts';
import { encodeConfig } from '../../../src/feed/config.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { PacketWriter } from '../../../src/feed/packet-writer.ts';
import type { LinkCipher, MediaFormat, Signer } from '../../../src/ports.ts';
import { exportRecording } from '../../../src/record/export.ts';
import { Muxer, type MuxChunk } from '../../../src/record/muxer.ts';
import { tableName } from '../../../src/record/record.ts';
import { recordingTable } from '../../../src/record/recording-table.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { verifyRecording } from '../../../src/record/verify.ts';
import { openVideoFile } from '../../../src/record/video-file.ts';
import type { RecordingGap, RecordingVerdict, VerifyOptions } from '../../../src/session/session-api.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';

export const START_US = 1_700_000_000_000_000;
export const FRAME_US = 100_000;
const SOUND_US = 40_000;
const FRAMES_PER_GROUP = 10;
/** A sound packet of silence has the same bytes every time. */
const SILENCE = Uint8Array.of(0xfc, 0xff, 0xfe);

/** An avcC of x264, 320 × 180. */
const AVCC = Uint8Array.from(
  Buffer.from(
    '0164000dffe1001d6764000dacb202833f3e02d40404050000030001000003003c0f142a4801000668ebc3cb22c0fdf8f800',
    'hex',
  ),
);

export const FORMAT: MediaFormat = {
  video: {
    ...{
      codec: 'avc1.64000d',
      codedWidth: 320,
      codedHeight: 180,
      frameRate: 10,
      bitrate: 500_000,
      layers: 1,
    },
    description: AVCC,
    colorSpace: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false },
  },
  audio: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2, bitrate: 64_000 },
};
export const SOUND_ONLY: MediaFormat = { audio: FORMAT.audio! };
export const VP8: MediaFormat = {
  video: { codec: 'vp8', codedWidth: 320, codedHeight: 180, frameRate: 10, bitrate: 500_000, layers: 1 },
  audio: FORMAT.audio!,
};

/** One start of a broadcast. */
export interface EpochOptions {
  seconds: number;
  epoch?: number;
  /** µs after START_US. */
  atUs?: number;
  format?: MediaFormat;
  /** Of a private broadcast. */
  cipher?: LinkCipher;
  /** No `end`: the tab died. */
  isInterrupted?: boolean;
}

export async function newSigner(): Promise<Signer> {
  return signerOf(await createKey());
}

/** All packets of an epoch: beats between, sound 30 ms after the picture, a tenth of it silent. */
export async function signedEpoch(signer: Signer, options: EpochOptions): Promise<Packet[]> {
  const { seconds, epoch = 7, atUs = 0, format = FORMAT, isInterrupted = false, cipher } = options;
  const salt = new Uint8Array(16).fill(epoch);
  const packets: Packet[] = [];
  const emit = (packet: Packet) => packets.push(packet);
  const writer = new PacketWriter(epoch, signer, verifier, emit, cipher?.epoch(epoch, salt));
  const startUs = START_US + atUs;
  const config = {
    title: 'A signed title',
    startedAtMs: startUs / 1000,
    publicKey: signer.publicKey,
    salt,
    format,
  };
  void writer.write({ kind: 'config', payload: encodeConfig(config), timeUs: startUs });
  const media = [
    ...Array.from({ length: Math.round((seconds * 1e6) / FRAME_US) }, (_, i) => ({
      kind: 'video' as const,
      i,
    })),
    ...Array.from({ length: Math.round((seconds * 1e6) / SOUND_US) }, (_, i) => ({
      kind: 'audio' as const,
      i,
    })),
  ]
    .filter(({ kind }) => format[kind])
    .map(({ kind, i }) => ({ kind, i, atUs: kind === 'video' ? i * FRAME_US : i * SOUND_US + 10_123 }))
    .sort((a, b) => a.atUs - b.atUs);
  for (const { kind, i, atUs: mediaUs } of media) {
    const isKey = kind === 'video' && i % FRAMES_PER_GROUP === 0;
    void writer.write({
      ...{ kind, isKey, timeUs: startUs + mediaUs, durationUs: kind === 'video' ? FRAME_US : SOUND_US },
      payload: kind === 'audio' && i % 10 === 4 ? SILENCE : noise(isKey ? 9000 : 300),
    });
    if (i % 10 === 0)
      void writer.write({ kind: 'beat', payload: new Uint8Array(40), timeUs: startUs + mediaUs });
  }
  if (!isInterrupted) {
    const payload = new TextEncoder().encode('{"reason":"stopped"}');
    void writer.write({ kind: 'end', payload, timeUs: startUs + seconds * 1e6 });
  }
  await writer.flushed();
  return packets;
}

function noise(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** A file, what it says it lacks, and its proof. */
export interface Exported {
  gaps: RecordingGap[];
  video: Blob;
  proof: Blob;
}

/** Records the packets and exports the recording; `lost` records are damaged on disk first. */
export async function exported(
  packets: readonly Packet[],
  damage: (records: Map<string, unknown>) => void = () => undefined,
  cipher?: LinkCipher,
): Promise<Exported[]> {
  const store = new MemoryStore();
  const id = 'a'.repeat(26);
  const epochs = [...new Set(packets.map(({ header }) => header.epoch))];
  for (const epoch of epochs) {
    const identity = { broadcastId: id, title: 'A title', startedAtMs: START_US / 1000, epoch };
    const recorder = openRecorder(store, identity, { onFault: () => undefined });
    packets.filter(({ header }) => header.epoch === epoch).forEach((packet) => recorder.append(packet));
    await recorder.finish();
  }
  damage(store.tables.get(tableName(id))!);
  const table = recordingTable(store.open(tableName(id)), () => Promise.resolve(cipher));
  const files = await exportRecording(table, { progress: () => undefined });
  return files.map(({ file, gaps, proof }) => ({ video: file, gaps, proof: proof!.file }));
}

export async function verdictOf(
  { video, proof }: Pick<Exported, 'video' | 'proof'>,
  options?: VerifyOptions,
  cipher?: LinkCipher,
): Promise<RecordingVerdict> {
  return verifyRecording(verifier, video, proof, options, () => Promise.resolve(cipher));
}

/** The chunks of a file. */
export async function chunksOf(video: Blob): Promise<MuxChunk[]> {
  const file = await openVideoFile(video);
  const chunks: MuxChunk[] = [];
  // A muxer asks only whether the first picture is a key chunk.
  for await (const chunk of file!.chunks()) chunks.push({ ...chunk, isKey: true, durationUs: 0 });
  file!.close();
  return chunks;
}

/** A file made of these chunks. */
export async function muxed(chunks: readonly MuxChunk[], format = FORMAT): Promise<Blob> {
  let whole = new Uint8Array(0);
  const target = new WritableStream<{ data: Uint8Array; position: number }>({
    write({ data, position }) {
      const longer = new Uint8Array(Math.max(whole.length, position + data.length));
      longer.set(whole);
      longer.set(data, position);
      whole = longer;
    },
  });
  const muxer = await Muxer.open(format, '', target);
  for (const chunk of [...chunks].sort((a, b) => a.timeUs - b.timeUs)) await muxer.add(chunk);
  await muxer.finish();
  return new Blob([whole]);
}

/** The file with one byte flipped. */
export async function flipped(blob: Blob, at: number): Promise<Blob> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  bytes[at]! ^= 1;
  return new Blob([bytes]);
}
