// The room of the watch page: comments that rise over the picture on a phone, the whole list beside it on a wide screen,
// where one writes, and hearts. Everything comes from the room; nothing is assumed.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { RoomComment } from '../../room/room-packet.ts';
import { LucarneRoomChanged, type ModeratorRoom, type WatchRoom } from '../../session/room-api.ts';
import type { WatchSession } from '../../session/session-api.ts';
import { countText } from '../amounts.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { Announcer } from './announcer.ts';
import { commentStyles, hueOf, renderComment } from './comment-row.ts';
import type { LucarneHearts } from './lucarne-hearts.ts';
import { takeInvitation } from './invitation.ts';
import { JoinNotice } from './join-notice.ts';
import { RoomFollower } from './room-follower.ts';
import { roomStyles } from './room-styles.ts';
import './lucarne-board.ts';
import './lucarne-hearts.ts';
import './lucarne-say.ts';

/** Rising at once, and for how long each is there, ms (as the animation in room-styles.ts). */
const RISING_MAX = 5;
const RISING_MS = 9000;
/** A list that is scrolled up by no more than this, px, follows what comes. */
const AT_END_PX = 48;

/** Needs `room`; with `session` a copy can be kept where that is allowed. */
@customElement('lucarne-room')
@localized()
export class LucarneRoom extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, fieldStyles, commentStyles, roomStyles];

  @property({ attribute: false }) room!: WatchRoom;
  @property({ attribute: false }) session: WatchSession | undefined;
  @state() private name = '';
  @state() private isListOpen = false;
  @state() private announcement = '';
  /** The comments as they were when "Pause" was pressed. */
  @state() private paused: readonly RoomComment[] | undefined;
  @state() private reported = 0;
  /** With an invitation; 'invalid': one that isn't for this broadcast. */
  @state() private moderator: ModeratorRoom | 'invalid' | undefined;
  @property({ type: Boolean, reflect: true, attribute: 'large' }) isLarge = false;
  @property({ type: Boolean, reflect: true, attribute: 'quiet' }) isQuiet = false;
  @query('lucarne-hearts') private sky!: LucarneHearts;
  @query('.list') private list!: HTMLElement;
  readonly #follower = new RoomFollower(this, () => this.#follow());
  readonly #announcer = new Announcer((sentence) => (this.announcement = sentence));
  #rising: { comment: RoomComment; untilMs: number }[] = [];
  #seenId: number | undefined;
  #hearts: number | undefined;
  readonly #joins = new JoinNotice(this);
  #isAtEnd = true;
  /** What became of a copy is told after copies are forbidden, too. */
  #hasAllowedCopies = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#announcer.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) {
      this.#follower.follow(this.room);
      void this.#takeSeat();
    }
    if (this.hasUpdated) {
      const { scrollTop, scrollHeight, clientHeight } = this.list;
      this.#isAtEnd = scrollHeight - scrollTop - clientHeight < AT_END_PX;
    }
  }

  protected override updated(): void {
    if (this.#isAtEnd) this.list.scrollTop = this.list.scrollHeight;
  }

  protected override render(): TemplateResult {
    const { room } = this;
    const comments = this.paused ?? room.comments;
    const shownIds = new Set(comments.map(({ id }) => id));
    const joined = this.#joins.text;
    const rising = this.paused ? [] : this.#rising.filter(({ comment }) => shownIds.has(comment.id));
    return html`
      <lucarne-hearts></lucarne-hearts>
      <div class="rising" aria-hidden="true">
        ${repeat(
          rising,
          ({ comment }) => comment.id,
          ({ comment }) => html`<div class="bubble">${renderComment(comment)}</div>`,
        )}
        ${joined && !this.paused ? html`<div class="bubble joined">${joined}</div>` : nothing}
      </div>
      ${this.#renderBoard()}
      <div
        class=${this.isListOpen ? 'list open' : 'list'}
        role="log"
        aria-live="off"
        aria-label=${msg('Comments')}
        tabindex="0"
      >
        ${room.leftOut > 0 ? html`<p class="soft">${msg(str`${countText(room.leftOut)} more comments weren’t shown.`)}</p>` : nothing}
        ${repeat(
          comments,
          ({ id }) => id,
          (comment) => this.#renderRow(comment),
        )}
      </div>
      <p class="unseen" role="status">${this.announcement}</p>
      <div class="foot">
        ${this.#renderModeration()}
        <p class="joined wide soft" aria-hidden="true">${joined}</p>
        <lucarne-say
          .room=${room}
          .name=${this.name}
          questions
          @lucarne-heart-tapped=${() => this.#flyOwn(room.author)}
        ></lucarne-say>
        ${this.session ? this.#renderCopy(this.session) : nothing} ${this.#renderOptions()}
      </div>
    `;
  }

  #renderBoard(): TemplateResult {
    const { room, moderator } = this;
    return moderator && moderator !== 'invalid' && moderator.standing === 'in-force'
      ? html`<lucarne-board .room=${moderator} desk></lucarne-board>`
      : html`<lucarne-board .room=${room}></lucarne-board>`;
  }

  #renderModeration(): TemplateResult | typeof nothing {
    const { moderator } = this;
    if (moderator === undefined) return nothing;
    return moderator === 'invalid'
      ? html`<p class="soft" role="status">
          ${msg('This invitation to moderate isn’t for this broadcast.')}
        </p>`
      : html`<lucarne-moderation .moderator=${moderator}></lucarne-moderation>`;
  }

  /** Whoever opened the page by a moderator's link gets what belongs to that. */
  async #takeSeat(): Promise<void> {
    const { room } = this;
    const invitation = takeInvitation();
    if (invitation === undefined) return;
    try {
      const [moderator] = await Promise.all([room.moderate(invitation), import('./lucarne-moderation.ts')]);
      if (this.room !== room) return;
      this.moderator = moderator ?? 'invalid';
      moderator?.addEventListener(LucarneRoomChanged.type, () => this.requestUpdate());
    } catch {
      // Without that code one watches as everybody does; the next load of the page tries again.
    }
  }

  #renderRow(comment: RoomComment): TemplateResult {
    const isOwn = comment.by === '' || comment.by === this.room.author;
    return html`<div class="row">
      ${renderComment(comment)}
      ${
        isOwn
          ? nothing
          : html`<button
              class="quiet report"
              ?disabled=${this.reported === comment.id}
              @click=${() => void this.#report(comment.id)}
            >
              ${this.reported === comment.id ? msg('Reported') : msg('Report')}
            </button>`
      }
    </div>`;
  }

  #renderCopy(session: WatchSession): TemplateResult | typeof nothing {
    const { mayKeep } = this.room;
    this.#hasAllowedCopies ||= mayKeep;
    if (!this.#hasAllowedCopies) return nothing;
    import('../watch/lucarne-copy.ts').catch(() => undefined);
    return html`<lucarne-copy .session=${session} ?allowed=${mayKeep}></lucarne-copy>`;
  }

  #renderOptions(): TemplateResult {
    return html`<details class="options">
      <summary>
        ${msg('Comments and name')}
        <span class="soft" aria-label=${msg(str`${countText(this.room.hearts)} hearts`)}
          >♥ ${countText(this.room.hearts)}</span
        >
      </summary>
      <div class="choices">
        <label class="field">
          <span>${msg('Your name (optional)')}</span>
          <input
            type="text"
            autocomplete="off"
            .value=${this.name}
            @input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}
          />
        </label>
        ${this.#renderToggle(msg('All comments'), this.isListOpen, 'narrow', () => (this.isListOpen = !this.isListOpen))}
        ${this.#renderToggle(msg('Pause comments'), this.paused !== undefined, '', () => {
          this.paused = this.paused ? undefined : this.room.comments;
        })}
        ${this.#renderToggle(msg('Hide comments'), this.isQuiet, '', () => (this.isQuiet = !this.isQuiet))}
        ${this.#renderToggle(msg('Larger text'), this.isLarge, '', () => (this.isLarge = !this.isLarge))}
      </div>
    </details>`;
  }

  #renderToggle(name: string, isOn: boolean, where: string, toggle: () => void): TemplateResult {
    return html`<button class=${where} aria-pressed=${isOn ? 'true' : 'false'} @click=${toggle}>
      ${name}
    </button>`;
  }

  #flyOwn(author: string | undefined): void {
    this.sky.fly(1, author === undefined ? undefined : hueOf(author));
    // The sum has it already, and it flies once.
    this.#hearts = (this.#hearts ?? 0) + 1;
  }

  async #report(id: number): Promise<void> {
    const result = await this.room.report(id, '');
    if (result.ok) this.reported = id;
  }

  /** What has come since the last frame rises, flies and is announced; what was there before we came doesn't. */
  #follow(): void {
    const { comments, hearts, author, joined, guestPass } = this.room;
    // It stands beneath the picture, beside the room.
    if (guestPass) import('../watch/lucarne-guest.ts').catch(() => undefined);
    this.#joins.note(joined);
    const seenId = this.#seenId ?? comments.at(-1)?.id ?? 0;
    const fresh = comments.filter(({ id }) => id > seenId);
    this.#seenId = comments.at(-1)?.id ?? seenId;
    const nowMs = performance.now();
    const rising = [...this.#rising, ...fresh.map((comment) => ({ comment, untilMs: nowMs + RISING_MS }))];
    this.#rising = rising.filter(({ untilMs }) => untilMs > nowMs).slice(-RISING_MAX);
    if (!this.paused) this.#announcer.note(fresh.filter(({ by }) => by !== author));
    if (this.hasUpdated && this.#hearts !== undefined && !this.isQuiet)
      this.sky.fly(Math.max(0, hearts - this.#hearts));
    this.#hearts = hearts;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-room': LucarneRoom;
  }
}
