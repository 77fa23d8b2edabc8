// The page to zap through what is on the public list: the picture plays muted at once, a key, a stroke or a button brings the next.
// The list beside it says the same in words, and a map where those are that tell.

import { localized, msg } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LiveEntry, Lucarne } from '../../session/session-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import type { LucarnePlayer } from '../watch/lucarne-player.ts';
import { GuideFollower } from './guide-follower.ts';
import { liveStyles } from './live-styles.ts';
import { factsText, placeText, titleText } from './live-words.ts';
import { stepOfKey, stepOfStroke, zapped, type Step } from './zap.ts';

/** Whoever zaps on within this time, ms, hasn't watched: nobody is asked for a picture of it. */
const SETTLE_MS = 150;

/** Needs `lucarne`. */
@customElement('lucarne-live')
@localized()
export class LucarneLive extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, liveStyles];

  @property({ attribute: false }) lucarne!: Lucarne;
  /** The broadcast that is chosen, and the one that plays, a moment later. */
  @state() private chosen: LiveEntry | undefined;
  @state() private playing: string | undefined;
  @state() private isMuted = true;
  readonly #guide = new GuideFollower(this, () => this.lucarne);
  #settling: ReturnType<typeof setTimeout> | undefined;
  #stroke: { x: number; y: number } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // The player, in the file that the watch page has anyway: whoever follows a link asks for no further one because of this page.
    import('../watch/lucarne-watch.ts').then(
      () => this.requestUpdate(),
      () => undefined,
    );
    window.addEventListener('keydown', this.#keyPressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#keyPressed);
    clearTimeout(this.#settling);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const fresh = this.#entries.find(({ broadcastId }) => broadcastId === this.chosen?.broadcastId);
    // One that has left the list stays on the screen until its viewer goes on.
    if (fresh) this.chosen = fresh;
    if (this.chosen || !this.#entries[0]) return;
    [this.chosen] = this.#entries;
    this.playing = this.chosen?.broadcastId;
  }

  protected override render(): TemplateResult {
    if (!this.chosen) return this.#renderNothing();
    const hasMap = this.#entries.some(({ place }) => place);
    return html`
      <h1>${msg('On air now')}</h1>
      <div class="set">
        ${this.#renderScreen(this.chosen)}
        <section aria-labelledby="all">
          <h2 id="all">${msg('All broadcasts')}</h2>
          <ul>
            ${repeat(
              this.#entries,
              ({ broadcastId }) => broadcastId,
              (entry) => this.#renderEntry(entry),
            )}
          </ul>
        </section>
      </div>
      ${hasMap ? this.#renderMap() : nothing}
      <p class="soft">
        ${msg('Titles, numbers and pictures are what the broadcasters say. Whoever you watch learns your network address, as in any call.')}
      </p>
    `;
  }

  get #entries(): readonly LiveEntry[] {
    return this.#guide.entries ?? [];
  }

  #renderNothing(): TemplateResult {
    const { isAnswered, entries } = this.#guide;
    const text = entries
      ? msg('Nobody is on the public list right now.')
      : msg('There is no public list here.');
    return html`<h1>${msg('On air now')}</h1>
      <p role="status">${isAnswered ? text : msg('Looking…')}</p>
      <p ?hidden=${!isAnswered}><a class="button" href="#/">${msg('Go to the start page')}</a></p>`;
  }

  #renderScreen(entry: LiveEntry): TemplateResult {
    const still = this.#guide.pictureOf(entry);
    return html`<div class="screen">
      <div
        class="stage"
        @pointerdown=${this.#strokeBegun}
        @pointerup=${this.#strokeEnded}
        @pointercancel=${() => (this.#stroke = undefined)}
      >
        <lucarne-player
          controls
          ?muted=${this.isMuted}
          .lucarne=${this.lucarne}
          .src=${this.playing ?? null}
          @volumechange=${this.#volumeChanged}
          @lucarne-watch-changed=${() => this.requestUpdate()}
        >
          <div slot="veil" class="veil" ?hidden=${this.#hasPicture}>
            ${still ? html`<img src=${still} alt="" />` : nothing}
            <p>${this.#stateText()}</p>
          </div>
        </lucarne-player>
      </div>
      <div class="about">
        <div aria-live="polite">
          <h2><bdi>${titleText(entry)}</bdi></h2>
          <p class="soft">${factsText(entry)}</p>
        </div>
        <div class="ways">
          <button @click=${() => this.#zap(-1)}>${msg('Previous')}</button>
          <button class="primary" @click=${() => this.#zap(1)}>${msg('Next')}</button>
          <a class="button" href=${`#/${entry.broadcastId}`}>${msg('Stay here')}</a>
        </div>
      </div>
    </div>`;
  }

  #renderEntry(entry: LiveEntry): TemplateResult {
    const picture = this.#guide.pictureOf(entry);
    const isChosen = entry.broadcastId === this.chosen?.broadcastId;
    return html`<li>
      <button class="entry" aria-current=${isChosen ? 'true' : 'false'} @click=${() => this.#choose(entry)}>
        <span class="frame">${picture ? html`<img src=${picture} alt="" />` : nothing}</span>
        <span class="words">
          <bdi>${titleText(entry)}</bdi>
          <span class="soft">${factsText(entry)}</span>
          ${entry.place ? html`<span class="soft">${placeText(entry.place)}</span>` : nothing}
        </span>
      </button>
    </li>`;
  }

  /** The map is fetched when somebody is on it. */
  #renderMap(): TemplateResult {
    import('./lucarne-world.ts').catch(() => undefined);
    return html`<lucarne-world
      .entries=${this.#entries}
      .chosenId=${this.chosen?.broadcastId}
      @lucarne-choose-request=${({ entry }: Event & { entry: LiveEntry }) => this.#choose(entry)}
    ></lucarne-world>`;
  }

  get #player(): LucarnePlayer | null {
    return this.renderRoot.querySelector('lucarne-player');
  }

  get #hasPicture(): boolean {
    const session = this.#player?.watched;
    return (
      session?.state === 'live' && session.hasPicture && session.broadcastId === this.chosen?.broadcastId
    );
  }

  #stateText(): string {
    const state = this.#player?.watched?.state;
    if (state === 'ended') return msg('This broadcast has ended.');
    return state === 'failed' || this.#player?.failure
      ? msg('This broadcast can’t be shown here.')
      : msg('Connecting…');
  }

  #zap(step: Step): void {
    if (step === 0) return;
    const ids = this.#entries.map(({ broadcastId }) => broadcastId);
    const id = zapped(ids, this.chosen?.broadcastId, step);
    const entry = this.#entries.find(({ broadcastId }) => broadcastId === id);
    if (entry) this.#choose(entry);
  }

  #choose(entry: LiveEntry): void {
    this.chosen = entry;
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => (this.playing = this.chosen?.broadcastId), SETTLE_MS);
  }

  readonly #volumeChanged = (): void => {
    const player = this.#player;
    if (player?.watched) this.isMuted = player.muted;
  };

  readonly #keyPressed = (event: KeyboardEvent): void => {
    const step = stepOfKey(event);
    if (step === 0) return;
    event.preventDefault();
    this.#zap(step);
  };

  readonly #strokeBegun = ({ clientX: x, clientY: y, pointerType }: PointerEvent): void => {
    this.#stroke = pointerType === 'mouse' ? undefined : { x, y };
  };

  readonly #strokeEnded = ({ clientX, clientY }: PointerEvent): void => {
    const begun = this.#stroke;
    this.#stroke = undefined;
    if (begun) this.#zap(stepOfStroke(clientX - begun.x, clientY - begun.y));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-live': LucarneLive;
  }
}
