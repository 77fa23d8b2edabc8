// A viewer who went back: the player gets the packets of the cache at their own pace, while whatever comes live is passed on, repaired and counted
// as before, by a player that shows nothing. Loaded when somebody goes back for the first time.

import type { GroupCache } from '../feed/group-cache.ts';
import type { Packet } from '../feed/packet.ts';
import { reachUs, Rerun, startOf, type PacketLog } from '../playout/rerun.ts';
import type { Clock, MediaFormat, Player, PlayerPacket, PlayerStats, Stop } from '../ports.ts';
import { BlindPlayer } from './blind-player.ts';

/** How often the cache is read, ms: what the least jitter buffer evens out. */
const READ_MS = 40;
/** How often a page is told, ms. */
const TELL_MS = 500;
/** Nearer to the newest packet than this, ms, is live. */
const LIVE_MS = 1000;

/** What a rewind works with. */
export interface RewindParts {
  clock: Clock;
  cache: GroupCache;
  player: Player;
  format: MediaFormat;
  epoch: number;
  /** Whether somebody said that this seq would be left out. */
  isLeftOut: (seq: number) => boolean;
  /** What the player is to have of a packet of the cache; undefined when it can't be opened. */
  read: (packet: Packet) => PlayerPacket | Promise<PlayerPacket | undefined>;
  /** Something that a page shows has changed. */
  changed: () => void;
  /** Everything was played; or there is too little to go back to. */
  over: () => void;
}

/** Takes the place of the player for what comes live: it counts on from where that was. */
class LiveCounter extends BlindPlayer {
  readonly #fromSeq: number;

  constructor(clock: Clock, fromSeq: number) {
    super(clock);
    this.#fromSeq = fromSeq;
  }

  override async stats(): Promise<PlayerStats> {
    const stats = await super.stats();
    return { ...stats, nextSeq: Math.max(this.#fromSeq, stats.nextSeq) };
  }
}

/** From the first step back until `toLive` or `close`. */
export class Rewind {
  /** Where live packets go meanwhile. */
  readonly live: Player;
  readonly #parts: RewindParts;
  readonly #log: PacketLog;
  readonly #stopReading: Stop;
  #rerun: Rerun | undefined;
  /** Of the last `pause`, µs of capture time; undefined while it plays. */
  #pausedUs: number | undefined;
  #toldAtMs = 0;
  /** Counts the starts: what is opened late for an earlier one isn't played. */
  #starts = 0;

  /** `liveSeq`: how far the player had come. */
  constructor(parts: RewindParts, liveSeq: number) {
    const { clock, cache } = (this.#parts = parts);
    this.live = new LiveCounter(clock, liveSeq);
    this.#log = {
      get lowestSeq() {
        return cache.lowestSeq;
      },
      get newestSeq() {
        return cache.newestSeq;
      },
      at: (seq) => cache.get(seq)?.header,
    };
    this.#stopReading = clock.every(READ_MS, () => this.#read());
  }

  /** How far what plays is behind what comes, ms. */
  get behindMs(): number {
    const nowMs = this.#parts.clock.nowMs();
    const newestUs = this.#log.at(this.#log.newestSeq)?.timeUs ?? 0;
    const momentUs = this.#pausedUs ?? this.#rerun?.momentUs(nowMs) ?? newestUs;
    return Math.max(0, newestUs - momentUs) / 1000;
  }

  /** How far back one can go, ms. */
  get reachMs(): number {
    return reachUs(this.#log) / 1000;
  }

  /** Plays from so far behind what comes, or as far as it goes. */
  seek(behindMs: number): void {
    const { clock, player, format, epoch, over, changed } = this.#parts;
    const start = startOf(this.#log, behindMs * 1000);
    if (!start || behindMs < LIVE_MS) {
      over();
      return;
    }
    if (this.#pausedUs === undefined) {
      this.#starts++;
      this.#rerun = new Rerun(this.#log, start, clock.nowMs());
      player.configure(format, epoch, start.seq);
      this.#read();
    } else this.#pausedUs = start.momentUs;
    changed();
  }

  pause(): void {
    this.#pausedUs ??= this.#rerun?.momentUs(this.#parts.clock.nowMs());
  }

  /** Goes on where it was paused. */
  play(): void {
    if (this.#pausedUs === undefined) return;
    const { behindMs } = this;
    this.#pausedUs = undefined;
    this.seek(behindMs);
  }

  /** The player gets what comes again, from the newest key on. The caller sends it what comes from now on. */
  toLive(): void {
    this.close();
    const { cache, player, format, epoch } = this.#parts;
    const { newestSeq, newestGroupSeq } = cache;
    player.configure(format, epoch, newestGroupSeq);
    for (let seq = newestGroupSeq; seq <= newestSeq; seq++) this.#give(seq);
  }

  close(): void {
    this.#starts++;
    this.#stopReading();
  }

  #read(): void {
    const { clock, player, changed, over } = this.#parts;
    const nowMs = clock.nowMs();
    if (nowMs - this.#toldAtMs >= TELL_MS) {
      this.#toldAtMs = nowMs;
      changed();
    }
    if (!this.#rerun || this.#pausedUs !== undefined) return;
    const { seqs, holes } = this.#rerun.read(nowMs);
    for (const [fromSeq, toSeq] of holes) this.#leaveOut(player, fromSeq, toSeq);
    for (const seq of seqs) this.#give(seq);
    if (this.#rerun.isOver && this.#rerun.behindUs(nowMs) < 0) over();
  }

  #give(seq: number): void {
    const { cache, player, read, isLeftOut } = this.#parts;
    const packet = cache.get(seq);
    if (!packet) {
      // What isn't here and wasn't left out may still come.
      if (isLeftOut(seq)) player.skip(seq, seq, true);
      return;
    }
    const opened = read(packet);
    if (!(opened instanceof Promise)) {
      player.push(opened);
      return;
    }
    const start = this.#starts;
    void opened.then((late) => {
      if (late && start === this.#starts) player.push(late);
    });
  }

  /** Nobody will fill these any more. */
  #leaveOut(player: Player, fromSeq: number, toSeq: number): void {
    for (let seq = fromSeq; seq <= toSeq;) {
      const isLeftOut = this.#parts.isLeftOut(seq);
      let lastSeq = seq;
      while (lastSeq < toSeq && this.#parts.isLeftOut(lastSeq + 1) === isLeftOut) lastSeq++;
      player.skip(seq, lastSeq, isLeftOut);
      seq = lastSeq + 1;
    }
  }
}
