// Inside the worker: sources in, chunks out. It holds the chunks back until the format is complete, and keeps both
// tracks going when a source is still or lost: a card for the picture, silence for the sound.

import type { FaultCode } from '../base/errors.ts';
import type { LineMark } from '../base/fading-lines.ts';
import type { ProgrammeOptions } from '../ports.ts';
import { wallUs } from './capture-clock.ts';
import { readAudio, readVideo } from './capture-streams.ts';
import { ComposedPicture } from './composed-picture.ts';
import { AudioTrackEncoder, canEncodeAudio } from './encode-audio.ts';
import type { CodecCandidate } from './encode-codec.ts';
import type { AudioFeed, FromEncoder, VideoFeed } from './encode-messages.ts';
import type { Pcm } from './encode-pcm.ts';
import { probeCodec } from './encode-probe.ts';
import { VideoTrackEncoder } from './encode-video.ts';
import { FeedSeat } from './feed-seat.ts';
import { FormatHold } from './format-hold.ts';
import { pictureTarget, QUALITIES } from './quality.ts';
import type { PictureTarget } from './quality.ts';
import { SideFeeds } from './side-feeds.ts';
import { SketchedPicture } from './sketched-picture.ts';
import { drawBreakCard, drawLostCard } from './testcard-skylight.ts';
import { TestcardSource } from './testcard-source.ts';

/** How often stillness, losses and hangs are looked for, ms. */
const CHECK_INTERVAL_MS = 100;
/** A source that hasn't delivered for this long is still (picture) or lost (sound). */
const STILL_US = 900_000;
/** A camera that hasn't shown its first picture after this long is lost: slow ones take two seconds. */
const FIRST_PICTURE_US = 3_000_000;
/** Pictures of the card are this far apart: enough for a newcomer's first picture, and nearly no bits. */
const CARD_INTERVAL_US = 500_000;
/** A main picture older than this is sent again with what is new beside it. */
const SLOW_US = 80_000;
/** Silence stays this far behind the present, so that a device that is only late isn't talked over. */
const SILENCE_BEHIND_US = 200_000;
/** A source faster than the target is thinned: frames nearer to their predecessor than this part of the period go. */
const NEAREST_SHARE = 0.75;

type Track = 'video' | 'audio';

/** One programme from its sources to its chunks. `post` gets what is meant for the page. */
export class ProgrammeEncoder {
  readonly #post: (message: FromEncoder) => void;
  #quality: ProgrammeOptions['quality'] = '360p';
  #candidate: CodecCandidate | undefined;
  #testcard: TestcardSource | undefined;
  #video: VideoTrackEncoder | undefined;
  #audio: AudioTrackEncoder | undefined;
  readonly #seats = { video: this.#seatOf('video'), audio: this.#seatOf('audio') };
  #states: Record<Track, 'on' | 'lost'> = { video: 'on', audio: 'on' };
  readonly #hold: FormatHold;
  #lastFrame: VideoFrame | undefined;
  #lastFrameUs = 0;
  /** When the last picture that isn't new went out. */
  #repeatedUs = 0;
  #lastCardUs = 0;
  #bitrateShare = 1;
  readonly #composed = new ComposedPicture();
  readonly #sketched = new SketchedPicture();
  /** Who stands with the broadcaster. */
  readonly sides = new SideFeeds(this.#composed, () => this.#followSides());
  #isHidden = false;
  /** Coded size of this epoch, once it is known. */
  #size: PictureTarget | undefined;
  /** Silence goes out in place of the sound. */
  isMuted = false;
  #lastSoundUs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(post: (message: FromEncoder) => void) {
    this.#post = post;
    this.#hold = new FormatHold(post);
  }

  /** Chooses the codec; with a preview canvas, shows the test card on it. */
  async open(quality: ProgrammeOptions['quality'], preview?: OffscreenCanvas): Promise<void> {
    this.#quality = quality;
    if (preview) this.#testcard = new TestcardSource(QUALITIES[quality], preview);
    this.#candidate = await probeCodec(QUALITIES[quality]);
    if (this.#candidate) this.#post({ type: 'ready' });
    else this.#fail('encoder-missing', 'No video encoder works');
  }

  /** Begins to encode the test card, or the given feeds. */
  async start(video: VideoFeed | undefined, audio: AudioFeed | undefined, channels: 1 | 2): Promise<void> {
    this.#lastFrameUs = this.#lastSoundUs = wallUs();
    if ((this.#testcard || audio) && (await canEncodeAudio(channels))) this.#openAudio(channels);
    this.#timer = setInterval(() => this.#check(), CHECK_INTERVAL_MS);
    this.#testcard?.feed({
      frame: (frame, timeUs) => this.takeFrame(frame, timeUs),
      sound: (pcm) => this.takeSound(pcm),
    });
    if (video) this.attachVideo(video);
    if (audio) this.attachAudio(audio);
  }

  /** Reads the picture from a (new) stream; with 'messages', `takeFrame` is called for each. */
  attachVideo(feed: VideoFeed): void {
    const seat = this.#seats.video;
    if (feed === 'messages') seat.hand();
    else seat.read(feed, readVideo, (frame, timeUs) => this.takeFrame(frame, timeUs));
  }

  /** Reads the sound from a (new) stream; with 'messages', `takeSound` is called for each piece. */
  attachAudio(feed: AudioFeed): void {
    const seat = this.#seats.audio;
    if (feed === 'messages') seat.hand();
    else seat.read(feed, readAudio, (pcm) => this.takeSound(pcm));
  }

  /** The picture stands still until another feed comes: its source is closed to make way for that. */
  holdPicture(): void {
    this.#seats.video.empty();
  }

  /** Whether a card goes out in place of the picture. */
  setHidden(isHidden: boolean): void {
    if (this.#isHidden === isHidden) return;
    this.#isHidden = isHidden;
    const nowUs = wallUs();
    if (isHidden && this.#video) this.#encodeCard(nowUs);
    else if (!isHidden && this.#lastFrame) this.#encodeFrame(this.#lastFrame.clone(), nowUs);
  }

  /** Takes over a picture. */
  takeFrame(frame: VideoFrame, timeUs: number): void {
    if (this.#lastFrame && timeUs - this.#lastFrameUs < this.#nearestUs) {
      frame.close();
      return;
    }
    this.#lastFrame?.close();
    this.#lastFrame = frame.clone();
    this.#lastFrameUs = timeUs;
    this.#setState('video', 'on');
    if (!this.#isHidden) return this.#encodeFrame(frame, timeUs);
    // The shape of the epoch is the source's, whether or not it is shown.
    this.#video ??= this.#openVideo(frame);
    frame.close();
  }

  takeSound(pcm: Pcm): void {
    this.#lastSoundUs = wallUs();
    this.#setState('audio', 'on');
    if (this.isMuted) for (const samples of pcm.channels) samples.fill(0);
    this.#audio?.push(pcm);
  }

  /** The source of a track is gone: a card or silence takes its place at the next check. */
  lose(track: Track): void {
    if (track === 'video') {
      this.#lastFrame?.close();
      this.#lastFrame = undefined;
    }
    this.#setState(track, 'lost');
  }

  /** Part of the chosen bitrate to spend, 0 to 1. */
  setBitrateShare(share: number): void {
    this.#bitrateShare = share;
    if (this.#video) this.#video.bitrateShare = share;
  }

  /** Whether the main picture is a shared screen, which keeps the whole frame. */
  setScreen(isScreen: boolean): void {
    this.#composed.isScreen = isScreen;
  }

  /** Draws on the pictures that follow. */
  sketch(mark: LineMark): void {
    this.#sketched.add(mark);
  }

  requestKey(): void {
    this.#video?.requestKey();
  }

  /** Ends capture and flushes the encoders. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#testcard?.stop();
    this.#seats.video.empty();
    this.#seats.audio.empty();
    this.sides.close();
    await Promise.all([this.#video?.close(), this.#audio?.close()]);
    this.#lastFrame?.close();
    this.#lastFrame = undefined;
    this.#post({ type: 'closed' });
  }

  /** Pictures nearer to each other than this are one too many, µs. */
  get #nearestUs(): number {
    return (NEAREST_SHARE * 1_000_000) / QUALITIES[this.#quality].frameRate;
  }

  #seatOf(track: Track): FeedSeat {
    return new FeedSeat(
      () => this.#post({ type: 'attached', track }),
      () => this.lose(track),
    );
  }

  #encodeFrame(given: VideoFrame, timeUs: number): void {
    this.#video ??= this.#openVideo(given);
    const { width, height } = this.#size ?? QUALITIES[this.#quality];
    const frame = this.#isHidden ? given : this.#sketched.on(this.#composed.on(given, { width, height }));
    if (this.#video) this.#video.push(frame, timeUs);
    else frame.close();
  }

  #openVideo(frame: VideoFrame): VideoTrackEncoder | undefined {
    if (!this.#candidate) return undefined;
    this.#size = pictureTarget(this.#quality, frame.displayWidth, frame.displayHeight);
    const encoder = new VideoTrackEncoder(this.#candidate, this.#size, {
      format: (video) => this.#hold.add({ video }),
      chunk: this.#hold.send,
      pressure: (level) => this.#post({ type: 'pressure', level }),
      failed: (error) => this.#fail('encoder-failed', String(error)),
    });
    encoder.bitrateShare = this.#bitrateShare;
    return encoder;
  }

  #openAudio(channels: 1 | 2): void {
    this.#audio = new AudioTrackEncoder(channels, {
      format: (audio) => this.#hold.add({ audio }),
      chunk: this.#hold.send,
      failed: () => this.#dropAudio(),
    });
    this.#hold.hasAudio = true;
    this.#audio.mix = this.sides.mixInto;
    this.sides.channels = channels;
  }

  /** Without a sound encoder the broadcast goes on with its picture. */
  #dropAudio(): void {
    this.#audio = undefined;
    this.#setState('audio', 'lost');
    this.#hold.hasAudio = false;
  }

  #setState(track: Track, state: 'on' | 'lost'): void {
    if (this.#states[track] === state) return;
    this.#states[track] = state;
    this.#post({ type: 'source', track, state });
  }

  #check(): void {
    const nowUs = wallUs();
    this.#video?.check();
    if (!this.#testcard || this.#isHidden) this.#keepPicture(nowUs);
    this.#keepSound(nowUs);
  }

  #keepPicture(nowUs: number): void {
    const sinceUs = nowUs - Math.max(this.#lastFrameUs, this.#repeatedUs);
    if (!this.#lastFrame && this.#states.video === 'on' && sinceUs > FIRST_PICTURE_US) this.lose('video');
    const isLost = this.#states.video === 'lost';
    if (isLost || (this.#isHidden && this.#video)) {
      const isDue = this.#isHidden || sinceUs >= CARD_INTERVAL_US;
      if (isDue && nowUs - this.#lastCardUs >= CARD_INTERVAL_US) this.#encodeCard(nowUs);
    } else if (this.#isHidden) {
      // Its shape isn't known yet.
    } else if (sinceUs > STILL_US || this.#sketched.isMoving) this.#repeat(nowUs);
  }

  /** Somebody beside the broadcaster has moved, come or gone. */
  #followSides(): void {
    const nowUs = wallUs();
    const isSlow = nowUs - this.#lastFrameUs > SLOW_US && nowUs - this.#repeatedUs > this.#nearestUs;
    if (!isSlow || this.#isHidden || !this.#video) return;
    if (this.#states.video === 'lost') this.#encodeCard(nowUs);
    else this.#repeat(nowUs);
  }

  #repeat(nowUs: number): void {
    if (!this.#lastFrame) return;
    this.#repeatedUs = nowUs;
    this.#encodeFrame(this.#lastFrame.clone(), nowUs);
  }

  #encodeCard(nowUs: number): void {
    const { width, height } = this.#size ?? QUALITIES[this.#quality];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { alpha: false });
    if (context) (this.#isHidden ? drawBreakCard : drawLostCard)(context, width, height);
    this.#lastCardUs = this.#repeatedUs = nowUs;
    this.#encodeFrame(new VideoFrame(canvas, { timestamp: 0, alpha: 'discard' }), nowUs);
  }

  #keepSound(nowUs: number): void {
    if (!this.#audio) return;
    if (nowUs - this.#lastSoundUs > STILL_US) this.#setState('audio', 'lost');
    if (this.#states.audio === 'lost') this.#audio.silence(nowUs - SILENCE_BEHIND_US);
  }

  #fail(code: FaultCode, message: string): void {
    clearInterval(this.#timer);
    this.#post({ type: 'failed', code, message });
  }
}
