// Makes files of a recording: record by record into a temporary file on disk, one file per codec setting.
// Loaded only when somebody exports, since the muxer comes with it.

import { LucarneError } from '../base/errors.ts';
import type { Packet } from '../feed/packet.ts';
import type { MediaFormat, Table } from '../ports.ts';
import type { Clip, ExportWishes, RecordingFile } from '../session/session-api.ts';
import { ClipCutter } from './clip-cutter.ts';
import { createExportFile, type ExportFile } from './export-file.ts';
import { givenTitle } from './given-title.ts';
import { recordingFileName } from './file-name.ts';
import { identityOf } from './format-identity.ts';
import { GapReport, type GapCause } from './gap-report.ts';
import { Muxer, extensionFor, type MuxChunk } from './muxer.ts';
import { Placing, type PlacedPacket } from './placing.ts';
import { PROOF_EXTENSION } from './proof-codec.ts';
import { ProofFile } from './proof-file.ts';
import { readRecording, type RecordedPackets } from './recording-reader.ts';

/**
 * The recording's files, in order; of a clip, one. Rejects with LucarneError 'recording-empty', 'storage-full',
 * 'storage-unavailable' or 'export-failed', and with the signal's reason; nothing is left on disk then.
 */
export async function exportRecording(
  table: Table,
  { progress, signal, clip }: ExportWishes,
): Promise<RecordingFile[]> {
  const parts: Part[] = [];
  const title = await givenTitle(table);
  let share = 0;
  try {
    for await (const read of readRecording(table, signal)) {
      if (read.format)
        await (await partFor(parts, { ...read, title: title ?? read.title }, read.format, clip)).add(read);
      progress((share = read.share));
      if (clip && parts[clip.part]?.isOver) break;
    }
    // Records at the very end that can't be read give nothing: the last that could be isn't all.
    if (share < 1 && !clip) parts.at(-1)?.loseEnd();
    await parts.at(-1)?.finish();
    const files = await Promise.all(parts.filter(({ isEmpty }) => !isEmpty).map((part, i) => part.read(i)));
    if (files.length === 0) throw new LucarneError('recording-empty');
    return files;
  } catch (cause) {
    await Promise.all(parts.map((part) => part.discard()));
    throw signal?.aborted ? cause : exportFault(cause);
  }
}

async function partFor(
  parts: Part[],
  read: RecordedPackets,
  format: MediaFormat,
  clip?: Clip,
): Promise<Part> {
  const last = parts.at(-1);
  if (last && identityOf(last.format) === identityOf(format)) return last;
  await last?.finish();
  const part = await Part.open(format, read, clip && clipOf(clip, parts.length));
  parts.push(part);
  return part;
}

/** What of part `index` belongs to the clip: of other parts, nothing. */
function clipOf(clip: Clip, index: number): Clip {
  return clip.part === index ? clip : { ...clip, fromMs: Infinity, toMs: -Infinity };
}

/** One file in the making, and the proof of it. */
class Part {
  readonly format: MediaFormat;
  readonly #first: RecordedPackets;
  readonly #file: ExportFile;
  readonly #proof: ProofFile;
  readonly #muxer: Muxer;
  readonly #placing: Placing<Packet>;
  readonly #cutter: ClipCutter | undefined;
  readonly #gaps: GapReport;
  /** What lies before the next picture. */
  #gapBefore: GapCause | undefined;
  #hasChunks = false;
  #isFinished = false;

  private constructor(
    format: MediaFormat,
    first: RecordedPackets,
    file: ExportFile,
    proof: ProofFile,
    muxer: Muxer,
    clip: Clip | undefined,
  ) {
    this.format = format;
    this.#first = first;
    this.#file = file;
    this.#proof = proof;
    this.#muxer = muxer;
    this.#placing = new Placing(format.video !== undefined);
    this.#gaps = new GapReport(format.video !== undefined);
    this.#cutter = clip && new ClipCutter(clip, format.video !== undefined);
  }

  static async open(format: MediaFormat, first: RecordedPackets, clip?: Clip): Promise<Part> {
    const file = await createExportFile(extensionFor(format));
    try {
      const muxer = await Muxer.open(format, first.title, file.writable);
      return new Part(format, { ...first, packets: [] }, file, await ProofFile.open(), muxer, clip);
    } catch (error) {
      await file.writable.abort().catch(() => undefined);
      await file.remove().catch(() => undefined);
      throw error;
    }
  }

  /** Whether no chunk has found a place in it. */
  get isEmpty(): boolean {
    return !this.#hasChunks;
  }

  /** Whether nothing can follow: the clip has been passed. */
  get isOver(): boolean {
    return this.#cutter?.isOver ?? false;
  }

  async add(read: RecordedPackets): Promise<void> {
    await this.#proof.add(read);
    if (read.gapBefore) {
      this.#placing.breakOff();
      if (this.#gapBefore !== 'lost') this.#gapBefore = read.gapBefore;
    }
    for (const packet of read.packets) {
      for (const placed of this.#placing.add(packet)) await this.#mux(placed);
    }
  }

  /** What followed is lost. */
  loseEnd(): void {
    this.#gaps.loseEnd();
  }

  async finish(): Promise<void> {
    this.#isFinished = true;
    if (this.isEmpty) return this.discard();
    await this.#muxer.finish();
    await this.#proof.finish();
  }

  /** The finished file as part `index` of the recording, from 0. */
  async read(index: number): Promise<RecordingFile> {
    const { title, startedAtMs } = this.#first;
    const nameWith = (ending: string): string =>
      recordingFileName(title, startedAtMs, index, (this.#cutter ? '-clip' : '') + ending);
    return {
      name: nameWith(extensionFor(this.format)),
      file: await this.#file.read(),
      gaps: this.#gaps.gaps,
      proof: { name: nameWith(PROOF_EXTENSION), file: await this.#proof.read() },
      discard: () => this.discard(),
    };
  }

  /** Removes the file, finished or not. What can't be removed now is removed at a later start. */
  async discard(): Promise<void> {
    if (!this.#isFinished || this.isEmpty) await this.#muxer.cancel().catch(() => undefined);
    await this.#file.remove().catch(() => undefined);
    await this.#proof.discard();
  }

  async #mux({ item: { header, payload }, track, timeUs }: PlacedPacket<Packet>): Promise<void> {
    const isKey = track === 'audio' || header.isKey;
    const gapBefore = this.#takeGap(track);
    const { durationUs } = header;
    const chunk: MuxChunk = {
      track,
      timeUs,
      isKey,
      durationUs,
      bytes: payload,
      ...(gapBefore && { gapBefore }),
    };
    for (const kept of this.#cutter ? this.#cutter.take(chunk) : [chunk]) {
      this.#hasChunks = true;
      this.#gaps.add(kept);
      await this.#muxer.add(kept);
    }
  }

  /** Sound comes back before the picture does: until then the gap isn't over. */
  #takeGap(track: MuxChunk['track']): GapCause | undefined {
    const isMain = track === (this.format.video ? 'video' : 'audio');
    if (!isMain) return undefined;
    const gap = this.#gapBefore;
    this.#gapBefore = undefined;
    return gap;
  }
}

function exportFault(cause: unknown): LucarneError {
  if (cause instanceof LucarneError) return cause;
  const isFull = (cause as { name?: unknown } | undefined)?.name === 'QuotaExceededError';
  return new LucarneError(isFull ? 'storage-full' : 'export-failed', { cause });
}
