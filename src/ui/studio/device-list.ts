// The cameras and microphones of this machine, kept up to date while an element shows them.
// Browsers give names only after permission, so the list is read again when a programme has opened.

import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Lists devices for its host and has it render again when they change. */
export class DeviceList implements ReactiveController {
  cameras: MediaDeviceInfo[] = [];
  microphones: MediaDeviceInfo[] = [];
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    devices()?.addEventListener('devicechange', this.#refresh);
    this.#refresh();
  }

  hostDisconnected(): void {
    devices()?.removeEventListener('devicechange', this.#refresh);
  }

  /** Reads the list again; resolves when the host knows it. */
  async refresh(): Promise<void> {
    const all =
      (await devices()
        ?.enumerateDevices()
        .catch(() => [])) ?? [];
    const known = all.filter(({ deviceId, label }) => deviceId !== '' && label !== '');
    this.cameras = known.filter(({ kind }) => kind === 'videoinput');
    this.microphones = known.filter(({ kind }) => kind === 'audioinput');
    this.#host.requestUpdate();
  }

  readonly #refresh = (): void => void this.refresh();
}

/** Absent on an insecure origin, whatever the types say. */
function devices(): MediaDevices | undefined {
  return (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
}
