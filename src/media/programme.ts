// What is on air, seen from the page: opens the devices, shows them to the broadcaster, and has a worker encode them.
// Capture belongs to the page and encoding to the worker, which goes on while the page is busy or hidden.

import { assert } from '../base/assert.ts';
import { LucarneError } from '../base/errors.ts';
import type { OpenProgramme, Programme, ProgrammeEvents, ProgrammeOptions } from '../ports.ts';
import { TrustedWorker as Worker } from '../trusted-worker.ts';
import { openCamera, openScreen, reopenPicture } from './capture-devices.ts';
import type { Capture } from './capture-devices.ts';
import { pumpAudio, pumpVideo } from './capture-tracks.ts';
import type { AudioPump, VideoPump } from './capture-tracks.ts';
import { recoverTrack } from './capture-recovery.ts';
import type { AudioFeed, FromEncoder, ToEncoder, VideoFeed } from './encode-messages.ts';

/** Flushing takes some 10 ms; an encoder that hangs is left behind after this long. */
const CLOSE_MS_MAX = 3000;

/** The worker with its codec chosen. */
class EncoderWorker {
  readonly #worker = new Worker(new URL('./encode.worker.ts', import.meta.url), { type: 'module' });
  /** Settles when the codec has been chosen. */
  readonly ready = Promise.withResolvers<undefined>();
  /** Resolves when everything has been flushed. */
  readonly closed = Promise.withResolvers<undefined>();
  /** What the worker says after it is ready. */
  take: (message: FromEncoder) => void = () => undefined;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromEncoder>) => this.#take(data);
    this.#worker.onerror = ({ message }) => {
      this.#take({ type: 'failed', code: 'encoder-failed', message });
    };
    this.ready.promise.catch(() => undefined);
  }

  readonly post = (message: ToEncoder, transfer: Transferable[] = []): void => {
    this.#worker.postMessage(message, transfer);
  };

  /** Flushes, then ends the worker. */
  async close(): Promise<void> {
    this.post({ type: 'close' });
    const timer = setTimeout(() => this.closed.resolve(undefined), CLOSE_MS_MAX);
    await this.closed.promise;
    clearTimeout(timer);
    this.terminate();
  }

  terminate(): void {
    this.#worker.terminate();
    this.closed.resolve(undefined);
  }

  #take(message: FromEncoder): void {
    if (message.type === 'ready') this.ready.resolve(undefined);
    else if (message.type === 'closed') this.closed.resolve(undefined);
    else this.take(message);
    if (message.type === 'failed') {
      this.ready.reject(new LucarneError(message.code, { cause: message.message }));
    }
  }
}

/** What has to be transferred of the given feeds. */
function streamsOf(...feeds: (VideoFeed | AudioFeed | undefined)[]): Transferable[] {
  return feeds.filter((feed) => feed instanceof ReadableStream);
}

class LiveProgramme implements Programme {
  readonly preview: MediaStream | HTMLCanvasElement;
  readonly #worker: EncoderWorker;
  readonly #options: ProgrammeOptions;
  readonly #capture: Capture | undefined;
  #stopRecovery: Partial<Record<'video' | 'audio', () => void>> = {};
  #events: ProgrammeEvents | undefined;
  #video: VideoPump | undefined;
  #audio: AudioPump | undefined;
  #videoFrames = 0;
  #closing: Promise<void> | undefined;

  constructor(worker: EncoderWorker, options: ProgrammeOptions, preview: HTMLCanvasElement | Capture) {
    this.#worker = worker;
    this.#options = options;
    this.#capture = preview instanceof HTMLCanvasElement ? undefined : preview;
    this.preview = preview instanceof HTMLCanvasElement ? preview : preview.stream;
  }

  get videoFrames(): number {
    return this.#videoFrames;
  }

  get source(): ProgrammeOptions['source'] {
    return this.#options.source;
  }

  async restorePicture(): Promise<void> {
    if (!this.#capture) return;
    const stream = await reopenPicture(this.#options);
    this.#stopRecovery.video?.();
    for (const track of stream.getTracks()) {
      if (this.#closing || (track.kind === 'audio' && this.#hasSound())) track.stop();
      else this.#replace(track);
    }
  }

  start(events: ProgrammeEvents): void {
    assert(!this.#events && !this.#closing, 'a programme starts once');
    this.#events = events;
    this.#worker.take = (message) => this.#take(message);
    if (!this.#capture) {
      this.#worker.post({ type: 'start', audioChannels: 2 });
      return;
    }
    const { stream, isAudioMissing } = this.#capture;
    this.#startCapture(stream);
    if (isAudioMissing) events.sourceChanged('audio', 'lost');
  }

  requestKey(): void {
    this.#worker.post({ type: 'key' });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopRecovery.video?.();
    this.#stopRecovery.audio?.();
    await this.#worker.close();
    this.#video?.stop();
    this.#audio?.stop();
    for (const track of this.#capture?.stream.getTracks() ?? []) track.stop();
  }

  #startCapture(stream: MediaStream): void {
    const [videoTrack] = stream.getVideoTracks();
    const [audioTrack] = stream.getAudioTracks();
    if (videoTrack) this.#video = pumpVideo(videoTrack, this.#worker.post);
    if (audioTrack) this.#audio = pumpAudio(audioTrack, this.#worker.post);
    this.#worker.post(
      {
        type: 'start',
        ...(this.#video && { video: this.#video.feed }),
        ...(this.#audio && { audio: this.#audio.feed }),
        audioChannels: audioTrack?.getSettings().channelCount === 2 ? 2 : 1,
      },
      streamsOf(this.#video?.feed, this.#audio?.feed),
    );
    for (const track of stream.getTracks()) this.#watch(track);
  }

  /** Tells the worker when a device goes away: unplugged, revoked, or ended from the browser's own bar. */
  #watch(track: MediaStreamTrack): void {
    const kind = track.kind as 'video' | 'audio';
    track.addEventListener('ended', () => {
      (kind === 'video' ? this.#video : this.#audio)?.stop();
      this.#worker.post({ type: 'lost', track: kind });
      if (this.#options.source === 'camera') this.#recover(track);
    });
    if (kind === 'audio' || this.#options.source === 'screen') return;
    // The system may take a camera away for a while (a privacy switch, a call); its frames bring it back.
    track.addEventListener('mute', () => this.#worker.post({ type: 'lost', track: kind }));
  }

  #recover(lost: MediaStreamTrack): void {
    const kind = lost.kind as 'video' | 'audio';
    this.#stopRecovery[kind]?.();
    this.#stopRecovery[kind] = recoverTrack(lost, this.#options, (track) => {
      this.#capture?.stream.removeTrack(lost);
      this.#capture?.stream.addTrack(track);
      this.#attach(track);
    });
  }

  /** Whether some sound is still coming: a screen shared again must not take the microphone's place. */
  #hasSound(): boolean {
    return this.#capture?.stream.getAudioTracks().some(({ readyState }) => readyState === 'live') ?? false;
  }

  #replace(track: MediaStreamTrack): void {
    const { stream } = this.#capture ?? {};
    for (const old of stream?.getTracks().filter(({ kind }) => kind === track.kind) ?? []) {
      old.stop();
      stream?.removeTrack(old);
    }
    (track.kind === 'video' ? this.#video : this.#audio)?.stop();
    stream?.addTrack(track);
    this.#attach(track);
  }

  /** Reads a track that came back. */
  #attach(track: MediaStreamTrack): void {
    const { post } = this.#worker;
    if (track.kind === 'video') {
      this.#video = pumpVideo(track as MediaStreamVideoTrack, post);
      post({ type: 'video', feed: this.#video.feed }, streamsOf(this.#video.feed));
    } else {
      this.#audio = pumpAudio(track as MediaStreamAudioTrack, post);
      post({ type: 'audio', feed: this.#audio.feed }, streamsOf(this.#audio.feed));
    }
    this.#watch(track);
  }

  #take(message: FromEncoder): void {
    const events = this.#events;
    if (!events) return;
    switch (message.type) {
      case 'tick':
        return this.#video?.tick();
      case 'format': {
        events.format(message.format);
        return;
      }
      case 'chunk':
        if (message.chunk.track === 'video') this.#videoFrames++;
        {
          events.chunk(message.chunk);
          return;
        }
      case 'source': {
        events.sourceChanged(message.track, message.state);
        return;
      }
      case 'pressure': {
        events.pressure(message.level);
        return;
      }
      case 'failed': {
        events.failed(new LucarneError(message.code, { cause: message.message }));
        return;
      }
    }
  }
}

/** What is missing in this browser for going live, if anything. */
function assertSupported(source: ProgrammeOptions['source']): void {
  if (!isSecureContext) throw new LucarneError('insecure-origin');
  if (!('VideoEncoder' in globalThis) || !('OffscreenCanvas' in globalThis)) {
    throw new LucarneError('browser-unsupported');
  }
  if (source !== 'testcard' && !('mediaDevices' in navigator)) throw new LucarneError('browser-unsupported');
}

async function openTestcard(worker: EncoderWorker, options: ProgrammeOptions): Promise<Programme> {
  const canvas = document.createElement('canvas');
  const preview = canvas.transferControlToOffscreen();
  worker.post({ type: 'open', quality: options.quality, preview }, [preview]);
  await worker.ready.promise;
  return new LiveProgramme(worker, options, canvas);
}

async function openCapture(worker: EncoderWorker, options: ProgrammeOptions): Promise<Programme> {
  worker.post({ type: 'open', quality: options.quality });
  const capture = await (options.source === 'camera' ? openCamera(options) : openScreen(options));
  try {
    await worker.ready.promise;
  } catch (error) {
    for (const track of capture.stream.getTracks()) track.stop();
    throw error;
  }
  return new LiveProgramme(worker, options, capture);
}

/** Opens the devices and chooses the codec. Rejects with a LucarneError; nothing stays open then. */
export const openProgramme: OpenProgramme = async (options) => {
  assertSupported(options.source);
  const worker = new EncoderWorker();
  try {
    return await (options.source === 'testcard' ? openTestcard : openCapture)(worker, options);
  } catch (error) {
    worker.terminate();
    throw error;
  }
};
