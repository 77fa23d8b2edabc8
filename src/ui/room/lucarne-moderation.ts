// What a moderator can do, on the watch page: the shield, what waits and what was reported, and a way to take anything away. Each is a
// request: the screens change when the broadcaster's page has done it. Fetched only by an invitation.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { HeldComment } from '../../room/desk-state.ts';
import type { ReportedComment } from '../../room/reports.ts';
import type { RoomComment } from '../../room/room-packet.ts';
import type { ModeratorRoom } from '../../session/room-api.ts';
import { countText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import { commentStyles, renderComment } from './comment-row.ts';
import { RoomFollower } from './room-follower.ts';
import { reportersText, whyText } from './room-words.ts';

/** The newest comments, with a way to take them away. */
const ROWS_MAX = 30;

/** Shows and steers `moderator`. */
@customElement('lucarne-moderation')
@localized()
export class LucarneModeration extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    commentStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        font-size: var(--text-s);
      }
      details {
        padding: var(--space-1) var(--space-2);
        border: 1px solid var(--line);
        border-inline-start: 4px solid var(--dawn);
        border-radius: var(--round);
        background: var(--raised);
      }
      summary {
        min-height: 2rem;
        cursor: pointer;
        font-weight: 600;
      }
      .tools {
        display: grid;
        gap: var(--space-2);
        /* The picture above keeps its place on a phone. */
        max-height: 28dvh;
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      .now {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      h3 {
        margin: 0;
        font-size: var(--text-xs);
        color: var(--ink-soft);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        gap: var(--space-1);
        align-items: center;
        min-width: 0;
        padding-block: var(--space-1);
      }
      .row > :first-child {
        flex: 1 1 100%;
        min-width: 0;
      }
      .row button {
        flex: none;
        min-height: 2.5rem;
        padding-inline: var(--space-2);
        font-size: var(--text-xs);
      }
      .why {
        font-size: var(--text-xs);
      }
      @media (min-width: 48rem), (min-width: 30rem) and (orientation: landscape) {
        .tools {
          max-height: min(24rem, 42dvh);
        }
      }
      /* A phone on its side: the room's foot scrolls as a whole. */
      @media (min-width: 30rem) and (max-height: 30rem) and (orientation: landscape) {
        .tools {
          max-height: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) moderator!: ModeratorRoom;
  protected readonly focusKeeper = new FocusKeeper(this);
  readonly #follower = new RoomFollower(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('moderator')) this.#follower.follow(this.moderator);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { standing } = this.moderator;
    if (standing === 'checking') return nothing;
    if (standing === 'revoked')
      return html`<p class="soft" role="status">
        ${msg('Your invitation to moderate doesn’t hold any more.')}
      </p>`;
    return this.#renderTools();
  }

  #renderTools(): TemplateResult {
    const { moderator } = this;
    const { held, heldBesides, reported, comments, lost } = moderator;
    const waiting = held.length + heldBesides;
    return html`<details open>
      <summary>
        ${msg('Moderation')}
        ${waiting > 0 ? html`<span class="soft">${waitingText(waiting)}</span>` : nothing}
      </summary>
      <div class="tools" tabindex="0" role="group" aria-label=${msg('Moderation')}>
        <div class="now">
          <button class="danger" title=${msg('Clears every screen')} @click=${() => moderator.shield()}>
            ${msg('Shield')}
          </button>
          ${
            moderator.canUndoShield
              ? html`<button @click=${this.#undoShield}>${msg('Undo shield')}</button>`
              : nothing
          }
        </div>
        <p class="soft why" role="status">
          ${lost > 0 ? msg(str`Without an answer from the broadcaster so far: ${countText(lost)}.`) : ''}
        </p>
        ${repeat(
          held,
          ({ id }) => id,
          (comment) => this.#renderHeld(comment),
        )}
        ${reported.length > 0 ? html`<h3>${msg('Reported by viewers')}</h3>` : nothing}
        ${repeat(
          reported,
          ({ id }) => id,
          (comment) => this.#renderReported(comment),
        )}
        ${comments.length > 0 ? html`<h3>${msg('On the screens')}</h3>` : nothing}
        ${repeat(
          comments
            .filter(({ by }) => by !== '')
            .slice(-ROWS_MAX)
            .reverse(),
          ({ id }) => id,
          (comment) => this.#renderShown(comment),
        )}
      </div>
    </details>`;
  }

  /** What was pressed will go: the focus is back where it came from. */
  readonly #undoShield = (): void => {
    this.moderator.undoShield();
    this.renderRoot.querySelector<HTMLElement>('.now .danger')?.focus();
  };

  #renderHeld(comment: HeldComment): TemplateResult {
    const { moderator } = this;
    const { id, why } = comment;
    return html`<div class="row">
      <div>
        ${renderComment(comment)}
        <p class="soft why">${whyText(why)}</p>
      </div>
      ${this.#renderButton(id, msg('Approve'), () => moderator.approve(id))}
      ${this.#renderButton(id, msg('Dismiss'), () => moderator.dismiss(id))} ${this.#renderMute(id)}
    </div>`;
  }

  #renderReported(comment: ReportedComment): TemplateResult {
    const { moderator } = this;
    const { id, reporters } = comment;
    return html`<div class="row">
      <div>
        ${renderComment(comment)}
        <p class="soft why">${reportersText(reporters)}</p>
      </div>
      ${this.#renderButton(id, msg('Hide'), () => moderator.hide(id))}
      ${this.#renderButton(id, msg('Let it stand'), () => moderator.keep(id))} ${this.#renderMute(id)}
    </div>`;
  }

  #renderShown(comment: RoomComment): TemplateResult {
    const { id } = comment;
    return html`<div class="row">
      ${renderComment(comment)} ${this.#renderButton(id, msg('Hide'), () => this.moderator.hide(id))}
      ${this.#renderMute(id)}
    </div>`;
  }

  #renderMute(id: number): TemplateResult {
    return this.#renderButton(id, msg('Mute', { id: 'mute-person' }), () => this.moderator.mute(id));
  }

  /** Not to be pressed again while something about this comment is on its way. */
  #renderButton(id: number, name: string, press: () => void): TemplateResult {
    return html`<button class="quiet" ?disabled=${this.moderator.isAsked(id)} @click=${press}>
      ${name}
    </button>`;
  }
}

function waitingText(count: number): string {
  return count === 1 ? msg('1 comment waits') : msg(str`${countText(count)} comments wait`);
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-moderation': LucarneModeration;
  }
}
