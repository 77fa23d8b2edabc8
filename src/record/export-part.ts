// One file of a recording in the making: chunks find their place, gaps are noted, and a proof is written beside it.

import type { Packet } from '../feed/packet.ts';
import type { KeptLogEntry, MediaFormat } from '../ports.ts';
import type { Clip, RecordingFile } from '../session/session-api.ts';
import { ClipCutter } from './clip-cutter.ts';
import { createExportFile, openChosenFile, type ExportFile } from './export-file.ts';
import { recordingFileName } from './file-name.ts';
import { GapReport, type GapCause } from './gap-report.ts';
import { Muxer, extensionFor, type ConvertedSound, type MuxChunk } from './muxer.ts';
import { Placing, type PlacedPacket } from './placing.ts';
import { PROOF_EXTENSION } from './proof-codec.ts';
import { ProofFile } from './proof-file.ts';
import type { RecordedPackets } from './recording-reader.ts';
import { RoomPart, type Bounds } from './room-part.ts';
import type { RoomHistory } from './room-history.ts';

/** What a part is made from. */
export interface PartPlan {
  format: MediaFormat;
  /** Of its first record. */
  first: RecordedPackets;
  /** Of the whole export. */
  history: RoomHistory;
  /** Only this piece. */
  clip: Clip | undefined;
  /** Encodes the sound anew. */
  sound: ConvertedSound | undefined;
  /** A file that a person chose, instead of a temporary one. */
  into: FileSystemFileHandle | undefined;
}

/** Opened by the first record that belongs to it. */
export class Part {
  readonly format: MediaFormat;
  readonly #first: RecordedPackets;
  readonly #chosen: FileSystemFileHandle | undefined;
  readonly #file: ExportFile;
  readonly #proof: ProofFile | undefined;
  readonly #muxer: Muxer;
  readonly #placing: Placing<Packet>;
  readonly #cutter: ClipCutter | undefined;
  readonly #gaps: GapReport;
  readonly #room: RoomPart;
  /** What lies before the next picture. */
  #gapBefore: GapCause | undefined;
  #hasChunks = false;
  #isFinished = false;

  private constructor(
    { format, first, history, clip, into }: PartPlan,
    file: ExportFile,
    proof: ProofFile | undefined,
    muxer: Muxer,
  ) {
    this.format = format;
    this.#first = { ...first, packets: [] };
    this.#chosen = into;
    this.#file = file;
    this.#proof = proof;
    this.#muxer = muxer;
    this.#placing = new Placing(format.video !== undefined);
    this.#room = new RoomPart(history);
    this.#gaps = new GapReport(format.video !== undefined);
    this.#cutter = clip && new ClipCutter(clip, format.video !== undefined);
  }

  static async open(plan: PartPlan): Promise<Part> {
    const { format, first, into, sound } = plan;
    const file = await (into ? openChosenFile(into) : createExportFile(extensionFor(format)));
    try {
      const muxer = await Muxer.open(format, first.title, file.writable, sound);
      // Sound that was encoded anew isn't what was signed.
      return new Part(plan, file, sound ? undefined : await ProofFile.open(), muxer);
    } catch (error) {
      await file.abandon();
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
    await this.#proof?.add(read);
    if (read.gapBefore) {
      this.#placing.breakOff();
      if (this.#gapBefore !== 'lost') this.#gapBefore = read.gapBefore;
    }
    for (const packet of read.packets) {
      if (packet.header.kind === 'room') this.#room.take(packet, this.#placing.timeOf(packet.header));
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
    await this.#muxer.finish(this.#room.chapters(this.#bounds, this.#first.title));
    await this.#proof?.finish();
  }

  /** The finished file as part `index` of the recording, from 0; `log`: what happened at the desk. */
  async read(index: number, log: readonly KeptLogEntry[]): Promise<RecordingFile> {
    const { title, startedAtMs } = this.#first;
    const nameWith = (ending: string): string =>
      recordingFileName(title, startedAtMs, index, (this.#cutter ? '-clip' : '') + ending);
    const room = this.#room.read({ about: this.#first, log, nameWith, ...this.#bounds });
    return {
      ...(room && { room }),
      name: this.#chosen?.name ?? nameWith(extensionFor(this.format)),
      ...(this.#chosen && { isSaved: true as const }),
      file: await this.#file.read(),
      gaps: this.#gaps.gaps,
      ...(this.#proof && { proof: { name: nameWith(PROOF_EXTENSION), file: await this.#proof.read() } }),
      discard: () => this.discard(),
    };
  }

  /** Removes the file, finished or not. What can't be removed now is removed at a later start. */
  async discard(): Promise<void> {
    if (!this.#isFinished || this.isEmpty) {
      await this.#file.abandon();
      await this.#muxer.cancel().catch(() => undefined);
    }
    await this.#file.remove().catch(() => undefined);
    await this.#proof?.discard();
  }

  /** What of the whole part's time is in the file. */
  get #bounds(): Bounds {
    return this.#cutter?.bounds ?? { fromMs: 0, toMs: this.#gaps.endMs };
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
