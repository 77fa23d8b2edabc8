// Says whether a file is what was broadcast, or from where it isn't. Heads and chunks are read side by side, each once.
// Loaded only when somebody verifies. docs/recording-proof.md says what each answer means.

import type { Verifier } from '../ports.ts';
import type { Alteration, MissingPiece, RecordingVerdict, VerifyOptions } from '../session/session-api.ts';
import { digestsOf } from './digests.ts';
import { missingPieces } from './missing-pieces.ts';
import { ProofMatch } from './proof-match.ts';
import { readProof, readProofKey } from './proof-reader.ts';
import { ProofSchedule } from './proof-schedule.ts';
import { areTracksOf } from './proof-tracks.ts';
import { openVideoFile, type StoredChunk, type VideoFile } from './video-file.ts';

const US_PER_MS = 1000;

/** As `Lucarne.verifyRecording`. */
export async function verifyRecording(
  verifier: Verifier,
  video: Blob,
  proof: Blob,
  options: VerifyOptions = {},
): Promise<RecordingVerdict> {
  const publicKey = await readProofKey(proof);
  if (!publicKey) return { is: 'unreadable', file: 'proof' };
  const broadcastId = await verifier.broadcastIdOf(publicKey);
  if (options.broadcastId !== undefined && options.broadcastId !== broadcastId)
    return { is: 'foreign', broadcastId };
  const file = await openVideoFile(video);
  if (!file) return { is: 'unreadable', file: 'video' };
  try {
    return await new Verification(verifier, publicKey, broadcastId, proof, file).run(video.size, options);
  } finally {
    file.close();
  }
}

class Verification {
  readonly #verifier: Verifier;
  readonly #broadcastId: string;
  readonly #file: VideoFile;
  readonly #entries: ReturnType<typeof readProof>;
  readonly #schedule: ProofSchedule;
  readonly #match = new ProofMatch();
  #isOver = false;

  constructor(verifier: Verifier, publicKey: Uint8Array, broadcastId: string, proof: Blob, file: VideoFile) {
    this.#verifier = verifier;
    this.#broadcastId = broadcastId;
    this.#file = file;
    this.#entries = readProof(proof, publicKey, verifier);
    this.#schedule = new ProofSchedule(publicKey);
  }

  async run(bytes: number, { progress, signal }: VerifyOptions): Promise<RecordingVerdict> {
    while (!this.#schedule.format && !this.#isOver) await this.#readHead();
    const { format } = this.#schedule;
    if (!format) return { is: 'unreadable', file: 'proof' };
    if (!areTracksOf(format, this.#file.tracks)) return this.#altered(0, 'tracks');
    let seenBytes = 0;
    let atUs = 0;
    try {
      for await (const chunk of this.#file.chunks()) {
        signal?.throwIfAborted();
        atUs = chunk.timeUs;
        const how = await this.#faultOf(chunk);
        if (how) return this.#altered(atUs, how);
        seenBytes += chunk.bytes.length;
        progress?.(Math.min(1, seenBytes / bytes));
      }
    } catch (error) {
      if (signal?.aborted || isOfDisk(error)) throw error;
      // What a muxer wrote can be read to its end.
      return this.#match.first ? this.#altered(atUs, 'bytes') : { is: 'unreadable', file: 'video' };
    }
    while (!this.#isOver) {
      signal?.throwIfAborted();
      await this.#readHead();
    }
    this.#match.finish();
    return this.#told();
  }

  async #faultOf({ track, timeUs, bytes }: StoredChunk): Promise<Alteration | undefined> {
    const chunk = { track, timeUs, digests: await digestsOf(bytes, this.#verifier) };
    let answer = this.#match.take(chunk);
    while (answer === 'more') {
      await this.#readHead();
      answer = this.#match.take(chunk);
    }
    return answer === 'due' ? undefined : answer;
  }

  async #readHead(): Promise<void> {
    const entry = (await this.#entries.next()).value;
    const due = entry && entry !== 'damaged' ? this.#schedule.take(entry) : undefined;
    if (due) {
      this.#match.expect(due);
      return;
    }
    this.#isOver = true;
    this.#match.end(entry ? 'proof' : 'unsigned');
    await this.#entries.return();
  }

  #altered(atUs: number, how: Alteration): RecordingVerdict {
    return { is: 'altered', broadcastId: this.#broadcastId, atMs: Math.max(0, atUs) / US_PER_MS, how };
  }

  #told(): RecordingVerdict {
    const { first, last } = this.#match;
    if (!first || !last) return { is: 'unreadable', file: 'video' };
    const pieces: MissingPiece[] = missingPieces(this.#schedule, this.#match);
    const from = first.item.header;
    const to = last.item.header;
    return {
      is: pieces.every(({ why }) => why === 'off-air') ? 'whole' : 'cut',
      broadcastId: this.#broadcastId,
      title: this.#schedule.title,
      fromMs: from.timeUs / US_PER_MS,
      toMs: (to.timeUs + to.durationUs) / US_PER_MS,
      pieces,
    };
  }
}

/** Whether the file itself has gone, and not what is in it is wrong. */
function isOfDisk(error: unknown): boolean {
  return error instanceof DOMException && /^Not(Readable|Found)Error$/.test(error.name);
}
