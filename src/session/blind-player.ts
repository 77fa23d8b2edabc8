// The player of a peer that only passes on: it decodes and shows nothing, and tells how a viewer in its place would fare.

import { FeedRate } from '../feed/feed-rate.ts';
import type { Clock, MediaFormat, Player, PlayerEvents, PlayerPacket, PlayerStats } from '../ports.ts';

/** How long after its neighbours a packet may come and still be of use to somebody, ms: a viewer that is further behind
 * jumps to the live edge. */
const USEFUL_MS = 1500;
/** What a viewer's default buffer holds, ms: a longer silence is a stall there. */
const BUFFER_MS = 300;
/** How often the newest seq is written down, ms. */
const MARK_MS = 100;

interface Mark {
  atMs: number;
  nextSeq: number;
}

/** Takes packets and counts. */
export class BlindPlayer implements Player {
  muted = true;
  volume = 0;
  /** The rate of the media that came. */
  readonly rate = new FeedRate();
  readonly #clock: Clock;
  readonly #events: Pick<PlayerEvents, 'firstFrame'>;
  /** How far the feed was when, oldest first; the first is the newest one older than USEFUL_MS. */
  #marks: Mark[] = [];
  #nextSeq = 0;
  #isOver = false;
  #videoFrames = 0;
  #audioChunks = 0;
  #stalls = 0;
  #stallMs = 0;
  #firstAtMs: number | undefined;
  #newestAtMs: number | undefined;
  #newestTimeUs = -Infinity;

  constructor(clock: Clock, events: Pick<PlayerEvents, 'firstFrame'> = { firstFrame: () => undefined }) {
    this.#clock = clock;
    this.#events = events;
  }

  get element(): HTMLCanvasElement {
    throw new Error('Broken invariant: a peer that only passes on has no picture');
  }

  configure(_format: MediaFormat, _epoch: number, firstSeq: number): void {
    this.rate.clear();
    this.#marks = [];
    this.#nextSeq = firstSeq;
    this.#isOver = false;
    this.#newestAtMs = undefined;
    this.#newestTimeUs = -Infinity;
  }

  push(packet: PlayerPacket): void {
    const nowMs = this.#clock.nowMs();
    this.#advance(packet.seq + 1, nowMs);
    if (packet.track === 'none') {
      this.#isOver ||= packet.isEnd === true;
      return;
    }
    this.#noteGap(nowMs);
    this.rate.note(packet.timeUs, packet.bytes.length);
    if (packet.track === 'video') this.#videoFrames++;
    else this.#audioChunks++;
    if (packet.timeUs > this.#newestTimeUs) {
      this.#newestTimeUs = packet.timeUs;
      this.#newestAtMs = nowMs;
    }
    if (this.#firstAtMs !== undefined) return;
    this.#firstAtMs = nowMs;
    this.#events.firstFrame();
  }

  skip(_fromSeq: number, toSeq: number): void {
    this.#advance(toSeq + 1, this.#clock.nowMs());
  }

  play(): void {
    return undefined;
  }

  pause(): void {
    return undefined;
  }

  stats(): Promise<PlayerStats> {
    const shownAtMs = this.#newestAtMs;
    return Promise.resolve({
      videoFrames: this.#videoFrames,
      audioChunks: this.#audioChunks,
      framesSkipped: 0,
      packetsLate: 0,
      stalls: this.#stalls,
      stallMs: this.#stallMs,
      ...(shownAtMs !== undefined && { shownTimeUs: this.#newestTimeUs, shownAtMs }),
      ...(this.#firstAtMs !== undefined && { firstShownAtMs: this.#firstAtMs }),
      targetMs: BUFFER_MS,
      nextSeq: this.#givenUpSeq(),
    });
  }

  copyPictures(): void {
    throw new Error('Broken invariant: a peer that only passes on has no picture');
  }

  close(): void {
    return undefined;
  }

  #advance(nextSeq: number, nowMs: number): void {
    this.#nextSeq = Math.max(this.#nextSeq, nextSeq);
    const last = this.#marks.at(-1);
    if (last && nowMs - last.atMs < MARK_MS) return;
    this.#marks.push({ atMs: nowMs, nextSeq: this.#nextSeq });
    this.#forgetMarks(nowMs);
  }

  /** What lies before this seq and isn't here by now is of no use to anybody any more. */
  #givenUpSeq(): number {
    const nowMs = this.#clock.nowMs();
    this.#forgetMarks(nowMs);
    const [first] = this.#marks;
    return first && nowMs - first.atMs >= USEFUL_MS ? first.nextSeq : 0;
  }

  #forgetMarks(nowMs: number): void {
    const young = this.#marks.findIndex(({ atMs }) => nowMs - atMs < USEFUL_MS);
    const kept = young === -1 ? this.#marks.length - 1 : young - 1;
    if (kept > 0) this.#marks.splice(0, kept);
  }

  #noteGap(nowMs: number): void {
    const gapMs = this.#newestAtMs === undefined || this.#isOver ? 0 : nowMs - this.#newestAtMs;
    if (gapMs <= BUFFER_MS) return;
    this.#stalls++;
    this.#stallMs += gapMs - BUFFER_MS;
  }
}
