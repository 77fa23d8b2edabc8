// Keeps an element in step with a room: whatever comes, it renders at most once a frame, and not at all in a hidden tab.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LucarneRoomChanged } from '../../session/room-api.ts';

/** Follows at most one room for its host. `changed` runs before the host renders. */
export class RoomFollower implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #changed: () => void;
  #room: EventTarget | undefined;
  #frame: number | undefined;
  #isConnected = false;

  constructor(host: ReactiveControllerHost, changed: () => void = () => undefined) {
    this.#host = host;
    this.#changed = changed;
    host.addController(this);
  }

  /** Follows this room from now on. */
  follow(room: EventTarget): void {
    if (room === this.#room) return;
    this.#room?.removeEventListener(LucarneRoomChanged.type, this.#schedule);
    this.#room = room;
    if (this.#isConnected) this.hostConnected();
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#room?.addEventListener(LucarneRoomChanged.type, this.#schedule);
    if (this.#room) this.#schedule();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#room?.removeEventListener(LucarneRoomChanged.type, this.#schedule);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }

  readonly #schedule = (): void => {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#changed();
      this.#host.requestUpdate();
    });
  };
}
