// The devices of a programme on air: reads their tracks, notices when one goes away and brings it back, and changes one for
// another. One rule: what is on air is read until what takes its place delivers.

import type { ProgrammeOptions } from '../ports.ts';
import { isOtherPicture, openOtherPicture } from './capture-change.ts';
import type { OldPicture } from './capture-change.ts';
import { isOfScreen, openMicrophone, reopenPicture } from './capture-devices.ts';
import { recoverTrack } from './capture-recovery.ts';
import { pumpAudio, pumpVideo } from './capture-tracks.ts';
import type { AudioPump, VideoPump } from './capture-tracks.ts';
import { streamsOf } from './encoder-worker.ts';
import type { EncoderWorker } from './encoder-worker.ts';
import { SidePump } from './side-pump.ts';

type Kind = 'video' | 'audio';

/** The tracks of one stream, which is also the preview's. */
export class LiveCapture {
  readonly #worker: EncoderWorker;
  readonly #stream: MediaStream;
  #options: ProgrammeOptions;
  #stopRecovery: Partial<Record<Kind, () => void>> = {};
  #video: VideoPump | undefined;
  #audio: AudioPump | undefined;
  /** A shared screen's sound, mixed into the microphone's. */
  readonly #beside: SidePump;
  #isClosed = false;

  /** Owns the stream. */
  constructor(worker: EncoderWorker, stream: MediaStream, options: ProgrammeOptions) {
    this.#worker = worker;
    this.#stream = stream;
    this.#options = options;
    this.#beside = new SidePump(worker, 'screen');
  }

  /** What is on air. */
  get options(): ProgrammeOptions {
    return this.#options;
  }

  /** Has the worker encode what is open. */
  start(): void {
    const [videoTrack] = this.#stream.getVideoTracks();
    const sounds = this.#stream.getAudioTracks();
    const audioTrack = sounds.find((track) => !isOfScreen(track)) ?? sounds[0];
    if (videoTrack) this.#video = pumpVideo(videoTrack, this.#worker.post);
    if (audioTrack) this.#audio = pumpAudio(audioTrack, this.#worker.post);
    this.#worker.post(
      {
        type: 'start',
        ...(this.#video && { video: this.#video.feed }),
        ...(this.#audio && { audio: this.#audio.feed }),
        audioChannels: sounds.some((track) => track.getSettings().channelCount === 2) ? 2 : 1,
      },
      streamsOf(this.#video?.feed, this.#audio?.feed),
    );
    this.#putBeside(sounds.find((track) => track !== audioTrack));
    for (const track of this.#stream.getTracks()) this.#watch(track);
  }

  /** The worker asks for a picture. */
  tick(): void {
    this.#video?.tick();
  }

  /** As `Programme.restorePicture`. */
  async restorePicture(): Promise<void> {
    await this.#takeOver(await reopenPicture(this.#options));
  }

  /** As `Programme.change`; `hasSound`: sound is part of what goes out. */
  async change(options: ProgrammeOptions, hasSound: boolean): Promise<void> {
    const before = this.#options;
    if (isOtherPicture(before, options)) {
      await this.#takeOver(await openOtherPicture(options, this.#oldPicture(), hasSound));
      const { source, cameraId, facing } = options;
      this.#options = { ...before, source, cameraId, facing };
    }
    const isFromScreen = options.source !== 'screen' && this.#stream.getAudioTracks().some(isOfScreen);
    if (!hasSound || (options.microphoneId === before.microphoneId && !isFromScreen)) return;
    if (options.microphoneId === 'none') await this.#silence();
    else await this.#put(await openMicrophone(options));
    this.#options = { ...this.#options, microphoneId: options.microphoneId };
  }

  /** Nothing is read any more; the devices are free. */
  close(): void {
    this.endRecovery();
    this.#video?.stop();
    this.#audio?.stop();
    this.#putBeside(undefined);
    for (const track of this.#stream.getTracks()) track.stop();
  }

  /** What comes from now on isn't put on air. */
  endRecovery(): void {
    this.#isClosed = true;
    this.#stopRecovery.video?.();
    this.#stopRecovery.audio?.();
  }

  /** Tells the worker when a device goes away: unplugged, revoked, or ended from the browser's own bar. */
  #watch(track: MediaStreamTrack): void {
    const kind = track.kind as Kind;
    const isOnAir = (): boolean => this.#stream.getTracks().includes(track);
    track.addEventListener('ended', () => {
      if (!isOnAir()) return;
      (kind === 'video' ? this.#video : this.#audio)?.stop();
      this.#worker.post({ type: 'lost', track: kind });
      if (!isOfScreen(track)) this.#recover(track);
    });
    if (kind === 'audio' || isOfScreen(track)) return;
    // The system may take a camera away for a while (a privacy switch, a call); its frames bring it back.
    track.addEventListener('mute', () => {
      if (isOnAir()) this.#worker.post({ type: 'lost', track: kind });
    });
  }

  #recover(lost: MediaStreamTrack): void {
    const kind = lost.kind as Kind;
    this.#stopRecovery[kind]?.();
    this.#stopRecovery[kind] = recoverTrack(lost, this.#options, (track) => void this.#put(track));
  }

  /** The camera on air, as one that may have to make way for another. */
  #oldPicture(): OldPicture {
    return {
      isCamera: this.#options.source === 'camera',
      close: () => {
        this.#worker.post({ type: 'hold' });
        this.#video?.stop();
        for (const track of this.#stream.getVideoTracks()) track.stop();
      },
      reopen: () => this.restorePicture().catch(() => this.#worker.post({ type: 'lost', track: 'video' })),
    };
  }

  /** Puts what was opened on air. What has a sound there is a screen: it stands beside a microphone's, never in its place. */
  async #takeOver(stream: MediaStream): Promise<void> {
    const [sound] = stream.getAudioTracks();
    const hasMicrophone = this.#stream
      .getAudioTracks()
      .some((track) => track.readyState === 'live' && !isOfScreen(track));
    this.#putBeside(hasMicrophone ? sound : undefined);
    const wanted = hasMicrophone ? stream.getVideoTracks() : stream.getTracks();
    await Promise.all(wanted.map((track) => this.#put(track)));
    // A screen that isn't shared any more isn't heard either.
    const isSilentScreen = !sound && stream.getVideoTracks().some(isOfScreen);
    if (isSilentScreen && this.#stream.getAudioTracks().some(isOfScreen)) await this.#silence();
  }

  /** Has a screen's sound mixed in, in place of the one before; undefined: none any more. */
  #putBeside(track: MediaStreamTrack | undefined): void {
    for (const old of this.#beside.stream?.getTracks() ?? []) if (old !== track) old.stop();
    if (track) this.#stream.removeTrack(track);
    this.#beside.stream = track && new MediaStream([track]);
  }

  /** Puts a track on air; the one before goes when this one delivers. */
  async #put(track: MediaStreamTrack): Promise<void> {
    if (this.#isClosed) {
      track.stop();
      return;
    }
    const kind = track.kind as Kind;
    this.#stopRecovery[kind]?.();
    const olds = this.#stream.getTracks().filter((old) => old.kind === kind);
    const pump = kind === 'video' ? this.#video : this.#audio;
    for (const old of olds) this.#stream.removeTrack(old);
    this.#stream.addTrack(track);
    this.#watch(track);
    await this.#attach(track);
    pump?.stop();
    for (const old of olds) {
      // A microphone comes while the screen that is heard is still shared.
      if (isOfScreen(old) && kind === 'audio' && !isOfScreen(track) && this.#options.source === 'screen')
        this.#putBeside(old);
      else old.stop();
    }
  }

  /** Has a track read; resolves when it delivers. */
  #attach(track: MediaStreamTrack): Promise<void> {
    const { post } = this.#worker;
    if (track.kind === 'video') {
      this.#video = pumpVideo(track as MediaStreamVideoTrack, post);
      return this.#worker.attach({ type: 'video', feed: this.#video.feed });
    }
    this.#audio = pumpAudio(track as MediaStreamAudioTrack, post);
    return this.#worker.attach({ type: 'audio', feed: this.#audio.feed });
  }

  /** The microphone goes; what else is heard stays. */
  async #silence(): Promise<void> {
    const [screen] = this.#beside.stream?.getAudioTracks() ?? [];
    if (screen) {
      this.#beside.stream = undefined;
      await this.#put(screen);
      return;
    }
    this.#audio?.stop();
    for (const track of this.#stream.getAudioTracks()) {
      this.#stream.removeTrack(track);
      track.stop();
    }
    this.#worker.post({ type: 'lost', track: 'audio' });
  }
}
