// Questions of the room: the one being answered, and the open ones. Viewers vote; the broadcaster picks.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RoomQuestion } from '../../room/room-packet.ts';
import type { DeskRoom, ModeratorRoom, WatchRoom } from '../../session/room-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import { commentStyles, renderComment } from './comment-row.ts';
import { RoomFollower } from './room-follower.ts';

/** Shows the board of `room`; nothing while it is empty. `desk`: as the broadcaster or a moderator, who picks, and doesn't vote. */
@customElement('lucarne-board')
@localized()
export class LucarneBoard extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    commentStyles,
    css`
      :host {
        font-size: var(--text-s);
      }
      .now {
        padding: var(--space-2) var(--space-3);
        border-inline-start: 4px solid var(--dawn);
        border-radius: var(--round);
        background: var(--raised);
      }
      h3 {
        margin: 0;
        font-size: var(--text-xs);
        color: var(--ink-soft);
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-2);
        align-items: center;
        list-style: none;
        padding-block: var(--space-1);
      }
      button {
        min-height: 2.25rem;
        padding-inline: var(--space-3);
        font-size: var(--text-xs);
      }
      summary {
        min-height: 2rem;
        cursor: pointer;
        font-size: var(--text-xs);
      }
    `,
  ];

  @property({ attribute: false }) room!: WatchRoom | DeskRoom | ModeratorRoom;
  @property({ type: Boolean, attribute: 'desk' }) isDesk = false;
  @state() private voted = new Set<number>();
  protected readonly focusKeeper = new FocusKeeper(this);
  readonly #follower = new RoomFollower(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) this.#follower.follow(this.room);
  }

  protected override render(): TemplateResult {
    const { pinned, questions } = this.room.board;
    return html`
      ${
        pinned
          ? html`<div class="now" role="status">
              <h3>${msg('Answering now')}</h3>
              ${renderComment(pinned)} ${this.#renderDone()}
            </div>`
          : nothing
      }
      ${
        questions.length > 0
          ? html`<details>
              <summary>
                ${questions.length === 1 ? msg('1 question') : msg(str`${questions.length} questions`)}
              </summary>
              <ul>
                ${questions.map((question) => this.#renderQuestion(question))}
              </ul>
            </details>`
          : nothing
      }
    `;
  }

  #renderQuestion(question: RoomQuestion): TemplateResult {
    const { room } = this;
    const { id, votes } = question;
    return html`<li>
      ${renderComment(question)}
      ${
        this.isDesk && 'pin' in room
          ? html`<button @click=${() => room.pin(id)}>${msg(str`Answer now (${votes})`)}</button>`
          : html`<button
              ?disabled=${this.voted.has(id)}
              @click=${() => void this.#vote(room as WatchRoom, id)}
            >
              ${msg(str`Me too (${votes})`)}
            </button>`
      }
    </li>`;
  }

  #renderDone(): TemplateResult | typeof nothing {
    const { room } = this;
    return this.isDesk && 'pin' in room
      ? html`<button @click=${() => room.pin(null)}>${msg('Answered')}</button>`
      : nothing;
  }

  async #vote(room: WatchRoom, id: number): Promise<void> {
    const result = await room.vote(id);
    if (result.ok) this.voted = new Set([...this.voted, id]);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-board': LucarneBoard;
  }
}
