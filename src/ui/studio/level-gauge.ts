// How loud a stream's microphone is now. It follows the stream when its track is exchanged.

/** From what is silence, and up to full scale, dB. */
const QUIETEST_DB = -60;

/** Samples of one look: 43 ms at 48 kHz. */
const LOOK_SAMPLES = 2048;

/** Reads the level of the sound in `stream`; nothing is heard. Close it, or the audio thread goes on. */
export class LevelGauge {
  readonly #stream: MediaStream;
  readonly #context = new AudioContext();
  readonly #analyser = new AnalyserNode(this.#context, { fftSize: LOOK_SAMPLES });
  readonly #samples = new Float32Array(LOOK_SAMPLES);
  #track: MediaStreamTrack | undefined;
  #source: MediaStreamAudioSourceNode | undefined;

  constructor(stream: MediaStream) {
    this.#stream = stream;
  }

  /** 0 (silence) to 1 (as loud as can be); undefined when there is no sound to measure. */
  read(): number | undefined {
    const [track] = this.#stream.getAudioTracks();
    if (track !== this.#track) this.#connect(track);
    if (track?.readyState !== 'live') return undefined;
    // It stays suspended until a gesture where capture alone doesn't allow it.
    if (this.#context.state === 'suspended') this.#context.resume().catch(() => undefined);
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return levelOf(this.#samples);
  }

  close(): void {
    this.#source?.disconnect();
    this.#context.close().catch(() => undefined);
  }

  #connect(track: MediaStreamTrack | undefined): void {
    this.#source?.disconnect();
    this.#track = track;
    this.#source = track && this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source?.connect(this.#analyser);
  }
}

/** The level of samples between -1 and 1, by their power, on a scale of loudness: 0 to 1. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB));
}
