// The player inside its worker: hands packets to the playout, does what it says with real decoders, canvas and sound.
// One rule: every frame is closed, here, exactly once. Timing lives here and not in the page, whose timers are slowed
// when it is hidden.

import type { MediaFormat, PlayerPacket } from '../ports.ts';
import { MasterClock } from '../playout/master-clock.ts';
import { Playout } from '../playout/playout.ts';
import type { PlayoutState, PlayoutStep } from '../playout/playout.ts';
import { audioChunk, audioDecoder, seqOf, videoChunk, videoDecoder } from './player-decoders.ts';
import type { SturdyDecoder } from './player-decoders.ts';
import type { FromSound, PlayerDetail, ToSound } from './player-messages.ts';
import { CanvasPainter } from './render-canvas.ts';

type Notice = 'firstFrame' | 'stalled' | 'resumed' | 'keyNeeded' | 'failed';

/** The sound's lead is the greatest of late: with each report, some 20 a second, what it was counts this much less. */
const LEAD_DECAY = 0.98;
/** For so long after sound began, ms, its clock is not known well enough to tell the lead. */
const LEAD_UNSURE_MS = 600;

/** What earlier epochs left in the counters. */
interface Totals {
  shown: number;
  played: number;
  skipped: number;
  late: number;
  stalls: number;
  stallMs: number;
}

export class PlayerEngine {
  readonly #nowMs: () => number;
  readonly #notify: (notice: Notice) => void;
  readonly #painter: CanvasPainter;
  readonly #clock = new MasterClock();
  readonly #frames = new Map<number, VideoFrame>();
  #totals: Totals = { shown: 0, played: 0, skipped: 0, late: 0, stalls: 0, stallMs: 0 };
  #playout: Playout | undefined;
  #video: SturdyDecoder<EncodedVideoChunk, VideoFrame> | undefined;
  #audio: SturdyDecoder<EncodedAudioChunk, AudioData> | undefined;
  #audioOriginUs: number | undefined;
  #sound: MessagePort | undefined;
  #heard: FromSound | undefined;
  #soundLeadMs = 0;
  #unheardMs = -Infinity;
  #sentLine = '';
  #state: PlayoutState = 'starting';
  #isPaused = false;
  #isFailed = false;
  #hasShown = false;
  #shownTimeUs: number | undefined;
  #shownAtMs: number | undefined;
  #firstShownAtMs: number | undefined;
  #wakeMs = Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `nowMs`: the page's monotonic time. */
  constructor(canvas: OffscreenCanvas, nowMs: () => number, notify: (notice: Notice) => void) {
    this.#painter = new CanvasPainter(canvas);
    this.#nowMs = nowMs;
    this.#notify = notify;
  }

  configure(format: MediaFormat, firstSeq: number): void {
    this.#totals = this.#sums();
    this.#dropDecoders();
    this.#isFailed = false;
    this.#hasShown = false;
    this.#audioOriginUs = undefined;
    this.#state = 'starting';
    this.#playout = new Playout(format, firstSeq, this.#playout?.estimator);
    if (this.#isPaused) this.#playout.pause(this.#masterMs());
    if (format.video) {
      this.#video = videoDecoder(format.video, {
        output: (frame) => this.#takeFrame(frame),
        lost: () => this.#loseVideo(),
        failed: () => this.#fail(),
      });
    }
    if (format.audio) {
      this.#audio = audioDecoder(format.audio, {
        output: (data) => this.#takeSound(data),
        lost: () => undefined,
        failed: () => this.#fail(),
      });
    }
    this.#evaluate();
  }

  push(packet: PlayerPacket): void {
    this.#playout?.push(packet, this.#masterMs());
    // Not at once: other packets may wait behind this one, and they come first.
    this.#wake(0);
  }

  skip(fromSeq: number, toSeq: number, isAnnounced: boolean): void {
    this.#playout?.skip(fromSeq, toSeq, isAnnounced);
    this.#evaluate();
  }

  play(): void {
    this.#isPaused = false;
    this.#playout?.play();
    this.#evaluate();
  }

  pause(): void {
    this.#isPaused = true;
    this.#playout?.pause(this.#masterMs());
    this.#evaluate();
  }

  /** The worklet's port. */
  connectSound(port: MessagePort): void {
    this.#sound = port;
    port.onmessage = (event: MessageEvent<FromSound>) => {
      this.#heard = event.data;
      this.#clock.observeAlive(event.data.contextS, this.#nowMs());
      this.#learnLead(event.data);
    };
  }

  copyPictures(to: WritableStream<VideoFrame>): void {
    this.#painter.copyTo(to.getWriter());
  }

  heard(contextS: number, atMs: number): void {
    this.#clock.observeHeard(contextS, atMs);
  }

  stats(): PlayerDetail {
    const { shown, played, skipped, late, stalls, stallMs } = this.#sums();
    const soundAheadMs = this.#soundAheadMs();
    return {
      videoFrames: shown,
      audioChunks: played,
      framesSkipped: skipped,
      packetsLate: late,
      stalls,
      stallMs,
      ...(this.#shownTimeUs !== undefined && { shownTimeUs: this.#shownTimeUs }),
      ...(this.#shownAtMs !== undefined && { shownAtMs: this.#shownAtMs }),
      ...(this.#firstShownAtMs !== undefined && { firstShownAtMs: this.#firstShownAtMs }),
      targetMs: this.#playout?.estimator.targetMs ?? 0,
      nextSeq: this.#playout?.nextSeq ?? 0,
      clock: this.#clock.isSound ? 'sound' : 'wall',
      buckets: { ...this.#playout?.buckets() },
      ...(soundAheadMs !== undefined && { soundAheadMs }),
    };
  }

  /** What the worklet renders now is heard that much later: it needs its samples by then. */
  #learnLead({ contextS }: FromSound): void {
    const heardS = this.#clock.contextAt(this.#masterMs());
    if (heardS === undefined) this.#unheardMs = this.#nowMs();
    if (heardS === undefined || this.#nowMs() - this.#unheardMs < LEAD_UNSURE_MS) return;
    this.#soundLeadMs = Math.max((contextS - heardS) * 1000, this.#soundLeadMs * LEAD_DECAY);
    this.#playout?.estimator.setSoundLead(this.#soundLeadMs);
  }

  #masterMs(): number {
    return this.#clock.at(this.#nowMs());
  }

  #evaluate(): void {
    clearTimeout(this.#timer);
    this.#wakeMs = Infinity;
    const playout = this.#playout;
    if (!playout || this.#isFailed) return;
    const nowMs = this.#masterMs();
    playout.setSoundHeard(this.#clock.isSound, nowMs);
    const step = playout.evaluate(nowMs);
    this.#paint(step);
    this.#lead(step);
    this.#decode(step);
    this.#announce(step.state);
    const wallMs = this.#nowMs();
    this.#video?.watch(wallMs);
    this.#audio?.watch(wallMs);
    this.#wake(step.wakeInMs);
  }

  /** Evaluates in `inMs`, or earlier if that was planned. */
  #wake(inMs: number): void {
    const atMs = this.#nowMs() + inMs;
    if (atMs >= this.#wakeMs) return;
    clearTimeout(this.#timer);
    this.#wakeMs = atMs;
    this.#timer = setTimeout(() => this.#evaluate(), inMs);
  }

  #paint({ show, discard }: PlayoutStep): void {
    for (const seq of discard) this.#dropFrame(seq);
    const frame = show && this.#frames.get(show.seq);
    if (!frame) return;
    this.#painter.paint(frame);
    this.#dropFrame(show.seq);
    this.#shownTimeUs = show.timeUs;
    this.#shownAtMs = this.#nowMs();
    this.#firstShownAtMs ??= this.#shownAtMs;
    if (!this.#hasShown) this.#notify('firstFrame');
    this.#hasShown = true;
  }

  /** Tells the worklet where to be, whenever that has changed. */
  #lead({ piece }: PlayoutStep): void {
    const contextS = this.#clock.contextAt(piece.atMs);
    const line = `${piece.version} ${contextS ?? ''}`;
    if (line === this.#sentLine || contextS === undefined) return;
    this.#sentLine = line;
    this.#tellSound({ kind: 'follow', mediaUs: piece.mediaUs, contextS, rate: piece.rate });
  }

  #decode({ decode }: PlayoutStep): void {
    for (const chunk of decode) {
      if (chunk.track === 'video') this.#video?.decode(videoChunk(chunk), chunk.isKey);
      else {
        this.#audioOriginUs ??= chunk.timeUs;
        this.#audio?.decode(audioChunk(chunk, this.#audioOriginUs), true);
      }
    }
  }

  #announce(state: PlayoutState): void {
    const before = this.#state;
    this.#state = state;
    if (state === 'stalled' && before !== 'stalled') this.#notify('stalled');
    if (before === 'stalled' && state !== 'stalled') this.#notify('resumed');
  }

  #takeFrame(frame: VideoFrame): void {
    const seq = seqOf(frame);
    if (this.#playout?.decoded(seq)) this.#frames.set(seq, frame);
    else frame.close();
    this.#evaluate();
  }

  #takeSound(data: AudioData): void {
    // While the sound stands still its port would only fill up.
    if (this.#clock.isSound) {
      const channels = Array.from({ length: Math.min(2, data.numberOfChannels) }, (_, planeIndex) => {
        const samples = new Float32Array(data.numberOfFrames);
        data.copyTo(samples, { planeIndex, format: 'f32-planar' });
        return samples;
      });
      const { sampleRate } = data;
      const timeUs = data.timestamp + (this.#audioOriginUs ?? 0);
      this.#tellSound({ kind: 'samples', timeUs, sampleRate, channels });
    }
    data.close();
  }

  #tellSound(message: ToSound): void {
    const transfer = message.kind === 'samples' ? message.channels.map((channel) => channel.buffer) : [];
    this.#sound?.postMessage(message, transfer);
  }

  #loseVideo(): void {
    if (this.#playout?.loseDecoder()) this.#notify('keyNeeded');
  }

  #fail(): void {
    this.#isFailed = true;
    this.#dropDecoders();
    this.#notify('failed');
  }

  #dropDecoders(): void {
    this.#video?.close();
    this.#audio?.close();
    this.#video = this.#audio = undefined;
    for (const frame of this.#frames.values()) frame.close();
    this.#frames.clear();
  }

  #dropFrame(seq: number): void {
    this.#frames.get(seq)?.close();
    this.#frames.delete(seq);
  }

  #sums(): Totals {
    const playout = this.#playout;
    if (!playout) return this.#totals;
    const { shown, played, skipped, late } = playout.buckets();
    return {
      shown: this.#totals.shown + shown,
      played: this.#totals.played + played,
      skipped: this.#totals.skipped + skipped,
      late: this.#totals.late + late,
      stalls: this.#totals.stalls + playout.stalls,
      stallMs: this.#totals.stallMs + playout.stallMs(this.#masterMs()),
    };
  }

  /** What the worklet says it renders against what the picture's timeline says for the moment that will be heard. */
  #soundAheadMs(): number | undefined {
    const heard = this.#heard;
    const nowMs = this.#masterMs();
    const contextNowS = this.#clock.contextAt(nowMs);
    if (!this.#playout || heard?.mediaUs === undefined || contextNowS === undefined) return undefined;
    const thenMs = nowMs + (heard.contextS - contextNowS) * 1000;
    return (heard.mediaUs - this.#playout.positionUs(thenMs)) / 1000;
  }
}
