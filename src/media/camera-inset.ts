// The camera that stands in a corner of a shared screen: opened when it is wanted there, and closed when it isn't.

import { openCamera } from './capture-devices.ts';
import type { SidePump } from './side-pump.ts';
import type { ProgrammeOptions } from '../ports.ts';

/** Whether these options ask for it. */
export function wantsInset({ source, hasInset }: ProgrammeOptions): boolean {
  return source === 'screen' && hasInset === true;
}

/** Owns the camera's stream. */
export class CameraInset {
  readonly #pump: SidePump;
  #isClosed = false;

  constructor(pump: SidePump) {
    this.#pump = pump;
  }

  get stream(): MediaStream | undefined {
    return this.#pump.stream;
  }

  /** Opens or closes it. Rejects with a LucarneError when the camera is refused. */
  async follow(options: ProgrammeOptions): Promise<void> {
    if (wantsInset(options) === Boolean(this.stream)) return;
    if (this.stream) this.#put(undefined);
    else this.#put((await openCamera({ ...options, microphoneId: 'none' })).stream);
  }

  tick(): void {
    this.#pump.tick();
  }

  close(): void {
    this.#isClosed = true;
    this.#put(undefined);
  }

  #put(stream: MediaStream | undefined): void {
    const before = this.stream;
    this.#pump.stream = this.#isClosed ? undefined : stream;
    for (const track of before?.getTracks() ?? []) track.stop();
    if (this.#isClosed) for (const track of stream?.getTracks() ?? []) track.stop();
    // Taken away by the system or unplugged: the screen goes on without it.
    for (const track of stream?.getTracks() ?? [])
      track.addEventListener('ended', () => {
        if (this.stream === stream) this.#put(undefined);
      });
  }
}
