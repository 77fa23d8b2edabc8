// The page's half of the sound: the AudioContext with its permission, volume and clock. Samples don't pass through here.

import workletUrl from './sound.worklet.ts?worker&url';

/** How long a context may take to run before it counts as forbidden, ms. */
const START_MS_MAX = 700;
/** How often the worker learns what is heard when, ms. */
const CLOCK_INTERVAL_MS = 200;
/** Time constant of a volume change, s: no clicks. */
const GAIN_S = 0.015;

export interface SoundOutputEvents {
  /** The worklet's port, for the worker. */
  port(port: MessagePort): void;
  heard(contextS: number, atMs: number): void;
  blocked(isBlocked: boolean): void;
}

export class SoundOutput {
  readonly #context: AudioContext;
  readonly #gain: GainNode;
  readonly #events: SoundOutputEvents;
  readonly #timer: number;
  #isBlocked: boolean | undefined;

  /** `sampleRate` of the programme; the browser converts to the device's. */
  constructor(sampleRate: number, volume: number, events: SoundOutputEvents) {
    this.#events = events;
    this.#context = openContext(sampleRate);
    this.#gain = this.#context.createGain();
    this.#gain.gain.value = volume;
    this.#gain.connect(this.#context.destination);
    this.#context.addEventListener('statechange', () => this.#judge());
    // Outside the ring and silent switch of a phone: this is a broadcast, not a notification.
    const session = (navigator as { audioSession?: { type: string } }).audioSession;
    if (session) session.type = 'playback';
    this.#timer = window.setInterval(() => this.#reportClock(), CLOCK_INTERVAL_MS);
    void this.#load();
    this.resume();
  }

  /** Asks to be heard; succeeds in a user's gesture, or where the page may play anyway. */
  resume(): void {
    // A refusal shows in the context's state, which #judge reads.
    this.#context.resume().then(
      () => this.#judge(),
      () => this.#judge(),
    );
    window.setTimeout(() => this.#judge(true), START_MS_MAX);
  }

  /** 0 to 1. */
  setVolume(volume: number): void {
    this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, GAIN_S);
    // A context that stands still applies no curve.
    if (this.#context.state !== 'running') this.#gain.gain.value = volume;
  }

  close(): void {
    window.clearInterval(this.#timer);
    if (this.#context.state !== 'closed') void this.#context.close().catch(() => undefined);
  }

  async #load(): Promise<void> {
    try {
      await this.#context.audioWorklet.addModule(workletUrl);
    } catch {
      // Closed meanwhile, or refused by the page's policy: the picture goes on without sound.
      this.#isBlocked = true;
      this.#events.blocked(true);
      return;
    }
    if (this.#context.state === 'closed') return;
    const node = new AudioWorkletNode(this.#context, 'lucarne-sound', {
      numberOfInputs: 0,
      outputChannelCount: [2],
    });
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage(port1, [port1]);
    node.connect(this.#gain);
    this.#events.port(port2);
  }

  #judge(isFinal = false): void {
    if (this.#context.state === 'closed') return;
    const isRunning = this.#context.state === 'running';
    if (!isRunning && !isFinal && this.#isBlocked === undefined) return;
    if (this.#isBlocked === !isRunning) return;
    this.#isBlocked = !isRunning;
    this.#events.blocked(this.#isBlocked);
    this.#reportClock();
  }

  #reportClock(): void {
    if (this.#context.state !== 'running') return;
    const { contextTime, performanceTime } = this.#context.getOutputTimestamp();
    if (contextTime && performanceTime) {
      this.#events.heard(contextTime, performanceTime);
    } else {
      const delayS = this.#context.outputLatency || this.#context.baseLatency || 0;
      this.#events.heard(this.#context.currentTime - delayS, performance.now());
    }
  }
}

function openContext(sampleRate: number): AudioContext {
  try {
    return new AudioContext({ sampleRate, latencyHint: 'interactive' });
  } catch {
    return new AudioContext({ latencyHint: 'interactive' });
  }
}
