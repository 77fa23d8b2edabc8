// What is on air, seen from the page: opens the devices, shows them to the broadcaster, and has a worker encode them.
// Capture belongs to the page and encoding to the worker, which goes on while the page is busy or hidden.

import { assert } from '../base/assert.ts';
import { LucarneError } from '../base/errors.ts';
import type { LineMark } from '../base/fading-lines.ts';
import type { OpenProgramme, Programme, ProgrammeEvents, ProgrammeOptions } from '../ports.ts';
import { CameraInset } from './camera-inset.ts';
import { openCamera, openScreen } from './capture-devices.ts';
import type { Capture } from './capture-devices.ts';
import type { FromEncoder } from './encode-messages.ts';
import { EncoderWorker } from './encoder-worker.ts';
import { LiveCapture } from './live-capture.ts';
import { SidePump } from './side-pump.ts';

class LiveProgramme implements Programme {
  readonly preview: MediaStream | HTMLCanvasElement;
  readonly #worker: EncoderWorker;
  readonly #options: ProgrammeOptions;
  /** Absent for the test card. */
  readonly #capture: LiveCapture | undefined;
  readonly #guest: SidePump;
  readonly #inset: CameraInset;
  readonly #isAudioMissing: boolean;
  readonly hasSound: boolean;
  #isMuted = false;
  #isHidden = false;
  #bitrateShare = 1;
  #events: ProgrammeEvents | undefined;
  #videoFrames = 0;
  #closing: Promise<void> | undefined;
  #change: Promise<void> = Promise.resolve();

  constructor(worker: EncoderWorker, options: ProgrammeOptions, shown: HTMLCanvasElement | Capture) {
    this.#worker = worker;
    this.#options = options;
    const isTestcard = shown instanceof HTMLCanvasElement;
    this.preview = isTestcard ? shown : shown.stream;
    this.#capture = isTestcard ? undefined : new LiveCapture(worker, shown.stream, options);
    this.#guest = new SidePump(worker, 'guest');
    this.#inset = new CameraInset(new SidePump(worker, 'inset'));
    this.#isAudioMissing = !isTestcard && shown.isAudioMissing;
    this.hasSound = isTestcard || shown.stream.getAudioTracks().length > 0;
    this.isMuted = options.isMuted ?? false;
    this.isHidden = options.isHidden ?? false;
  }

  get videoFrames(): number {
    return this.#videoFrames;
  }

  get options(): ProgrammeOptions {
    const devices = this.#capture?.options ?? this.#options;
    const hasInset = this.#inset.stream !== undefined;
    return { ...devices, isMuted: this.#isMuted, isHidden: this.#isHidden, hasInset };
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }
  set isMuted(isMuted: boolean) {
    this.#isMuted = isMuted;
    this.#worker.post({ type: 'mute', isMuted });
  }

  get isHidden(): boolean {
    return this.#isHidden;
  }
  set isHidden(isHidden: boolean) {
    this.#isHidden = isHidden;
    this.#worker.post({ type: 'hide', isHidden });
  }

  get bitrateShare(): number {
    return this.#bitrateShare;
  }
  set bitrateShare(share: number) {
    this.#bitrateShare = share;
    this.#worker.post({ type: 'share', bitrateShare: share });
  }

  get guest(): MediaStream | undefined {
    return this.#guest.stream;
  }
  set guest(stream: MediaStream | undefined) {
    this.#guest.stream = stream;
  }

  get inset(): MediaStream | undefined {
    return this.#inset.stream;
  }

  sketch(mark: LineMark): void {
    this.#worker.post({ type: 'sketch', mark });
  }

  change(options: ProgrammeOptions): Promise<void> {
    const capture = this.#capture;
    assert(capture && this.#events, 'a programme with devices is changed, and on air');
    // One after the other, since each begins with what the one before has left.
    const turn = this.#change.then(async () => {
      await capture.change(options, this.hasSound);
      this.#tellScreen();
      await this.#inset.follow(options);
    });
    this.#change = turn.catch(() => undefined);
    return turn;
  }

  async restorePicture(): Promise<void> {
    await this.#capture?.restorePicture();
  }

  start(events: ProgrammeEvents): void {
    assert(!this.#events && !this.#closing, 'a programme starts once');
    this.#events = events;
    this.#worker.take = (message) => this.#take(message);
    if (this.#capture) this.#capture.start();
    else this.#worker.post({ type: 'start', audioChannels: 2 });
    this.#tellScreen();
    if (this.#isAudioMissing) events.sourceChanged('audio', 'lost');
    // A camera that is refused by now is missing in its corner, and nowhere else.
    this.#inset.follow(this.#options).catch(() => undefined);
  }

  requestKey(): void {
    this.#worker.post({ type: 'key' });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#capture?.endRecovery();
    this.guest = undefined;
    this.#inset.close();
    await this.#worker.close();
    this.#capture?.close();
  }

  /** How others stand with it depends on that. */
  #tellScreen(): void {
    this.#worker.post({ type: 'screen', isScreen: this.options.source === 'screen' });
  }

  #take(message: FromEncoder): void {
    const events = this.#events;
    if (!events) return;
    switch (message.type) {
      case 'tick':
        this.#capture?.tick();
        this.#guest.tick();
        this.#inset.tick();
        return;
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
