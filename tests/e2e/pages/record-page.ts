// The page behind tests/e2e/record.test.ts: real storage, real encoders, real downloads.

import type { Packet } from '../../../src/feed/packet.ts';
import { removeOldExports } from '../../../src/record/export-file.ts';
import type { MediaChunk, Recorder } from '../../../src/ports.ts';
import { recordKey, tableName, type StoredRecord } from '../../../src/record/record.ts';
import { openRecorder } from '../../../src/record/recorder.ts';
import { readRecording } from '../../../src/record/recording-reader.ts';
import { openRecordings } from '../../../src/record/recordings.ts';
import type { RecordingSummary } from '../../../src/session/session-api.ts';
import { openStore } from '../../../src/store/indexed-store.ts';
import { STORE_CASES, runStoreCase } from '../../contract/store-contract.ts';
import type { ExportWishes, RecordingGap } from '../../../src/session/session-api.ts';
import { FRAME_US, SOUND_US, TestFeed, TestStream } from './record-stream.ts';

/** A recording to be made at once, not in real time. */
export interface RecordOptions {
  id: string;
  title: string;
  seconds: number;
  epoch: number;
  codec: string;
  width: number;
  height: number;
  startUs: number;
}

/** A chunk that was given to the recorder. */
export interface ChunkFact {
  track: 'video' | 'audio';
  seq: number;
  isKey: boolean;
  timeUs: number;
  sha256: string;
}

/** A recording read back. */
export interface ReadBack {
  /** Highest seq up to which nothing is missing; -1 when nothing is there. */
  contiguousSeq: number;
  packets: number;
}

/** A recording made at once, and how it went. */
export interface Made {
  facts: ChunkFact[];
  recordedSeq: number;
  /** Codes told while recording. */
  faults: string[];
  /** 'complete', or the code that the end was refused with. */
  ending: string;
}

const store = openStore();
const recordings = openRecordings(store);

const recordTest = {
  storeCases: (): string[] => STORE_CASES.map(({ name }) => name),

  async storeCase(name: string): Promise<void> {
    const found = STORE_CASES.find((storeCase) => storeCase.name === name);
    if (!found) throw new Error(`no case ${name}`);
    await runStoreCase(found, store);
  },

  /** Writes while another connection deletes the database, as a browser that closes it does; gives what is left. */
  async reopen(): Promise<unknown> {
    const table = store.open('reopened');
    await table.set([['a', 1]]);
    await new Promise((resolve) => {
      indexedDB.deleteDatabase('lucarne-reopened').onsuccess = resolve;
    });
    await table.set([['b', 2]]);
    return [await table.keys(), await table.get('b')];
  },

  /** Records a whole broadcast; gives what was on air. */
  async record(options: RecordOptions): Promise<ChunkFact[]> {
    const { facts, recordedSeq, ending } = await make(options);
    if (ending !== 'complete' || recordedSeq < facts.length) throw new Error(`${ending} at ${recordedSeq}`);
    return facts;
  },

  /** The same, for a disk that may refuse: each half second carries `ballastBytes` that no file will hold. */
  recordWithBallast: (options: RecordOptions, ballastBytes: number): Promise<Made> =>
    make(options, ballastBytes),

  /** Goes live in real time until the page dies; prints `ack <recordedSeq> <newest seq>` whenever the former
   * grows, and `newest <Unix ms>`, the end of what the recorder was given, whenever that does. */
  async live(id: string): Promise<void> {
    const startUs = Date.now() * 1000;
    const feed = new TestFeed(1);
    const identity = { broadcastId: id, title: 'Killed', startedAtMs: startUs / 1000, epoch: 1 };
    const recorder = openRecorder(store, identity, loud);
    let newestSeq = -1;
    let newestMs = 0;
    const append = (packet: Packet): void => {
      const { seq, timeUs, durationUs } = packet.header;
      newestSeq = seq;
      if (timeUs + durationUs > newestMs * 1000) {
        newestMs = (timeUs + durationUs) / 1000;
        console.log(`newest ${newestMs}`);
      }
      recorder.append(packet);
    };
    const early: MediaChunk[] = [];
    const stream = new TestStream({ codec: 'avc1.42E01F', width: 640, height: 360, startUs }, (chunk) => {
      early.push(chunk);
      if (!stream.format) return;
      if (newestSeq < 0) append(feed.config(stream.format, identity.title, startUs));
      for (const ready of early.splice(0)) append(feed.chunk(ready));
    });
    await run(stream, startUs, recorder, () => newestSeq);
  },

  /**
   * The same while the connection is closed under the recorder: by itself, right before every other transaction, and as often as
   * it can be by somebody who wants another version of the database.
   */
  async recordWhileClosed(options: RecordOptions): Promise<Made & { closings: number }> {
    const database = IDBDatabase.prototype;
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { transaction } = database;
    let calls = 0;
    let closings = 0;
    database.transaction = function (...args) {
      if (calls++ % 2 === 1) {
        this.close();
        closings++;
      }
      return transaction.apply(this, args);
    };
    const made = make(options);
    const over = new AbortController();
    const wanting = (async () => {
      for (let version = 2; !over.signal.aborted; version++)
        if (await wantVersion(options.id, version)) closings++;
    })();
    const result = await made;
    over.abort();
    await wanting;
    database.transaction = transaction;
    return { ...result, closings };
  },

  /**
   * Records while the disk refuses its `k`th transaction and the store's second try at it, or all from that one on; gives how many there
   * were as well.
   */
  async recordRefused(
    options: RecordOptions,
    k: number,
    isLasting: boolean,
  ): Promise<Made & { calls: number }> {
    const database = IDBDatabase.prototype;
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const { transaction } = database;
    let calls = 0;
    database.transaction = function (...args) {
      const made = transaction.apply(this, args);
      const call = calls++;
      // What is asked of it is asked in this turn: then it is taken back as a whole.
      const isRefused = call >= k && (isLasting || call <= k + 1);
      if (isRefused) queueMicrotask(() => made.abort());
      return made;
    };
    const made = await make(options);
    database.transaction = transaction;
    return { ...made, calls };
  },

  list: (): Promise<RecordingSummary[]> => recordings.list(),

  delete: (id: string): Promise<void> => recordings.delete(id),

  async readBack(id: string): Promise<ReadBack> {
    let contiguousSeq = -1;
    let packets = 0;
    for await (const read of readRecording(store.open(tableName(id)))) {
      packets += read.packets.length;
      for (const { header } of read.packets) if (header.seq === contiguousSeq + 1) contiguousSeq++;
    }
    return { contiguousSeq, packets };
  },

  /** Exports and clicks a download for each file; gives their names and the progress that was told. */
  async download(
    id: string,
    more: Partial<ExportWishes> = {},
  ): Promise<{ names: string[]; shares: number[]; gaps: RecordingGap[][] }> {
    const shares: number[] = [];
    const files = await recordings.exportFiles(id, {
      ...more,
      progress: (share) => void shares.push(share),
    });
    document.body.replaceChildren();
    for (const { name, file } of files) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = name;
      link.textContent = name;
      document.body.append(link);
    }
    return { names: files.map(({ name }) => name), shares, gaps: files.map(({ gaps }) => gaps) };
  },

  /**
   * Exports into a file that holds `before`, or that was just made as the browser's dialog does, and gives up at `untilShare`.
   * Offers it as a download called "chosen" and gives what the file begins with; undefined when it is gone.
   */
  async saveInto(id: string, before: string, untilShare = Infinity): Promise<string | undefined> {
    const folder = await navigator.storage.getDirectory();
    const into = await folder.getFileHandle('chosen', { create: true });
    const writable = await into.createWritable();
    await writable.write(before);
    await writable.close();
    const controller = new AbortController();
    const progress = (share: number): void => {
      if (share >= untilShare) controller.abort();
    };
    await recordings.exportFiles(id, { into, progress, signal: controller.signal }).catch(() => undefined);
    const file = await folder.getFileHandle('chosen').then(
      (handle) => handle.getFile(),
      () => undefined,
    );
    if (!file) return undefined;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = link.textContent = 'chosen';
    document.body.replaceChildren(link);
    return file.slice(0, 8).text();
  },

  /** Opens the exported file in the browser's own player and jumps; gives what the player says. */
  async play(id: string, seekS: number): Promise<{ durationS: number; atS: number; width: number }> {
    const [exported] = await recordings.exportFiles(id, { progress: () => undefined });
    const video = document.createElement('video');
    video.muted = true;
    video.src = URL.createObjectURL(exported!.file);
    await once(video, 'loadedmetadata');
    const durationS = video.duration;
    video.currentTime = seekS;
    await once(video, 'seeked');
    return { durationS, atS: video.currentTime, width: video.videoWidth };
  },

  /** Cancels an export half way; gives the error's name and how many files are left in the private file system. */
  async cancel(id: string, more: Partial<ExportWishes> = {}): Promise<{ name: string; filesLeft: number }> {
    const before = await countFiles(await navigator.storage.getDirectory());
    const controller = new AbortController();
    const exporting = recordings.exportFiles(id, {
      ...more,
      progress: (share) => share > 0.5 && controller.abort(),
      signal: controller.signal,
    });
    const name = await exporting.then(
      () => 'finished',
      (error: unknown) => (error as Error).name,
    );
    return { name, filesLeft: (await countFiles(await navigator.storage.getDirectory())) - before };
  },

  offersAac: (id: string): Promise<boolean> => recordings.offersAac(id),

  removeOldExports,

  /** Files in the private file system. */
  exportsOnDisk: async (): Promise<number> => countFiles(await navigator.storage.getDirectory()),

  /** Damages one record on disk; gives the seqs that it held. */
  async damage(id: string, index: number): Promise<{ fromSeq: number; toSeq: number }> {
    const table = store.open(tableName(id));
    const record = (await table.get(recordKey(index))) as StoredRecord;
    record.packets[record.packets.length >> 1]! ^= 255;
    await table.set([[recordKey(index), record]]);
    return { fromSeq: record.fromSeq, toSeq: record.toSeq };
  },

  exportCode: (id: string): Promise<string> =>
    recordings.exportFiles(id, { progress: () => undefined }).then(
      () => 'exported',
      (error: unknown) => (error as { code: string }).code,
    ),
};

declare global {
  interface Window {
    recordTest: typeof recordTest;
  }
}
window.recordTest = recordTest;

const loud = { onFault: (error: Error): void => console.error(`fault: ${error.message}`) };

function once(video: HTMLVideoElement, type: string): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(type, () => resolve(), { once: true });
    video.addEventListener('error', () => reject(new Error(video.error?.message ?? 'not playable')));
  });
}

async function make(options: RecordOptions, ballastBytes = 0): Promise<Made> {
  const { id, title, seconds, epoch, startUs } = options;
  const chunks: MediaChunk[] = [];
  const stream = new TestStream(options, (chunk) => chunks.push(chunk));
  for (let i = 0; i * FRAME_US < seconds * 1e6; i++) stream.encodeFrame(i);
  for (let i = 0; i * SOUND_US < seconds * 1e6; i++) stream.encodeSound(i);
  await stream.flush();
  // Pictures take longer to encode than sound does: they come later in the feed.
  const arrival = ({ track, timeUs }: MediaChunk): number => timeUs + (track === 'video' ? 110_000 : 0);
  chunks.sort((a, b) => arrival(a) - arrival(b));
  const feed = new TestFeed(epoch);
  const faults: string[] = [];
  const identity = { broadcastId: id, title, startedAtMs: startUs / 1000, epoch };
  const recorder = openRecorder(store, identity, { onFault: ({ code }) => faults.push(code) });
  recorder.append(feed.config(stream.format!, title, startUs));
  const packets: Packet[] = [];
  // Without a pause: the disk always finds several records waiting, however fast the machine is.
  for (const [i, chunk] of chunks.entries()) {
    const packet = feed.chunk(chunk);
    recorder.append(packet);
    packets.push(packet);
    if (ballastBytes > 0 && i % 27 === 0) recorder.append(feed.ballast(ballastBytes, chunk.timeUs));
  }
  const ending = await recorder.finish().then(
    () => 'complete',
    (error: unknown) => (error as { code: string }).code,
  );
  const facts = await Promise.all(chunks.map((chunk, i) => factOf(chunk, packets[i]!)));
  return { facts, recordedSeq: recorder.recordedSeq, faults, ending };
}

async function run(
  stream: TestStream,
  startUs: number,
  recorder: Recorder,
  newestSeq: () => number,
): Promise<never> {
  let acknowledged = -1;
  let frames = 0;
  let sounds = 0;
  for (;;) {
    const elapsedUs = Date.now() * 1000 - startUs;
    while (frames * FRAME_US <= elapsedUs) stream.encodeFrame(frames++);
    while ((sounds + 1) * SOUND_US <= elapsedUs) stream.encodeSound(sounds++);
    if (recorder.recordedSeq > acknowledged) {
      acknowledged = recorder.recordedSeq;
      console.log(`ack ${acknowledged} ${newestSeq()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function factOf({ track, bytes, isKey, timeUs }: MediaChunk, { header }: Packet): Promise<ChunkFact> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { track, seq: header.seq, isKey, timeUs, sha256 };
}

/** Asks for another version of a recording's database: whoever has it open has to close it. False when it can't be had yet. */
function wantVersion(id: string, version: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = indexedDB.open(`lucarne-${tableName(id)}`, version);
    request.onupgradeneeded = () => {
      if (request.result.objectStoreNames.length === 0) request.transaction!.abort();
    };
    request.onsuccess = () => {
      request.result.close();
      setTimeout(() => resolve(true), 5);
    };
    request.onerror = () => setTimeout(() => resolve(false), 1);
  });
}

async function countFiles(folder: FileSystemDirectoryHandle): Promise<number> {
  let count = 0;
  for await (const entry of folder.values()) {
    count += entry.kind === 'file' ? 1 : await countFiles(entry);
  }
  return count;
}
