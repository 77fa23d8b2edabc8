// What a person may do with a picture that is there: the controls' wishes, keys, taps, the system's keys. Loaded after the first picture,
// which waits for none of it. One rule: it asks the player and its session; what becomes of that comes back as their state.

import type { ReactiveController, ReactiveElement } from 'lit';
import { parseLink } from '../../base/link.ts';
import type { WatchSession } from '../../session/session-api.ts';
import { shareBySystem } from '../share/system-share.ts';
import { toggleFullScreen } from './full-screen.ts';
import { IdleWatch } from './idle-watch.ts';
import { MediaKeys } from './media-keys.ts';
import { FloatingPicture } from './picture-in-picture.ts';
import { areKeysOn, wishOfKey } from './player-keys.ts';
import type { KeyWish } from './player-keys.ts';
import { DoubleTap, showHeart } from './tap-hearts.ts';
import { STEP_MS } from './lucarne-controls.ts';

/** What is asked of the player. */
export interface WishedPlayer extends ReactiveElement {
  readonly watched: WatchSession | undefined;
  readonly paused: boolean;
  readonly src: string | null;
  readonly hasPageKeys: boolean;
  muted: boolean;
  volume: number;
  play(): void;
  pause(): void;
}

/** For one player, from its first picture on. */
export class PlayerWishes implements ReactiveController {
  readonly #player: WishedPlayer;
  readonly #floating: FloatingPicture;
  readonly #taps = new DoubleTap();
  #keys: MediaKeys | undefined;
  #listening = new AbortController();

  constructor(player: WishedPlayer) {
    this.#player = player;
    this.#floating = new FloatingPicture(() => player.requestUpdate());
    new IdleWatch(player);
    player.addController(this);
  }

  hostConnected(): void {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const player = this.#player;
    const wishes: Record<string, (event: Event) => void> = {
      'lucarne-play-request': () => this.#toggle(),
      'lucarne-mute-request': () => (player.muted = !player.muted),
      'lucarne-volume-request': (event) => (player.volume = (event as Event & { volume: number }).volume),
      'lucarne-full-screen-request': () => void toggleFullScreen(player),
      'lucarne-float-request': () => this.#float(),
      'lucarne-share-request': () => void this.#share(),
      'lucarne-rewind-request': (event) => this.#rewind((event as Event & { behindMs: number }).behindMs),
      click: (event) => this.#tapped(event as PointerEvent),
    };
    for (const [type, heed] of Object.entries(wishes)) player.addEventListener(type, heed, { signal });
    document.addEventListener('keydown', (event) => this.#pressed(event), { signal });
  }

  hostDisconnected(): void {
    this.#listening.abort();
    this.#floating.close();
    this.#keys?.close();
    this.#keys = undefined;
  }

  hostUpdated(): void {
    const { watched: session, paused, muted } = this.#player;
    // Somebody else's page says itself what the system's keys are for, and what it may play.
    if (!session || !this.#player.isConnected || !this.#player.hasPageKeys) return;
    this.#keys ??= new MediaKeys({
      play: () => this.#player.play(),
      pause: () => this.#player.pause(),
      step: (byMs) => this.#step(byMs),
    });
    this.#keys.show({
      title: session.title,
      isPaused: paused,
      isAudible: session.state === 'live' && !paused && !muted && !session.isSoundBlocked,
    });
  }

  #toggle(): void {
    if (this.#player.paused) this.#player.play();
    else this.#player.pause();
  }

  /** Back (below 0) or forward, ms; forward ends at live. */
  #step(byMs: number): void {
    const behindMs = this.#player.watched?.rewound?.behindMs ?? 0;
    if (behindMs > 0 || byMs < 0) this.#rewind(Math.max(0, behindMs - byMs));
  }

  #rewind(behindMs: number): void {
    // Without its code one stays where one is.
    this.#player.watched?.rewindTo(behindMs).catch(() => undefined);
  }

  #float(): void {
    const { watched } = this.#player;
    if (watched) void this.#floating.toggle(watched);
  }

  async #share(): Promise<void> {
    const { src, watched } = this.#player;
    const link = parseLink(src ?? '');
    if (src === null || !link.ok) return;
    const title = watched?.title ?? '';
    if (await shareBySystem(src, title)) return;
    await import('./lucarne-share-sheet.ts');
    const sheet = document.createElement('lucarne-share-sheet');
    Object.assign(sheet, { link: src, name: title, isPrivate: link.value.key !== undefined });
    this.#player.renderRoot.append(sheet);
    await sheet.open();
    sheet.remove();
  }

  /** A keyboard's click has no count. */
  #tapped(event: PointerEvent): void {
    const [target] = event.composedPath();
    if (event.detail === 0 && target instanceof Element && target.matches('.unmute')) void this.#toSound();
    const path = event.composedPath().filter((target) => target instanceof HTMLElement);
    const stage = path.find(({ classList }) => classList.contains('stage'));
    // What a page lays over the picture is part of it, but for what has a use of its own.
    const isOther = path.some((element) => element.matches('button, a, lucarne-controls, lucarne-locked'));
    if (!stage || isOther || !this.#taps.tap(event)) return;
    if (this.#sendHeart()) showHeart(stage, event.clientX, event.clientY);
  }

  /** What was pressed goes: the focus moves to the button that stands for it from now on. */
  async #toSound(): Promise<void> {
    await this.#player.updateComplete;
    await this.#player.renderRoot.querySelector('lucarne-controls')?.focusSound();
  }

  #sendHeart(): boolean {
    const room = this.#player.watched?.room;
    if (!room || room.mode === 'closed') return false;
    room.heart();
    return true;
  }

  /** Keys count while the player has the focus, and everywhere on a page that is the player's. */
  #pressed(event: KeyboardEvent): void {
    const isOurs = event.composedPath().includes(this.#player) || this.#player.hasPageKeys;
    const wish = isOurs && areKeysOn() ? wishOfKey(event) : undefined;
    if (!wish) return;
    event.preventDefault();
    this.#grant(wish);
  }

  #grant(wish: KeyWish): void {
    switch (wish) {
      case 'play':
        return this.#toggle();
      case 'back':
        return this.#step(-STEP_MS);
      case 'forward':
        return this.#step(STEP_MS);
      case 'live':
        return this.#rewind(0);
      case 'mute':
        this.#player.muted = !this.#player.muted;
        return;
      case 'full-screen':
        void toggleFullScreen(this.#player);
        return;
      case 'float':
        return this.#float();
      case 'share':
        void this.#share();
        return;
      case 'heart':
        this.#sendHeart();
        return;
      case 'list':
        return this.#player.renderRoot.querySelector('lucarne-controls')?.toggleKeys();
    }
  }
}
