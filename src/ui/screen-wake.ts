// Keeps a phone's screen on while there is something to see: the picture is a canvas, for which no browser does it by itself.

import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Holds the screen awake while its host is in the page, in sight, and wants it; that is asked at each of the host's updates. */
export class ScreenWake implements ReactiveController {
  readonly #isWanted: () => boolean;
  #isConnected = false;
  #lock: Promise<WakeLockSentinel | undefined> | undefined;

  constructor(host: ReactiveControllerHost, isWanted: () => boolean) {
    this.#isWanted = isWanted;
    host.addController(this);
  }

  hostConnected(): void {
    this.#isConnected = true;
    // A browser takes the lock back from a page that is hidden.
    document.addEventListener('visibilitychange', this.#settle);
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    document.removeEventListener('visibilitychange', this.#settle);
    this.#settle();
  }

  hostUpdated(): void {
    this.#settle();
  }

  readonly #settle = (): void => {
    if (this.#isConnected && document.visibilityState === 'visible' && this.#isWanted()) {
      this.#lock ??= askForLock();
      return;
    }
    void this.#lock?.then((lock) => lock?.release());
    this.#lock = undefined;
  };
}

/** Undefined where the browser can't, or refuses: the battery may be low. */
async function askForLock(): Promise<WakeLockSentinel | undefined> {
  if (!('wakeLock' in navigator)) return undefined;
  return navigator.wakeLock.request('screen').catch(() => undefined);
}
