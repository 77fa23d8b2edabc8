// Says whether a file is what was broadcast, or from where it isn't. Heads and chunks are read side by side, each once.
// Loaded only when somebody verifies. docs/recording-proof.md says what each answer means.

import type { Bytes } from '../base/bytes.ts';
import type { PacketHeader } from '../feed/packet.ts';
import { saltOf, sealedLength } from '../feed/sealing.ts';
import type { EpochCipher, LinkCipher, Verifier } from '../ports.ts';
import type { Alteration, MissingPiece, RecordingVerdict, VerifyOptions } from '../session/session-api.ts';
import { areSameDigests, digestsOf } from './digests.ts';
import { missingPieces } from './missing-pieces.ts';
import { ProofMatch } from './proof-match.ts';
import type { ProofEntry } from './proof-codec.ts';
import { readProof, readProofKey } from './proof-reader.ts';
import { ProofSchedule } from './proof-schedule.ts';
import { areTracksOf } from './proof-tracks.ts';
import { openVideoFile, type StoredChunk, type VideoFile } from './video-file.ts';

const US_PER_MS = 1000;

/** As `Lucarne.verifyRecording`; `cipherOf` opens what is private, where the link's key was given. */
export async function verifyRecording(
  verifier: Verifier,
  video: Blob,
  proof: Blob,
  options: VerifyOptions = {},
  cipherOf: (broadcastId: string) => Promise<LinkCipher | undefined> = () => Promise.resolve(undefined),
): Promise<RecordingVerdict> {
  const publicKey = await readProofKey(proof);
  if (!publicKey) return { is: 'unreadable', file: 'proof' };
  const broadcastId = await verifier.broadcastIdOf(publicKey);
  if (options.broadcastId !== undefined && options.broadcastId !== broadcastId)
    return { is: 'foreign', broadcastId };
  const file = await openVideoFile(video);
  if (!file) return { is: 'unreadable', file: 'video' };
  try {
    const entries = readProof(proof, publicKey, verifier);
    const schedule = new ProofSchedule(publicKey);
    const cipher = await cipherOf(broadcastId);
    const parts = { verifier, broadcastId, entries, schedule, file, cipher };
    return await new Verification(parts).run(video.size, options);
  } finally {
    file.close();
  }
}

interface VerificationParts {
  verifier: Verifier;
  broadcastId: string;
  entries: ReturnType<typeof readProof>;
  schedule: ProofSchedule;
  file: VideoFile;
  cipher: LinkCipher | undefined;
}

class Verification {
  readonly #verifier: Verifier;
  readonly #broadcastId: string;
  readonly #file: VideoFile;
  readonly #entries: ReturnType<typeof readProof>;
  readonly #schedule: ProofSchedule;
  readonly #match = new ProofMatch();
  readonly #cipher: LinkCipher | undefined;
  /** By epoch. */
  readonly #epochs = new Map<number, EpochCipher>();
  #isOver = false;
  #isLocked = false;

  constructor({ verifier, broadcastId, entries, schedule, file, cipher }: VerificationParts) {
    this.#verifier = verifier;
    this.#broadcastId = broadcastId;
    this.#file = file;
    this.#entries = entries;
    this.#schedule = schedule;
    this.#cipher = cipher;
  }

  async run(bytes: number, { progress, signal }: VerifyOptions): Promise<RecordingVerdict> {
    while (!this.#schedule.format && !this.#isOver) await this.#readHead();
    if (this.#isLocked) return { is: 'locked', broadcastId: this.#broadcastId };
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
    const digests = digestsOf(bytes, this.#verifier);
    const isOf = async (header: PacketHeader): Promise<boolean> => {
      const own = header.isSealed ? await this.#sealedDigests(header, bytes) : await digests;
      return areSameDigests(own, header.digests);
    };
    const chunk = { track, timeUs, isOf };
    let answer = await this.#match.take(chunk);
    while (answer === 'more') {
      await this.#readHead();
      answer = await this.#match.take(chunk);
    }
    return answer === 'due' ? undefined : answer;
  }

  /** Sealed once more as it was on air, it has the digests that were signed; what comes out goes nowhere. None when it can't be that. */
  async #sealedDigests({ kind, epoch, seq, length }: PacketHeader, bytes: Bytes): Promise<Bytes[]> {
    const cipher = this.#epochs.get(epoch);
    if (!cipher || length !== sealedLength(kind, bytes.length)) return [];
    return digestsOf(await cipher.sealPacket(kind, seq, bytes), this.#verifier);
  }

  /** An entry that can be read; of a config that can't, undefined. */
  async #opened(entry: ProofEntry): Promise<ProofEntry | undefined> {
    const { epoch, kind, seq, isSealed } = entry.header;
    if (kind !== 'config' || !isSealed) return entry;
    const salt = saltOf(entry.payload);
    const cipher = salt && (await this.#cipher?.epoch(epoch, salt));
    const payload = await cipher?.openPacket(kind, seq, entry.payload);
    if (cipher && payload) this.#epochs.set(epoch, cipher);
    else this.#isLocked = true;
    return payload && { ...entry, payload };
  }

  async #readHead(): Promise<void> {
    const entry = (await this.#entries.next()).value;
    const opened = entry && entry !== 'damaged' ? await this.#opened(entry) : undefined;
    const due = opened && this.#schedule.take(opened);
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
