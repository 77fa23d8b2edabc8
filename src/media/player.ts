// The page's half of the player: a canvas and an AudioContext, which only a page may own. Everything else, timing
// included, is in the worker.

import { LucarneError } from '../base/errors.ts';
import type { MediaFormat, Player, PlayerEvents, PlayerPacket } from '../ports.ts';
import type { FromWorker, PlayerDetail, ToWorker } from './player-messages.ts';
import { takePlayerWorker } from './player-worker.ts';
import type { SoundOutput } from './sound-output.ts';

/** Opening sound keeps the page busy for some frames: it waits until the first picture had time to be shown, ms ... */
const SOUND_AFTER_PICTURE_MS = 50;
/** ... but no longer than this from the format on: a picture may never come. */
const SOUND_MS_MAX = 500;
/** How long the browser's audio service may take to start before it is asked anyway, ms. */
const WARM_MS_MAX = 1000;

/** Builds a player: its picture is a canvas that the caller inserts, its sound starts when the browser allows. */
export function openPlayer(events: PlayerEvents): CanvasPlayer {
  return new CanvasPlayer(events);
}

/** `Player` of the ports, with the figures that only measurements ask for. */
export class CanvasPlayer implements Player {
  readonly element = document.createElement('canvas');
  readonly #events: PlayerEvents;
  readonly #worker: Worker;
  readonly #asked = new Map<number, (stats: PlayerDetail) => void>();
  #sound: SoundOutput | undefined;
  /** Hz; undefined while no format had sound. */
  #soundRate: number | undefined;
  #soundTimer: number | undefined;
  #warm: Promise<unknown> | undefined;
  #isMuted = false;
  #isBlocked = false;
  #volume = 1;
  #asks = 0;
  #last: PlayerDetail | undefined;
  #isClosed = false;

  constructor(events: PlayerEvents) {
    this.#events = events;
    this.#worker = takePlayerWorker();
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      // It may never have begun: whoever asks it would wait for ever.
      this.close();
      this.#events.failed(new LucarneError('decoder-failed', { cause: event.message }));
    };
    const canvas = this.element.transferControlToOffscreen();
    this.#tell({ kind: 'open', canvas, pageOriginMs: performance.timeOrigin }, [canvas]);
  }

  configure(format: MediaFormat, _epoch: number, firstSeq: number): void {
    if (this.#isClosed) return;
    this.#tell({ kind: 'configure', format, firstSeq });
    if (format.audio && !this.#sound)
      this.#planSound(format.audio.sampleRate, format.video ? SOUND_MS_MAX : 0);
  }

  push(packet: PlayerPacket): void {
    if (packet.track === 'none') {
      this.#tell({ kind: 'push', packet });
      return;
    }
    // The caller's bytes also go to other peers: the worker gets its own.
    const bytes = packet.bytes.slice();
    this.#tell({ kind: 'push', packet: { ...packet, bytes } }, [bytes.buffer]);
  }

  skip(fromSeq: number, toSeq: number, isAnnounced: boolean): void {
    this.#tell({ kind: 'skip', fromSeq, toSeq, isAnnounced });
  }

  play(): void {
    this.#tell({ kind: 'play' });
  }

  pause(): void {
    this.#tell({ kind: 'pause' });
  }

  /** True also while the browser forbids sound; setting it to false in a user's gesture lifts that. */
  get muted(): boolean {
    return this.#isMuted || this.#isBlocked;
  }

  set muted(isMuted: boolean) {
    this.#isMuted = isMuted;
    if (!isMuted && this.#sound) this.#sound.resume();
    else if (!isMuted && this.#isBlocked) void this.#openSound();
    this.#sound?.setVolume(this.#gain());
  }

  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = Math.min(1, Math.max(0, volume));
    this.#sound?.setVolume(this.#gain());
  }

  copyPictures(to: WritableStream<VideoFrame>): void {
    this.#tell({ kind: 'copy', to }, [to]);
  }

  /** The present figures; after `close` the last ones. */
  stats(): Promise<PlayerDetail> {
    if (this.#isClosed) return Promise.resolve(this.#last ?? NO_STATS);
    const id = this.#asks++;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#tell({ kind: 'stats', id });
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#worker.terminate();
    window.clearTimeout(this.#soundTimer);
    this.#sound?.close();
    for (const resolve of this.#asked.values()) resolve(this.#last ?? NO_STATS);
    this.#asked.clear();
  }

  #gain(): number {
    return this.#isMuted ? 0 : this.#volume;
  }

  /** Sound opens in `inMs`, unless it is planned anew before. */
  #planSound(sampleRate: number, inMs: number): void {
    window.clearTimeout(this.#soundTimer);
    this.#warm ??= warmSound();
    this.#soundRate = sampleRate;
    this.#soundTimer = window.setTimeout(() => void this.#openSound(), inMs);
  }

  /** Its code comes with it: the picture doesn't wait for that. */
  async #openSound(): Promise<void> {
    const [loaded] = await Promise.all([
      import('./sound-output.ts').catch(() => undefined),
      // A service that doesn't come up is no reason to stay silent.
      Promise.race([this.#warm, new Promise((resolve) => window.setTimeout(resolve, WARM_MS_MAX))]),
    ]);
    if (this.#isClosed || this.#sound || this.#soundRate === undefined) return;
    // Whoever unmutes tries again.
    if (!loaded) this.#soundBlocked(true);
    else
      this.#sound = new loaded.SoundOutput(this.#soundRate, this.#gain(), {
        port: (port) => this.#tell({ kind: 'sound', port }, [port]),
        heard: (contextS, atMs) => this.#tell({ kind: 'heard', contextS, atMs }),
        blocked: (isBlocked) => this.#soundBlocked(isBlocked),
      });
  }

  #soundBlocked(isBlocked: boolean): void {
    this.#isBlocked = isBlocked;
    this.#events.soundBlocked(isBlocked);
  }

  #hear(message: FromWorker): void {
    if (this.#isClosed) return;
    switch (message.kind) {
      case 'failed': {
        this.#events.failed(new LucarneError('decoder-failed'));
        return;
      }
      case 'stats':
        this.#last = message.stats;
        this.#asked.get(message.id)?.(message.stats);
        this.#asked.delete(message.id);
        return;
      default: {
        this.#events[message.kind]();
        if (message.kind === 'firstFrame' && this.#soundRate !== undefined && !this.#sound)
          this.#planSound(this.#soundRate, SOUND_AFTER_PICTURE_MS);
        return;
      }
    }
  }

  #tell(message: ToWorker, transfer: Transferable[] = []): void {
    if (!this.#isClosed) this.#worker.postMessage(message, transfer);
  }
}

/** Chromium starts its audio service when it is first asked for a device, and `new AudioContext` holds the page up until it runs:
 *  70 to 210 ms, 3 to 29 where it was asked for before. What is listed doesn't matter, nor whether it may be. */
async function warmSound(): Promise<void> {
  // Not there in a page that isn't secure.
  if ('mediaDevices' in navigator) await navigator.mediaDevices.enumerateDevices().catch(() => undefined);
}

const NO_STATS: PlayerDetail = {
  videoFrames: 0,
  audioChunks: 0,
  framesSkipped: 0,
  packetsLate: 0,
  stalls: 0,
  stallMs: 0,
  targetMs: 0,
  nextSeq: 0,
  clock: 'wall',
  buckets: {},
};
