// The watching half's rules: what to decode, what to show and what to sound, and when. Events only change state; then
// `evaluate` decides. The invariants, which the tests name:
//  1. no delta is decoded without the chunks it refers to, and no seq twice; decoding follows the order of seq;
//  2. what is buffered is bounded in packets and bytes, whatever comes;
//  3. every packet ends in exactly one bucket of `buckets()`;
//  4. what is shown moves forward in capture time.
// Time is handed in (`nowMs`, any clock that only rises).

import type { MediaFormat, PlayerPacket } from '../ports.ts';
import { DelayEstimator } from './delay-estimator.ts';
import { nextRate } from './pace.ts';
import { PacketSorter } from './packet-sorter.ts';
import type { Arrival, Turn } from './packet-sorter.ts';
import { PictureQueue } from './picture-queue.ts';
import type { QueuedChunk } from './picture-queue.ts';
import {
  BEHIND_HOLE_MS,
  BUFFER_BYTES_MAX,
  BUFFER_PACKETS_MAX,
  BURST_MS_MAX,
  BURST_QUIET_MS,
  GIVE_UP_LEAD_MS,
  GIVE_UP_SHARE,
  JUMP_MS,
  REFILL_SLACK_MS,
  START_JUMP_MS,
  START_MS,
  WAKE_MS_MAX,
} from './playout-limits.ts';
import { ReferenceGate } from './reference-gate.ts';
import { SoundQueue } from './sound-queue.ts';
import { StallMeter } from './stall-meter.ts';
import { Timeline } from './timeline.ts';
import type { TimelinePiece } from './timeline.ts';

/** `starting`: filling up, or being burst at. `stalled`: nothing in hand while live. */
export type PlayoutState = 'starting' | 'playing' | 'stalled' | 'paused';

/** What to do now. Pictures are named by seq. */
export interface PlayoutStep {
  decode: QueuedChunk[];
  /** The decoded picture to paint, and its capture time. */
  show: { seq: number; timeUs: number } | undefined;
  /** Decoded pictures to close. */
  discard: number[];
  state: PlayoutState;
  /** What the sound follows. */
  piece: Readonly<TimelinePiece>;
  /** When to evaluate again at the latest, ms from now. */
  wakeInMs: number;
}

/** Where packets ended, and what still waits. */
export interface PlayoutBuckets {
  shown: number;
  skipped: number;
  lost: number;
  undecodable: number;
  played: number;
  soundsDropped: number;
  none: number;
  late: number;
  duplicate: number;
  /** Not yet in any of the above. */
  waiting: number;
}

const DEFAULT_FRAME_RATE = 30;

export class Playout {
  readonly #sorter: PacketSorter;
  readonly #gate: ReferenceGate;
  readonly #estimator: DelayEstimator;
  readonly #pictures = new PictureQueue();
  readonly #sounds = new SoundQueue();
  readonly #timeline = new Timeline();
  #state: PlayoutState = 'starting';
  #startUs: number | undefined;
  #startedMs = 0;
  #edgeUs = -Infinity;
  #endUs = -Infinity;
  #newestUs = -Infinity;
  #evaluatedMs = -Infinity;
  #isOver = false;
  #isSoundHeard: boolean | undefined;
  readonly #stallMeter = new StallMeter();
  #undecodable = 0;
  #none = 0;
  #late = 0;
  #duplicate = 0;

  /** `estimator`: that of the epoch before, whose target is still right when the path is the same. */
  constructor(format: MediaFormat, firstSeq: number, estimator = new DelayEstimator()) {
    this.#sorter = new PacketSorter(firstSeq);
    this.#estimator = estimator;
    estimator.reset();
    const frameRate = format.video?.frameRate ?? DEFAULT_FRAME_RATE;
    this.#gate = new ReferenceGate(
      format.video?.layers ?? 1,
      1e6 / (frameRate > 0 ? frameRate : DEFAULT_FRAME_RATE),
    );
  }

  get estimator(): DelayEstimator {
    return this.#estimator;
  }

  get nextSeq(): number {
    return this.#sorter.nextSeq;
  }

  get stalls(): number {
    return this.#stallMeter.stalls;
  }

  /** Time spent stalled, ms, the present stall included. */
  stallMs(nowMs: number): number {
    return this.#stallMeter.totalMs(nowMs);
  }

  /** Capture time being presented, µs. */
  positionUs(nowMs: number): number {
    return this.#timeline.at(nowMs);
  }

  buckets(): PlayoutBuckets {
    const { shown, skipped, lost } = this.#pictures;
    return {
      shown,
      skipped,
      lost,
      undecodable: this.#undecodable,
      played: this.#sounds.played,
      soundsDropped: this.#sounds.dropped,
      none: this.#none,
      late: this.#late,
      duplicate: this.#duplicate,
      waiting: this.#sorter.size + this.#pictures.size + this.#pictures.inFlight + this.#sounds.size,
    };
  }

  /** Bytes in hand. */
  get bufferedBytes(): number {
    return this.#sorter.bytes + this.#pictures.bytes + this.#sounds.bytes;
  }

  push(packet: PlayerPacket, nowMs: number): void {
    const filing = this.#sorter.push(packet, nowMs);
    if (filing === 'late') this.#late += 1;
    if (filing === 'duplicate') this.#duplicate += 1;
    if (packet.track !== 'none' && filing !== 'duplicate') {
      this.#estimator.observe(packet, nowMs);
      this.#newestUs = Math.max(this.#newestUs, packet.timeUs + packet.durationUs);
    }
    this.#takeTurns(nowMs, false);
  }

  skip(fromSeq: number, toSeq: number, isAnnounced: boolean): void {
    this.#sorter.skip(fromSeq, toSeq, isAnnounced);
  }

  /** Whether sound is being heard. Where it begins to be, playback goes back to where sound can be in time. */
  setSoundHeard(isHeard: boolean, nowMs: number): void {
    if (isHeard === this.#isSoundHeard) return;
    this.#isSoundHeard = isHeard;
    this.#estimator.setSoundHeard(isHeard, nowMs);
    const liveUs = this.#liveUs(nowMs);
    if (isHeard && this.#state === 'playing' && this.#timeline.at(nowMs) > liveUs)
      this.#timeline.move(liveUs, nowMs, 1);
  }

  /** A picture came out of the decoder. False: nobody waits for it, close it. */
  decoded(seq: number): boolean {
    return this.#pictures.decoded(seq);
  }

  /** The video decoder is gone. Returns whether a key chunk must be waited for. */
  loseDecoder(): boolean {
    this.#pictures.loseDecoder();
    if (this.#pictures.hasKey) return false;
    this.#gate.requireKey();
    return true;
  }

  pause(nowMs: number): void {
    if (this.#state === 'paused') return;
    this.#stallMeter.end(nowMs);
    this.#state = 'paused';
    this.#timeline.hold(this.#timeline.at(nowMs), nowMs);
  }

  /** Goes on at the live edge. */
  play(): void {
    if (this.#state === 'paused') this.#state = 'starting';
  }

  evaluate(nowMs: number): PlayoutStep {
    this.#estimator.measure(nowMs);
    // After a hiccup of our own, what seems missing may be waiting at the door: it gets one more turn.
    const wasAway = nowMs - this.#evaluatedMs > 2 * WAKE_MS_MAX;
    this.#evaluatedMs = nowMs;
    this.#takeTurns(nowMs, !wasAway);
    this.#advance(nowMs);
    const positionUs = this.#timeline.at(nowMs);
    this.#pictures.skipBehind(positionUs);
    if (this.#state === 'paused') {
      const discard = this.#pictures.discardReady();
      return {
        decode: [],
        show: undefined,
        discard,
        state: 'paused',
        piece: this.#timeline.piece,
        wakeInMs: WAKE_MS_MAX,
      };
    }
    const { show, discard } = this.#pictures.choose(positionUs, nowMs);
    const decode = this.#pictures.takeDecodable(positionUs);
    if (this.#state === 'playing') decode.push(...this.#sounds.takeDecodable(positionUs));
    const { piece } = this.#timeline;
    return { decode, show, discard, state: this.#state, piece, wakeInMs: this.#wakeInMs(nowMs) };
  }

  #takeTurns(nowMs: number, canGiveUp: boolean): void {
    const positionUs = this.#state === 'playing' ? this.#timeline.at(nowMs) : this.#liveUs(nowMs);
    for (;;) {
      const turn = this.#sorter.take((after) => canGiveUp && this.#isHoleDue(after, positionUs, nowMs));
      if (!turn) break;
      this.#accept(turn);
    }
    const size = this.#pictures.size + this.#sounds.size;
    if (size > BUFFER_PACKETS_MAX || this.#pictures.bytes + this.#sounds.bytes > BUFFER_BYTES_MAX)
      this.#overflow(nowMs);
  }

  /**
   * In play, what follows the hole sets the deadline. While nothing moves there is none: a burst (whose sound comes
   * first) is waited for as long as it fills holes. What will be jumped over is not worth waiting for one by one.
   */
  #isHoleDue({ packet, arrivedMs }: Arrival, positionUs: number, nowMs: number): boolean {
    const timeUs = packet.track === 'none' ? this.#captureUs(arrivedMs) : packet.timeUs;
    const isBehind = this.#liveUs(nowMs) - timeUs > JUMP_MS * 1000;
    if (isBehind && nowMs - arrivedMs >= BEHIND_HOLE_MS) return true;
    if (this.#state === 'starting' || this.#state === 'stalled') {
      const quietMs = nowMs - Math.max(arrivedMs, this.#sorter.filledMs);
      return quietMs >= BURST_QUIET_MS || nowMs - arrivedMs >= BURST_MS_MAX;
    }
    return timeUs - positionUs <= this.#giveUpLeadMs * 1000;
  }

  /** How long before the presentation of what follows it a hole is given up, ms. */
  get #giveUpLeadMs(): number {
    return Math.min(GIVE_UP_LEAD_MS, GIVE_UP_SHARE * this.#estimator.targetMs);
  }

  /** The latest that something which arrived then can have been captured, µs. */
  #captureUs(arrivedMs: number): number {
    return (arrivedMs - (this.#estimator.baseMs ?? Infinity)) * 1000;
  }

  #accept({ packet, arrivedMs, lost, announced }: Turn): void {
    this.#gate.pass(lost, announced);
    if (packet.track === 'none') {
      this.#none += 1;
      if (packet.isEnd) this.#isOver = true;
      // Nothing captured before this packet was sent is missing: silence and stillness are no lack of data.
      this.#edgeUs = Math.max(this.#edgeUs, this.#captureUs(arrivedMs));
      return;
    }
    this.#startUs ??= packet.timeUs;
    this.#endUs = packet.timeUs + packet.durationUs;
    this.#edgeUs = Math.max(this.#edgeUs, this.#endUs);
    if (packet.track === 'audio') {
      this.#gate.passAudio(packet);
      this.#sounds.add(packet);
      return;
    }
    const next = this.#sorter.peek('audio');
    if (this.#gate.admit(packet, next?.track === 'audio' ? next : undefined)) this.#pictures.add(packet);
    else this.#undecodable += 1;
  }

  /** Where playback should be: the target behind the shortest delay, µs. */
  #liveUs(nowMs: number): number {
    const { baseMs, targetMs } = this.#estimator;
    return baseMs === undefined ? -Infinity : (nowMs - baseMs - targetMs) * 1000;
  }

  #advance(nowMs: number): void {
    if (this.#startUs === undefined) return;
    const liveUs = this.#liveUs(nowMs);
    if (this.#state === 'starting') this.#start(liveUs, nowMs);
    else if (this.#state === 'playing') this.#follow(liveUs, nowMs);
    else if (this.#state === 'stalled') this.#refill(nowMs);
    else this.#trimPaused(liveUs);
  }

  #start(liveUs: number, nowMs: number): void {
    this.#timeline.hold(liveUs, nowMs);
    const isFilled = liveUs >= (this.#startUs ?? Infinity) && this.#edgeUs > liveUs;
    if (!isFilled || !this.#estimator.isSettled(nowMs)) return;
    this.#state = 'playing';
    this.#startedMs = nowMs;
    this.#timeline.move(liveUs, nowMs, 1);
  }

  #follow(liveUs: number, nowMs: number): void {
    const positionUs = this.#timeline.at(nowMs);
    const excessMs = (liveUs - positionUs) / 1000;
    const jumpMs = nowMs - this.#startedMs < START_MS ? START_JUMP_MS : JUMP_MS;
    if (excessMs < -JUMP_MS) {
      this.#edgeUs = this.#endUs;
      this.#timeline.move(liveUs, nowMs, 1);
    } else if (this.#goalUs(liveUs) - positionUs > jumpMs * 1000) {
      this.#timeline.move(this.#goalUs(liveUs), nowMs, 1);
    } else if (positionUs > this.#edgeUs && this.#isOver) {
      this.#timeline.hold(this.#edgeUs, nowMs);
    } else if (positionUs > this.#edgeUs) {
      this.#state = 'stalled';
      this.#stallMeter.begin(nowMs);
      this.#timeline.hold(this.#edgeUs, nowMs);
    } else if (this.#timeline.isRunning) {
      // Running faster into what hasn't come yet would only be a stall.
      const spareMs = Math.max(0, (this.#newestUs - positionUs) / 1000 - this.#estimator.targetMs);
      this.#timeline.setRate(nextRate(this.#timeline.piece.rate, Math.min(excessMs, spareMs)), nowMs);
    }
  }

  /** Where a jump goes: to the live edge, or as near to it as what has come allows, µs. */
  #goalUs(liveUs: number): number {
    return this.#edgeUs > liveUs ? liveUs : this.#edgeUs - this.#estimator.targetMs * 1000;
  }

  #refill(nowMs: number): void {
    const positionUs = this.#timeline.at(nowMs);
    const { targetMs } = this.#estimator;
    const fullMs = Math.max(targetMs / 2, targetMs - REFILL_SLACK_MS);
    if (!this.#isOver && this.#edgeUs - positionUs < fullMs * 1000) return;
    this.#stallMeter.end(nowMs);
    this.#state = 'playing';
    this.#timeline.move(positionUs, nowMs, 1);
  }

  #trimPaused(liveUs: number): void {
    this.#pictures.skipToKey(liveUs);
    this.#sounds.dropBefore(liveUs);
  }

  /** More in hand than can be kept: keep the newest group if that helps, and begin again at the live edge. */
  #overflow(nowMs: number): void {
    const keyUs = this.#pictures.skipToKey(Infinity) ?? Infinity;
    this.#sounds.dropBefore(keyUs);
    const size = this.#pictures.size + this.#sounds.size;
    if (size > BUFFER_PACKETS_MAX / 2 || this.#pictures.bytes + this.#sounds.bytes > BUFFER_BYTES_MAX / 2) {
      this.#pictures.clear();
      this.#sounds.dropBefore(Infinity);
      this.#gate.requireKey();
    }
    this.#stallMeter.end(nowMs);
    this.#estimator.reset();
    this.#startUs = undefined;
    this.#edgeUs = this.#newestUs = -Infinity;
    if (this.#state !== 'paused') this.#state = 'starting';
  }

  #wakeInMs(nowMs: number): number {
    const after = this.#sorter.afterHole()?.packet;
    const holeUs = after && after.track !== 'none' ? after.timeUs - this.#giveUpLeadMs * 1000 : undefined;
    const dueUs = [holeUs, this.#pictures.nextDueUs(), this.#sounds.nextDueUs(), this.#edgeUs + 1000];
    const waits = dueUs.map((us) => (us === undefined ? Infinity : this.#timeline.untilMs(us, nowMs)));
    return Math.max(1, Math.min(WAKE_MS_MAX, ...waits));
  }
}
