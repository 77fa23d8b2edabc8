// Samples by capture time, played along a straight line of capture time over the sound's clock. One rule: what is due is
// played, what isn't there is silence; the reader never waits. No platform in here, so that it can be tested in Node.

import type { ToSound } from './player-messages.ts';

/** Seconds that the ring holds: several times the decoder's lead. */
const RING_S = 4;
/** Blocks whose start is this near to the last one's end, s, follow it without a seam: stamps are uneven, sound isn't. */
const SEAM_S = 0.02;
/** The reader leaps when it is this far off its line, s, or silent; else it bends its pace by PACE_BEND until true. */
const LEAP_S = 0.04;
const TRUE_S = 0.002;
const PACE_BEND = 0.01;
/** Length of the fades around leaps and silence, samples: 5 ms at 48 kHz. */
const FADE_SAMPLES = 256;

type Samples = Extract<ToSound, { kind: 'samples' }>;
type Line = Omit<Extract<ToSound, { kind: 'follow' }>, 'kind'>;

export class SoundRing {
  readonly #rings: Float32Array[];
  readonly #size: number;
  readonly #sampleRate: number;
  /** Sample 0 of the ring's own count stands for this capture time. */
  #originUs: number | undefined;
  #start = 0;
  #end = 0;
  #cursor = 0;
  #line: Line | undefined;
  #gain = 0;

  /** `sampleRate`: that of the output. */
  constructor(channels: number, sampleRate: number) {
    this.#size = Math.ceil(RING_S * sampleRate);
    this.#sampleRate = sampleRate;
    this.#rings = Array.from({ length: channels }, () => new Float32Array(this.#size));
  }

  /** Takes another line; the samples stay. */
  follow(line: Line): void {
    this.#line = line;
  }

  /** Adds decoded samples. Older than what is there: playback went back, and the ring begins anew. */
  write(block: Samples): void {
    const frames = block.channels[0]?.length ?? 0;
    if (frames === 0) return;
    const ratio = this.#sampleRate / block.sampleRate;
    const length = Math.round(frames * ratio);
    this.#originUs ??= block.timeUs;
    let from = Math.round(((block.timeUs - this.#originUs) / 1e6) * this.#sampleRate);
    if (Math.abs(from - this.#end) < SEAM_S * this.#sampleRate) from = this.#end;
    if (from < this.#end || from - this.#end > this.#size) {
      this.#originUs = block.timeUs;
      this.#start = this.#end = this.#cursor = from = 0;
      this.#gain = 0;
    }
    for (let at = this.#end; at < from; at++) for (const ring of this.#rings) ring[at % this.#size] = 0;
    this.#rings.forEach((ring, channel) => {
      const source = block.channels[channel] ?? block.channels[0];
      if (!source) return;
      for (let i = 0; i < length; i++) ring[(from + i) % this.#size] = valueAt(source, i / ratio);
    });
    this.#end = from + length;
    this.#start = Math.max(this.#start, this.#end - this.#size);
  }

  /**
   * Fills `outputs` (one array a channel) with what is due from `contextS` on. Returns the capture time of the first
   * sample, µs; undefined for silence.
   */
  read(outputs: Float32Array[], contextS: number): number | undefined {
    const line = this.#line;
    if (!line || line.rate === 0 || this.#originUs === undefined) {
      this.#silence(outputs);
      return;
    }
    const dueUs = line.mediaUs + (contextS - line.contextS) * 1e6 * line.rate;
    const due = ((dueUs - this.#originUs) / 1e6) * this.#sampleRate;
    const off = (due - this.#cursor) / this.#sampleRate;
    const isLeap = Math.abs(off) > LEAP_S || this.#gain === 0;
    if (isLeap) {
      this.#cursor = Math.round(due);
      this.#gain = 0;
    }
    const isOff = !isLeap && Math.abs(off) > TRUE_S;
    const pace = line.rate * (isOff ? 1 + Math.sign(off) * PACE_BEND : 1);
    const first = this.#cursor;
    const isThere = this.#isThere(first);
    const length = outputs[0]?.length ?? 0;
    for (let i = 0; i < length; i++) {
      const at = first + i * pace;
      this.#gain = this.#isThere(at) ? Math.min(1, this.#gain + 1 / FADE_SAMPLES) : 0;
      const gain = this.#gain * this.#fadeOut(at);
      for (let channel = 0; channel < outputs.length; channel++) {
        const ring = this.#rings[Math.min(channel, this.#rings.length - 1)];
        const output = outputs[channel];
        if (output) output[i] = ring && gain > 0 ? gain * ringAt(ring, at) : 0;
      }
    }
    this.#cursor = first + length * pace;
    return isThere ? this.#originUs + (first / this.#sampleRate) * 1e6 : undefined;
  }

  #silence(outputs: Float32Array[]): undefined {
    for (const output of outputs) output.fill(0);
    this.#gain = 0;
    return undefined;
  }

  #isThere(at: number): boolean {
    return at >= this.#start && at < this.#end - 1;
  }

  /** The last samples before nothing fade away. */
  #fadeOut(at: number): number {
    return Math.min(1, (this.#end - 1 - at) / FADE_SAMPLES);
  }
}

function ringAt(ring: Float32Array, at: number): number {
  const index = Math.floor(at);
  const before = ring[index % ring.length] ?? 0;
  const fraction = at - index;
  return fraction === 0 ? before : before + fraction * ((ring[(index + 1) % ring.length] ?? 0) - before);
}

function valueAt(source: Float32Array, at: number): number {
  const index = Math.floor(at);
  const before = source[index] ?? 0;
  const fraction = at - index;
  return fraction === 0 ? before : before + fraction * ((source[index + 1] ?? before) - before);
}
