// Runs on the audio thread of browsers whose tracks can't be read as a stream: gathers the microphone's samples into
// pieces and posts them with their time on the context's clock.

/** Samples of a piece: 21 ms at 48 kHz, few enough messages and no delay that counts. */
const PIECE_FRAMES = 1024;

declare const currentTime: number;
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** What is posted for each piece. `timeUs` is the context's time of the first sample. */
export interface MicrophonePiece {
  channels: Float32Array<ArrayBuffer>[];
  sampleRate: number;
  timeUs: number;
}

class MicrophoneProcessor extends AudioWorkletProcessor {
  #channels: Float32Array<ArrayBuffer>[] = [];
  #filled = 0;
  #timeUs = 0;

  process([input]: Float32Array[][]): boolean {
    if (!input || input.length === 0) return true;
    if (this.#filled === 0 || this.#channels.length !== input.length) this.#begin(input.length);
    input.forEach((samples, index) => this.#channels[index]?.set(samples, this.#filled));
    this.#filled += input[0]?.length ?? 0;
    if (this.#filled >= PIECE_FRAMES) this.#post();
    return true;
  }

  #begin(count: number): void {
    this.#channels = Array.from({ length: count }, () => new Float32Array(PIECE_FRAMES));
    this.#filled = 0;
    this.#timeUs = Math.round(currentTime * 1_000_000);
  }

  #post(): void {
    const piece: MicrophonePiece = { channels: this.#channels, sampleRate, timeUs: this.#timeUs };
    this.port.postMessage(
      piece,
      this.#channels.map(({ buffer }) => buffer),
    );
    this.#filled = 0;
  }
}

registerProcessor('lucarne-microphone', MicrophoneProcessor);
