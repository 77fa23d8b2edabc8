// Keeps an element in step with the public list while it is on the page and looked at: what is on, and a picture of each.

import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LIST_INTERVAL_MS } from '../../guide/guide-limits.ts';
import type { LiveEntry, LiveGuide, Lucarne } from '../../session/session-api.ts';

/** Asks for the list again and again; the host renders when something has changed. */
export class GuideFollower implements ReactiveController {
  /** What is on; undefined before the first answer, and where there is no list. */
  entries: readonly LiveEntry[] | undefined;
  /** Whether an answer, or that there is none, is here. */
  isAnswered = false;
  readonly #host: ReactiveControllerHost;
  readonly #lucarne: () => Lucarne;
  /** Addresses of pictures by the ids of their stills. */
  readonly #pictures = new Map<string, string>();
  #guide: Promise<LiveGuide> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(host: ReactiveControllerHost, lucarne: () => Lucarne) {
    this.#host = host;
    this.#lucarne = lucarne;
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#look);
    this.#timer = setInterval(this.#look, LIST_INTERVAL_MS);
    // The host has its properties by then.
    queueMicrotask(this.#look);
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#look);
    clearInterval(this.#timer);
    for (const address of this.#pictures.values()) URL.revokeObjectURL(address);
    this.#pictures.clear();
  }

  /** Where the picture of an entry is; undefined while it isn't here. */
  pictureOf({ stillId = '' }: LiveEntry): string | undefined {
    return this.#pictures.get(stillId);
  }

  readonly #look = (): void => {
    if (document.visibilityState === 'visible') void this.#ask();
  };

  async #ask(): Promise<void> {
    this.#guide ??= this.#lucarne().openGuide();
    const entries = await this.#guide.then((guide) => guide.entries()).catch(() => undefined);
    // Code that couldn't be had is asked for again.
    if (!entries) this.#guide = undefined;
    // A list that was there and doesn't answer now is shown as it was.
    if (entries || !this.isAnswered) this.entries = entries;
    this.isAnswered = true;
    this.#host.requestUpdate();
    await Promise.all((entries ?? []).map((entry) => this.#fetchPicture(entry)));
    this.#forgetPictures();
  }

  async #fetchPicture({ stillId, still }: LiveEntry): Promise<void> {
    if (stillId === undefined || !still || this.#pictures.has(stillId)) return;
    const picture = await still();
    if (!picture || this.#pictures.has(stillId)) return;
    this.#pictures.set(stillId, URL.createObjectURL(picture));
    this.#host.requestUpdate();
  }

  #forgetPictures(): void {
    const shown = new Set(this.entries?.map(({ stillId }) => stillId));
    for (const [id, address] of this.#pictures) {
      if (shown.has(id)) continue;
      URL.revokeObjectURL(address);
      this.#pictures.delete(id);
    }
  }
}
