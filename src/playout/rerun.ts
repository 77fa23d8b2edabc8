// Playing again what went by: where to begin, and which packets are due when. It makes of a log a feed that is later by a constant, so that the
// playout plays it as it plays any feed. The invariants, which the tests name:
//  1. it begins at a key: the newest one at or before the wanted moment, else the oldest that is held;
//  2. each seq from there on is either given once, in order, or named once in a hole;
//  3. nothing is given before its time has come again; what lies between the key and the moment comes at once;
//  4. a hole is named only when what follows it is due: it may be filled until then.
// Time is handed in (`nowMs`, any clock that only rises).

/** What is asked of a packet. */
export interface LoggedPacket {
  seq: number;
  /** When it was captured, µs. */
  timeUs: number;
  isKey: boolean;
}

/** What is held, by seq. */
export interface PacketLog {
  lowestSeq: number;
  newestSeq: number;
  at(seq: number): LoggedPacket | undefined;
}

/** Where a rerun begins: its key, and the moment, µs, up to which everything comes at once. */
export interface RerunStart {
  seq: number;
  momentUs: number;
}

/** What is about to be dropped from the log is not begun with, µs: it has to be there until it was read. */
const DROPPED_SOON_US = 4_000_000;

/** How far back a rerun can begin, µs before the newest packet; 0 when it can't. */
export function reachUs(log: PacketLog): number {
  const key = oldestKey(log);
  const newest = log.at(log.newestSeq);
  return key && newest ? Math.max(0, newest.timeUs - key.timeUs - DROPPED_SOON_US) : 0;
}

/** Where to begin so as to be `behindUs` behind the newest packet, or as far as it goes; undefined when no key is held. */
export function startOf(log: PacketLog, behindUs: number): RerunStart | undefined {
  const newest = log.at(log.newestSeq);
  if (!newest) return undefined;
  const momentUs = newest.timeUs - Math.min(behindUs, reachUs(log));
  for (let seq = log.newestSeq; seq >= log.lowestSeq; seq--) {
    const packet = log.at(seq);
    if (packet?.isKey && packet.timeUs <= momentUs) return { seq, momentUs };
  }
  const key = oldestKey(log);
  return key && { seq: key.seq, momentUs: key.timeUs };
}

function oldestKey(log: PacketLog): LoggedPacket | undefined {
  for (let seq = log.lowestSeq; seq <= log.newestSeq; seq++) {
    const packet = log.at(seq);
    if (packet?.isKey) return packet;
  }
  return undefined;
}

/** What is due: seqs that are held, and first and last seq of holes; in order. */
export interface RerunPiece {
  seqs: number[];
  holes: [fromSeq: number, toSeq: number][];
}

/** One run through a log, at the pace of its capture times. */
export class Rerun {
  readonly #log: PacketLog;
  readonly #aheadUs: number;
  #nextSeq: number;

  constructor(log: PacketLog, { seq, momentUs }: RerunStart, nowMs: number) {
    this.#log = log;
    this.#nextSeq = seq;
    this.#aheadUs = momentUs - nowMs * 1000;
  }

  /** The moment that is due, µs of capture time. */
  momentUs(nowMs: number): number {
    return nowMs * 1000 + this.#aheadUs;
  }

  /** How far that is behind the newest packet, µs; below 0 when all of it was read. */
  behindUs(nowMs: number): number {
    return (this.#log.at(this.#log.newestSeq)?.timeUs ?? -Infinity) - this.momentUs(nowMs);
  }

  /** Whether everything that is held was read. */
  get isOver(): boolean {
    return this.#nextSeq > this.#log.newestSeq;
  }

  /** What has become due since the last reading. */
  read(nowMs: number): RerunPiece {
    const piece: RerunPiece = { seqs: [], holes: [] };
    const dueUs = this.momentUs(nowMs);
    while (!this.isOver) {
      const seq = this.#nextHeld();
      const packet = this.#log.at(seq);
      if (!packet || packet.timeUs > dueUs) break;
      if (seq > this.#nextSeq) piece.holes.push([this.#nextSeq, seq - 1]);
      piece.seqs.push(seq);
      this.#nextSeq = seq + 1;
    }
    return piece;
  }

  #nextHeld(): number {
    let seq = Math.max(this.#nextSeq, this.#log.lowestSeq);
    while (seq < this.#log.newestSeq && !this.#log.at(seq)) seq++;
    return seq;
  }
}
