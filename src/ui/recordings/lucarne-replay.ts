// The room of a recording, over the video in its slot and below it: comments and hearts as they came, wherever one seeks to. It keeps no
// state of its own: all is worked out from the video's time.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ReplayComment, RoomReplay } from '../../session/session-api.ts';
import { countText, durationText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { commentStyles, renderComment } from '../room/comment-row.ts';
import type { LucarneHearts } from '../room/lucarne-hearts.ts';
import '../room/lucarne-hearts.ts';
import { commentsUntil, heartsAt } from './replay-time.ts';

/** How long a comment stands over the picture, ms, and how many do at once: as on the watch page. */
const RISING_MS = 9000;
const RISING_MAX = 5;
/** Rows of the list: the newest up to now. */
const ROWS_MAX = 100;
/** Hearts fly when time has gone on by less, ms: more is a seek. */
const STEP_MS_MAX = 2000;

/** Shows `replay` in time with the slotted video; the video alone without one. */
@customElement('lucarne-replay')
@localized()
export class LucarneReplay extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    commentStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
        font-size: var(--text-s);
      }
      .stage {
        position: relative;
        display: grid;
      }
      /* Above the browser's own controls. */
      .rising,
      lucarne-hearts {
        position: absolute;
        inset-block-end: 4.5rem;
        pointer-events: none;
      }
      .rising {
        color-scheme: dark;
        inset-inline: var(--space-3) 25%;
        display: grid;
        gap: var(--space-2);
        justify-items: start;
        color: #fff;
      }
      .bubble {
        max-width: 100%;
        padding: 0.3em 0.7em;
        border-radius: var(--round);
        background: #070b1cb8;
      }
      lucarne-hearts {
        inset-inline-end: 0;
        width: 7rem;
        height: 60%;
      }
      .rows {
        display: grid;
        gap: var(--space-2);
        max-height: 16rem;
        overflow-y: auto;
        padding-block: var(--space-2);
      }
      .row {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3);
        align-items: baseline;
      }
      .row button {
        min-height: 1.75rem;
        padding: 0 var(--space-2);
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
      summary {
        min-height: 2rem;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) replay: RoomReplay | undefined;
  @state() private atMs = 0;
  @query('lucarne-hearts') private sky?: LucarneHearts;
  /** Those that weren't taken away. */
  #comments: ReplayComment[] = [];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('replay')) return;
    this.#comments = this.replay?.comments.filter(({ takenAway }) => !takenAway) ?? [];
    this.atMs = 0;
  }

  protected override render(): TemplateResult {
    const { replay } = this;
    return html`
      <div class="stage" @timeupdate=${this.#follow} @seeked=${this.#follow}>
        <slot></slot>
        ${replay ? this.#renderOver() : nothing}
      </div>
      ${replay ? this.#renderBelow(replay) : nothing}
    `;
  }

  #renderOver(): TemplateResult {
    const { atMs } = this;
    const rising = commentsUntil(this.#comments, atMs, RISING_MAX).filter(
      (one) => one.atMs > atMs - RISING_MS,
    );
    return html`
      <div class="rising" aria-hidden="true">
        ${repeat(rising, keyOf, (comment) => html`<div class="bubble">${renderComment(comment)}</div>`)}
      </div>
      <lucarne-hearts></lucarne-hearts>
    `;
  }

  #renderBelow({ hearts, answered }: RoomReplay): TemplateResult {
    const { atMs } = this;
    const now = answered.find((one) => one.atMs <= atMs && atMs < (one.untilMs ?? Infinity));
    const total = this.#comments.length;
    return html`
      ${
        now
          ? html`<div class="now">
              <p class="soft">${msg('Answering now')}</p>
              ${renderComment(now)}
            </div>`
          : nothing
      }
      <p class="soft hearts">♥ ${countText(heartsAt(hearts, atMs))}</p>
      <details ?hidden=${total === 0}>
        <summary>${total === 1 ? msg('1 comment') : msg(str`${countText(total)} comments`)}</summary>
        <div class="rows" role="log" aria-live="off" aria-label=${msg('Comments')} tabindex="0">
          ${repeat(commentsUntil(this.#comments, atMs, ROWS_MAX).reverse(), keyOf, (comment) =>
            this.#renderRow(comment),
          )}
        </div>
      </details>
    `;
  }

  #renderRow(comment: ReplayComment): TemplateResult {
    return html`<div class="row">
      <button class="quiet" @click=${() => this.#seek(comment.atMs)}>${durationText(comment.atMs)}</button>
      ${renderComment(comment)}
    </div>`;
  }

  get #video(): HTMLVideoElement | null {
    return this.querySelector('video');
  }

  #seek(atMs: number): void {
    if (this.#video) this.#video.currentTime = atMs / 1000;
  }

  #followVideo(): void {
    const before = this.atMs;
    this.atMs = (this.#video?.currentTime ?? 0) * 1000;
    const passedMs = this.atMs - before;
    const { hearts = [] } = this.replay ?? {};
    if (passedMs <= 0 || passedMs > STEP_MS_MAX) return;
    this.sky?.fly(Math.max(0, heartsAt(hearts, this.atMs) - heartsAt(hearts, before)));
  }

  /** Events of a video don't bubble. */
  readonly #follow = { capture: true, handleEvent: () => this.#followVideo() };
}

function keyOf({ id, atMs }: ReplayComment): string {
  return `${id} ${atMs}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-replay': LucarneReplay;
  }
}
