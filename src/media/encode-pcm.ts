// Brings captured sound into the shape that the encoder gets for the whole epoch: 48 kHz, a fixed number of channels,
// blocks of 40 ms, each with its capture time. Devices change rate in mid-air (Bluetooth: 48 to 16 kHz). Pure.

/** Hz of everything after the resampler. */
export const SOUND_RATE = 48_000;
/** Length of a block, which becomes one packet. */
export const BLOCK_US = 40_000;
/** Samples of each channel in a block. */
export const BLOCK_FRAMES = (SOUND_RATE * BLOCK_US) / 1_000_000;

/** Sound of one device read: one array a channel, equally long. `timeUs` is when the first sample was captured. */
export interface Pcm {
  channels: Float32Array[];
  sampleRate: number;
  timeUs: number;
}

/** A block for the encoder: the channels one after the other, `BLOCK_FRAMES` samples each. */
export interface PcmBlock {
  planes: Float32Array<ArrayBuffer>;
  timeUs: number;
}

/** A time that strays further than this from the count of samples means that sound is missing, or that the device's
 * first times were wrong: silence is put in or sound left out. */
const STRAY_US_MAX = 20_000;
/** A longer gap isn't filled: the clock jumps. */
const GAP_US_MAX = 2_000_000;
/** How much of a small deviation is corrected with each read, and at most: slower than anybody hears. */
const CORRECT_SHARE = 0.02;
const CORRECT_US_MAX = 100;

/** Makes `count` channels of what is there: the mean for mono, the first one repeated where channels are missing. */
export function remix(channels: readonly Float32Array[], count: number): Float32Array[] {
  const [first] = channels;
  if (!first) return [];
  if (count === 1 && channels.length > 1) {
    return [first.map((_, at) => channels.reduce((sum, one) => sum + (one[at] ?? 0), 0) / channels.length)];
  }
  return Array.from({ length: count }, (_, index) => channels[index] ?? first);
}

/** Samples on each side of the one being computed. */
const TAPS_HALF = 8;

/** A windowed-sinc resampler for one channel, fed piece by piece without a seam. */
export class Resampler {
  readonly #step: number;
  readonly #cutoff: number;
  #tail = new Float32Array(TAPS_HALF * 2);
  #position = TAPS_HALF;

  /** From `rate` Hz to SOUND_RATE. */
  constructor(rate: number) {
    this.#step = rate / SOUND_RATE;
    this.#cutoff = Math.min(1, SOUND_RATE / rate);
  }

  /** The next samples at SOUND_RATE. */
  push(samples: Float32Array): Float32Array {
    const input = new Float32Array(this.#tail.length + samples.length);
    input.set(this.#tail);
    input.set(samples, this.#tail.length);
    const last = input.length - TAPS_HALF;
    const output = new Float32Array(Math.max(0, Math.ceil((last - this.#position) / this.#step)));
    let position = this.#position;
    for (let index = 0; index < output.length; index++, position += this.#step) {
      output[index] = this.#at(input, position);
    }
    const drop = Math.max(0, Math.floor(position) - TAPS_HALF);
    this.#tail = input.slice(drop);
    this.#position = position - drop;
    return output;
  }

  #at(input: Float32Array, position: number): number {
    const base = Math.floor(position);
    let sum = 0;
    for (let tap = base - TAPS_HALF + 1; tap <= base + TAPS_HALF; tap++) {
      sum += (input[tap] ?? 0) * this.#weight(position - tap);
    }
    return sum;
  }

  #weight(distance: number): number {
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / TAPS_HALF);
    const x = Math.PI * distance * this.#cutoff;
    return this.#cutoff * window * (x === 0 ? 1 : Math.sin(x) / x);
  }
}

/** Collects reads into blocks. */
export class PcmBlocks {
  readonly #channelCount: number;
  #resamplers: Resampler[] = [];
  #rate = SOUND_RATE;
  #block: Float32Array<ArrayBuffer>;
  #filled = 0;
  /** Capture time of the next sample to come. */
  #nextUs: number | undefined;

  constructor(channelCount: number) {
    this.#channelCount = channelCount;
    this.#block = new Float32Array(BLOCK_FRAMES * channelCount);
  }

  /** Capture time that the next sample is expected to have; undefined before the first. */
  get nextUs(): number | undefined {
    return this.#nextUs;
  }

  /** Takes a read and returns the blocks that it completed. */
  push({ channels, sampleRate, timeUs }: Pcm): PcmBlock[] {
    const blocks = this.#align(timeUs);
    if (this.#nextUs !== undefined && timeUs < this.#nextUs - STRAY_US_MAX) return blocks;
    if (sampleRate !== this.#rate) {
      this.#rate = sampleRate;
      this.#resamplers = Array.from({ length: this.#channelCount }, () => new Resampler(sampleRate));
    }
    const mixed = remix(channels, this.#channelCount);
    const ready =
      sampleRate === SOUND_RATE
        ? mixed
        : mixed.map((one, index) => this.#resamplers[index]?.push(one) ?? one);
    return [...blocks, ...this.#append(ready)];
  }

  /** Silence up to the Unix time `untilUs`. */
  silence(untilUs: number): PcmBlock[] {
    this.#nextUs ??= untilUs - BLOCK_US;
    if (untilUs - this.#nextUs > GAP_US_MAX) this.#nextUs = untilUs - BLOCK_US;
    const frames = Math.round(((untilUs - this.#nextUs) * SOUND_RATE) / 1_000_000);
    if (frames <= 0) return [];
    return this.#append(Array.from({ length: this.#channelCount }, () => new Float32Array(frames)));
  }

  /** Follows the device's clock in small steps; fills a gap with silence. */
  #align(timeUs: number): PcmBlock[] {
    if (this.#nextUs === undefined) this.#nextUs = timeUs;
    const strayUs = timeUs - this.#nextUs;
    if (strayUs > STRAY_US_MAX) return this.silence(timeUs);
    if (Math.abs(strayUs) <= STRAY_US_MAX) {
      this.#nextUs += Math.max(-CORRECT_US_MAX, Math.min(CORRECT_US_MAX, strayUs * CORRECT_SHARE));
    }
    return [];
  }

  #append(channels: readonly Float32Array[]): PcmBlock[] {
    const blocks: PcmBlock[] = [];
    const frames = channels[0]?.length ?? 0;
    for (let at = 0; at < frames;) {
      const count = Math.min(BLOCK_FRAMES - this.#filled, frames - at);
      channels.forEach((one, index) =>
        this.#block.set(one.subarray(at, at + count), index * BLOCK_FRAMES + this.#filled),
      );
      at += count;
      this.#filled += count;
      this.#nextUs = (this.#nextUs ?? 0) + (count * 1_000_000) / SOUND_RATE;
      if (this.#filled === BLOCK_FRAMES) blocks.push(this.#cut());
    }
    return blocks;
  }

  #cut(): PcmBlock {
    const block = { planes: this.#block, timeUs: Math.round((this.#nextUs ?? 0) - BLOCK_US) };
    this.#block = new Float32Array(BLOCK_FRAMES * this.#channelCount);
    this.#filled = 0;
    return block;
  }
}
