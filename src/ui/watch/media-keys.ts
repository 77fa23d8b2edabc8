// The broadcast as the system knows it: its title on the lock screen, and the keys of keyboards and headphones.
// One rule: browsers give those keys to whoever plays a media element, and ours is Web Audio; so a silent one plays for as long as there
// is something to hear.

import { msg } from '@lit/localize';
import { STEP_MS } from './lucarne-controls.ts';

/** What the system may ask for. */
export interface MediaWishes {
  play(): void;
  pause(): void;
  /** Back (below 0) or forward, ms. */
  step(byMs: number): void;
}

/** What the system is to know. */
export interface MediaStanding {
  title: string;
  isPaused: boolean;
  /** Whether there is something to hear at this moment. */
  isAudible: boolean;
}

/** Browsers give keys to sounds that last longer than five seconds. */
const SILENCE_S = 10;
const SILENCE_HZ = 8000;
/** One step, s, where the system names none. */
const STEP_S = STEP_MS / 1000;
const ACTIONS = ['play', 'pause', 'stop', 'seekbackward', 'seekforward'] as const;
const WAV_HEAD_BYTES = 44;

/** Holds the keys until `close`. */
export class MediaKeys {
  readonly #silence = new Audio(URL.createObjectURL(new Blob([silentWav()], { type: 'audio/wav' })));
  #told = '';

  constructor(wishes: MediaWishes) {
    this.#silence.loop = true;
    this.#handle('play', () => wishes.play());
    this.#handle('pause', () => wishes.pause());
    this.#handle('stop', () => wishes.pause());
    this.#handle('seekbackward', ({ seekOffset }) => wishes.step(-1000 * (seekOffset ?? STEP_S)));
    this.#handle('seekforward', ({ seekOffset }) => wishes.step(1000 * (seekOffset ?? STEP_S)));
  }

  /** Tells the system, when it is something new. */
  show({ title, isPaused, isAudible }: MediaStanding): void {
    const told = JSON.stringify([title, isPaused, isAudible]);
    if (told === this.#told) return;
    this.#told = told;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: title || msg('Live broadcast'),
      artist: 'Lucarne',
    });
    navigator.mediaSession.playbackState = isPaused ? 'paused' : 'playing';
    // Refused without a gesture: then nothing is heard either, and the first one brings both.
    if (isAudible) this.#silence.play().catch(() => (this.#told = ''));
    else this.#silence.pause();
  }

  close(): void {
    this.#silence.pause();
    URL.revokeObjectURL(this.#silence.src);
    for (const action of ACTIONS) this.#handle(action, null);
    navigator.mediaSession.metadata = null;
    navigator.mediaSession.playbackState = 'none';
  }

  #handle(action: MediaSessionAction, run: MediaSessionActionHandler | null): void {
    try {
      navigator.mediaSession.setActionHandler(action, run);
    } catch {
      // An action that this browser doesn't know.
    }
  }
}

/** 8 bits a sample, one channel; 128 is silence. */
function silentWav(): Uint8Array<ArrayBuffer> {
  const samples = SILENCE_S * SILENCE_HZ;
  const bytes = new Uint8Array(WAV_HEAD_BYTES + samples).fill(128, WAV_HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  write(0, 'RIFF');
  view.setUint32(4, WAV_HEAD_BYTES - 8 + samples, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  // PCM, one channel, its rate in samples and in bytes, one byte a sample, 8 bits.
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SILENCE_HZ, true);
  view.setUint32(28, SILENCE_HZ, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  write(36, 'data');
  view.setUint32(40, samples, true);
  return bytes;
}
