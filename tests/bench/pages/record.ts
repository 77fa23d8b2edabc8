// The page behind `npm run bench -- record`: a camera that is encoded for the air and, by turns, recorded by us, by the browser's
// MediaRecorder or not at all; and recordings of any size, made at once, to be exported.

import { openProgramme } from '../../../src/media/programme.ts';
import type { MediaFormat, Programme, Recorder } from '../../../src/ports.ts';
import { makeRecord, recordKey, tableName } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { openRecordings } from '../../../src/record/recordings.ts';
import { openStore } from '../../../src/store/indexed-store.ts';
import { TestFeed } from '../../e2e/pages/record-stream.ts';

/** Who records. */
export type RecordingSide = 'none' | 'ours' | 'peer';

/** What an export came to. */
export interface ExportFigures {
  bytes: number;
  ms: number;
}

const FRAMES_PER_S = 30;
const FRAME_US = 1_000_000 / FRAMES_PER_S;
const FRAMES_PER_RECORD = FRAMES_PER_S / 2;
const FRAMES_PER_GROUP = 2 * FRAMES_PER_S;
/** Of a picture of the made recording, bytes: 8 Mbit/s. */
const FRAME_BYTES = 33_000;
const RECORDS_PER_WRITE = 16;
const MADE_ID = 'm'.repeat(26);
const LONG_ID = 'n'.repeat(26);
/** Of a picture of the long recording, bytes: 600 kbit/s, what 360p takes. */
const LONG_FRAME_BYTES = 2500;
/** An avcC of x264, 320 × 180. */
const AVCC =
  '0164000dffe1001d6764000dacb202833f3e02d40404050000030001000003003c0f142a4801000668ebc3cb22c0fdf8f800';
const MADE_FORMAT: MediaFormat = {
  video: {
    ...{ codec: 'avc1.64000d', codedWidth: 320, codedHeight: 180, frameRate: FRAMES_PER_S },
    ...{ bitrate: 8_000_000, layers: 1 },
    description: Uint8Array.from(AVCC.match(/../g)!, (hex) => parseInt(hex, 16)),
  },
};

const store = openStore();
const recordings = openRecordings(store);
const feed = new TestFeed(1);
let programme: Programme | undefined;
let format: MediaFormat | undefined;
let recorder: Recorder | undefined;
let mediaRecorder: MediaRecorder | undefined;
let peerBytes = 0;
let rounds = 0;
let long:
  | { recorder: Recorder; feed: TestFeed; faults: string[]; startUs: number; frames: number; packets: number }
  | undefined;

const benchRecord = {
  /** Opens the camera and encodes it from now on. */
  async start(): Promise<void> {
    programme = await openProgramme({ source: 'camera', quality: '720p' });
    const begun = new Promise<void>((resolve, reject) =>
      programme!.start({
        format: (opened) => {
          format = opened;
          resolve();
        },
        chunk: (chunk) => {
          // The packet is made in every case: it is what goes on air.
          const packet = feed.chunk(chunk);
          recorder?.append(packet);
        },
        sourceChanged: () => undefined,
        pressure: () => undefined,
        failed: reject,
      }),
    );
    await begun;
  },

  /** From now on this side records, and no other. */
  async record(side: RecordingSide): Promise<void> {
    await recorder?.finish();
    recorder = undefined;
    mediaRecorder?.stop();
    mediaRecorder = undefined;
    if (side === 'ours') {
      const identity = { broadcastId: `r${rounds++}`, title: 'Bench', startedAtMs: Date.now(), epoch: 1 };
      recorder = openRecorder(store, identity, { onFault: ({ code }) => console.error(code) });
      recorder.append(feed.config(format!, 'Bench', Date.now() * 1000));
    }
    if (side === 'peer') {
      mediaRecorder = new MediaRecorder(programme!.preview as MediaStream, {
        ...{
          videoBitsPerSecond: format!.video!.bitrate,
          audioBitsPerSecond: format!.audio?.bitrate ?? 64_000,
        },
      });
      mediaRecorder.ondataavailable = ({ data }) => (peerBytes += data.size);
      mediaRecorder.start(500);
    }
  },

  /** What was recorded so far by each: bytes of the newest recording of ours, bytes that MediaRecorder gave, and as what. */
  async recorded(): Promise<{ ours: number; peer: number; peerType: string; codec: string }> {
    const [newest] = await recordings.list();
    const peerType = mediaRecorder?.mimeType ?? '';
    return { ours: newest?.bytes ?? 0, peer: peerBytes, peerType, codec: format?.video?.codec ?? '' };
  },

  /** Puts a recording of this size on the disk. */
  async make(megabytes: number): Promise<number> {
    const noise = new Uint8Array(4 * 1024 * 1024);
    for (let at = 0; at < noise.length; at += 65_536) crypto.getRandomValues(noise.subarray(at, at + 65_536));
    const table = store.open(tableName(MADE_ID));
    const made = new TestFeed(1);
    const startUs = Date.UTC(2026, 0, 1) * 1000;
    const identity = { broadcastId: MADE_ID, title: 'Made', startedAtMs: startUs / 1000, epoch: 1 };
    const config = made.config(MADE_FORMAT, 'Made', startUs);
    const recordsMax = Math.ceil((megabytes * 1e6) / (FRAMES_PER_RECORD * FRAME_BYTES));
    let bytes = 0;
    let batch: [string, unknown][] = [];
    for (let index = 0; index < recordsMax; index++) {
      const packets = Array.from({ length: FRAMES_PER_RECORD }, (_, i) => {
        const frame = index * FRAMES_PER_RECORD + i;
        const from = (frame * 7919) % (noise.length - FRAME_BYTES);
        return made.chunk({
          ...{ track: 'video', layer: 0, isKey: frame % FRAMES_PER_GROUP === 0 },
          ...{ timeUs: startUs + Math.round(frame * FRAME_US), durationUs: Math.round(FRAME_US) },
          bytes: noise.subarray(from, from + FRAME_BYTES),
        });
      });
      const record = makeRecord(identity, index, bytes, config, index === 0 ? [config, ...packets] : packets);
      bytes = record.bytesSoFar;
      batch.push([recordKey(index), record]);
      if (batch.length < RECORDS_PER_WRITE && index + 1 < recordsMax) continue;
      await table.set(batch);
      batch = [];
    }
    return bytes;
  },

  async export(): Promise<ExportFigures> {
    const fromMs = performance.now();
    const files = await recordings.exportFiles(MADE_ID, { progress: () => undefined });
    const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
    for (const file of files) await file.discard();
    return { bytes, ms: performance.now() - fromMs };
  },

  /** Begins the recording of a long broadcast. */
  beginLong(): void {
    const startUs = Date.UTC(2026, 0, 1) * 1000;
    const identity = { broadcastId: LONG_ID, title: 'Long', startedAtMs: startUs / 1000, epoch: 1 };
    const faults: string[] = [];
    const onFault = ({ code }: { code: string }): void => void faults.push(code);
    const feed = new TestFeed(1);
    const recorder = openRecorder(store, identity, { onFault });
    recorder.append(feed.config(MADE_FORMAT, 'Long', startUs));
    long = { recorder, feed, faults, startUs, frames: 0, packets: 1 };
  },

  /** So many minutes more of it, as fast as the disk takes them; gives how many bytes are on it, and how long that took. */
  async recordLong(minutes: number): Promise<{ bytes: number; ms: number }> {
    const fromMs = performance.now();
    const made = long!;
    for (let i = 0; i < minutes * 60 * FRAMES_PER_S; i++) {
      const frame = made.frames++;
      const packet = made.feed.chunk({
        ...{ track: 'video', layer: 0, isKey: frame % FRAMES_PER_GROUP === 0 },
        ...{ timeUs: made.startUs + Math.round(frame * FRAME_US), durationUs: Math.round(FRAME_US) },
        bytes: new Uint8Array(LONG_FRAME_BYTES).fill(frame),
      });
      made.recorder.append(packet);
      made.packets++;
      // A second at once, and the next when the disk has all but the record that isn't full yet.
      if (frame % FRAMES_PER_S === 0) await onDisk(made.recorder, made.packets - 2 * FRAMES_PER_S);
    }
    const [newest] = (await recordings.list()).filter(({ id }) => id === LONG_ID);
    return { bytes: newest?.bytes ?? 0, ms: performance.now() - fromMs };
  },

  /** Ends it: how many packets there were, and how many of them the recorder says are on the disk. */
  async endLong(): Promise<{ packets: number; recorded: number; faults: string[]; isComplete: boolean }> {
    const { recorder, packets, faults } = long!;
    await recorder.finish();
    const [newest] = (await recordings.list()).filter(({ id }) => id === LONG_ID);
    return { packets, recorded: recorder.recordedSeq + 1, faults, isComplete: newest?.isComplete === true };
  },

  /** Removes all recordings. */
  async clear(): Promise<void> {
    for (const name of await store.list()) await store.drop(name);
  },
};

async function onDisk(recorder: Recorder, seq: number): Promise<void> {
  while (recorder.recordedSeq < seq) await new Promise((resolve) => setTimeout(resolve, 0));
}

declare global {
  interface Window {
    benchRecord: typeof benchRecord;
  }
}
window.benchRecord = benchRecord;
