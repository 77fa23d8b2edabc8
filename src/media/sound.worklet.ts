// The sound's end: an AudioWorklet that plays what the player's worker sends, straight over a MessagePort, along the
// line it is told. It decides nothing.

import type { FromSound, ToSound } from './player-messages.ts';
import { SoundRing } from './sound-ring.ts';

// What AudioWorkletGlobalScope has and the DOM types lack.
declare const currentTime: number;
declare const sampleRate: number;
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Reports every so many quanta of 128 samples: about 43 ms at 48 kHz. */
const REPORT_QUANTA = 16;
const CHANNELS = 2;

class SoundProcessor extends AudioWorkletProcessor {
  readonly #ring = new SoundRing(CHANNELS, sampleRate);
  #worker: MessagePort | undefined;
  #quanta = 0;

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<MessagePort>) => {
      this.#worker = event.data;
      this.#worker.onmessage = (message: MessageEvent<ToSound>) => {
        if (message.data.kind === 'samples') this.#ring.write(message.data);
        else this.#ring.follow(message.data);
      };
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const mediaUs = this.#ring.read(outputs[0] ?? [], currentTime);
    if (this.#quanta++ % REPORT_QUANTA === 0) {
      this.#worker?.postMessage({ contextS: currentTime, mediaUs } satisfies FromSound);
    }
    return true;
  }
}

registerProcessor('lucarne-sound', SoundProcessor);
