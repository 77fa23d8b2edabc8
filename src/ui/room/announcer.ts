// What a screen reader hears of new comments: at most one sentence in two seconds, however many come.

import { msg, str } from '@lit/localize';
import type { RoomComment } from '../../room/room-packet.ts';
import { speakerName } from './room-words.ts';

/** Between two announcements, ms. */
const ANNOUNCE_MS = 2000;

/** Gathers comments and gives them to `announce` as a sentence. */
export class Announcer {
  readonly #announce: (sentence: string) => void;
  #waiting: RoomComment[] = [];
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(announce: (sentence: string) => void) {
    this.#announce = announce;
  }

  note(comments: readonly RoomComment[]): void {
    if (comments.length === 0) return;
    this.#count += comments.length;
    this.#waiting = comments.slice(-1);
    this.#timer ??= setTimeout(() => this.#say(), ANNOUNCE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #say(): void {
    this.#timer = undefined;
    const [last] = this.#waiting;
    if (!last) return;
    const said = `${speakerName(last)}: ${last.text}`;
    this.#announce(this.#count === 1 ? said : msg(str`${this.#count} new comments. ${said}`));
    this.#count = 0;
  }
}
