// Encodes a file's sound anew, chunk by chunk, for players that know only AAC. Its rule: sound stays at its time; where there is
// none, there is silence, and neither silence nor pictures that wait for sound are ever gathered in memory.

import { AudioSample, AudioSampleSource, Quality, type AudioCodec } from 'mediabunny';
import type { Bytes } from '../base/bytes.ts';
import type { AudioFormat } from '../ports.ts';
import { AAC_BITRATE } from './aac.ts';

const US_PER_S = 1_000_000;
/** Chunks that the decoder may hold. */
const DECODING_MAX = 16;
/** Silence is made in pieces of this length at most, s. */
const SILENCE_S = 0.5;
/** A decoder counts samples on from its first chunk: when chunks are this far off its count, µs, it has to begin anew. */
const OFF_COUNT_US_MAX = 5000;
/** Sound comes at most this much later in the feed than pictures of its time, µs; after that it is taken to be missing. */
const LATE_US = 2 * US_PER_S;

/** The sound of one file. */
export class SoundConverter {
  /** The track to add to the output. */
  readonly source: AudioSampleSource;
  readonly #format: AudioFormat;
  readonly #decoder: AudioDecoder;
  readonly #decoded: AudioSample[] = [];
  #failure: Error | undefined;
  /** When the next chunk is due by the decoder's count, µs; undefined when it begins to count. */
  #dueUs: number | undefined;
  /** Where what was encoded ends, in samples of the file's time. */
  #endSamples = 0;

  constructor(format: AudioFormat, codec: AudioCodec) {
    this.#format = format;
    this.source = new AudioSampleSource({ codec, quality: new Quality({ bitrate: AAC_BITRATE }) });
    this.#decoder = new AudioDecoder({
      output: (data) => this.#decoded.push(new AudioSample(data)),
      error: (error) => (this.#failure = error),
    });
    const { codec: coded, sampleRate, numberOfChannels, description } = format;
    this.#decoder.configure({
      codec: coded,
      sampleRate,
      numberOfChannels,
      ...(description && { description }),
    });
  }

  /** Takes a chunk; chunks come in order. Resolves when there is room for more. Rejects when one can't be decoded or encoded. */
  async add(timeUs: number, durationUs: number, data: Bytes): Promise<void> {
    this.#check();
    if (this.#dueUs !== undefined && Math.abs(timeUs - this.#dueUs) > OFF_COUNT_US_MAX) await this.#flush();
    this.#dueUs = (this.#dueUs ?? timeUs) + durationUs;
    this.#decoder.decode(
      new EncodedAudioChunk({ type: 'key', timestamp: timeUs, duration: durationUs, data }),
    );
    while (this.#decoder.decodeQueueSize > DECODING_MAX && !this.#failure)
      await new Promise((resolve) => this.#decoder.addEventListener('dequeue', resolve, { once: true }));
    await this.#encodeDecoded();
  }

  /** The picture has come to this time: sound that is still missing long before it isn't waited for. */
  async reach(timeUs: number): Promise<void> {
    const toSamples = this.#samplesAt(timeUs - LATE_US);
    if (toSamples <= this.#endSamples) return;
    // What the decoder still holds comes first.
    await this.#flush();
    await this.#fillTo(toSamples);
  }

  /** Encodes what is left. */
  async finish(): Promise<void> {
    this.#check();
    await this.#flush();
    this.#decoder.close();
  }

  /** Gives up. */
  cancel(): void {
    for (const sample of this.#decoded.splice(0)) sample.close();
    if (this.#decoder.state !== 'closed') this.#decoder.close();
  }

  async #flush(): Promise<void> {
    await this.#decoder.flush();
    this.#dueUs = undefined;
    await this.#encodeDecoded();
  }

  #check(): void {
    if (this.#failure) throw this.#failure;
  }

  async #encodeDecoded(): Promise<void> {
    for (let sample = this.#decoded.shift(); sample; sample = this.#decoded.shift())
      await this.#place(sample);
    this.#check();
  }

  async #place(sample: AudioSample): Promise<void> {
    const from = this.#samplesAt(sample.timestamp * US_PER_S);
    await this.#fillTo(from);
    // What overlaps with silence that was already made, or with sound of before, would shift all that follows.
    const skipped = Math.max(0, this.#endSamples - from);
    if (skipped < sample.numberOfFrames) await this.#encode(skipped === 0 ? sample : sample.trim(skipped));
    sample.close();
  }

  async #fillTo(toSamples: number): Promise<void> {
    const { sampleRate, numberOfChannels } = this.#format;
    while (this.#endSamples < toSamples) {
      const count = Math.min(toSamples - this.#endSamples, Math.ceil(sampleRate * SILENCE_S));
      await this.#encode(
        new AudioSample({
          ...{
            data: new Float32Array(count * numberOfChannels),
            format: 'f32',
            sampleRate,
            numberOfChannels,
          },
          timestamp: 0,
        }),
      );
    }
  }

  /** Appends to what was encoded, and closes the sample. */
  async #encode(sample: AudioSample): Promise<void> {
    const frames = sample.numberOfFrames;
    sample.setTimestamp(this.#endSamples / this.#format.sampleRate);
    this.#endSamples += frames;
    await this.source.add(sample);
    sample.close();
  }

  #samplesAt(timeUs: number): number {
    return Math.round((timeUs / US_PER_S) * this.#format.sampleRate);
  }
}
