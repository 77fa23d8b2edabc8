// The broadcaster's side of the room: who may say what, the shield, what waits for approval, and a way to take anything away.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { repeat } from 'lit/directives/repeat.js';
import type { HeldComment } from '../../room/desk-state.ts';
import type { RoomComment, RoomMode } from '../../room/room-packet.ts';
import type { DeskRoom } from '../../session/room-api.ts';
import { countText } from '../amounts.ts';
import { baseStyles, buttonStyles, checkStyles, fieldStyles } from '../base-styles.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import { Announcer } from '../room/announcer.ts';
import { commentStyles, renderComment } from '../room/comment-row.ts';
import { JoinNotice } from '../room/join-notice.ts';
import { RoomFollower } from '../room/room-follower.ts';
import { MODES, modeName, reportersText, whyText } from '../room/room-words.ts';
import '../room/lucarne-board.ts';
import '../room/lucarne-say.ts';
import { areKeysOn, switchKeys } from '../watch/player-keys.ts';
import { deskStyles } from './desk-styles.ts';
import './lucarne-moderators.ts';

/** The newest on the desk; older ones are in the log of the recording. */
const ROWS_MAX = 60;

/** The wish to have whoever said this on air. */
export class LucarneGuestRequest extends Event {
  static readonly type = 'lucarne-guest-request';
  readonly comment: RoomComment;
  constructor(comment: RoomComment) {
    super(LucarneGuestRequest.type, { bubbles: true, composed: true });
    this.comment = comment;
  }
}

/** Shows and steers `room`; fires LucarneGuestRequest. The key S raises the shield, wherever the focus is but in a text, unless it is switched off. */
@customElement('lucarne-desk')
@localized()
export class LucarneDesk extends LitElement {
  static override readonly styles = [
    ...[baseStyles, buttonStyles, checkStyles],
    ...[fieldStyles, commentStyles, deskStyles],
  ];

  @property({ attribute: false }) room!: DeskRoom;
  /** Of the broadcast; moderators' links begin with it. */
  @property() link = '';
  @state() private announcement = '';
  readonly #follower = new RoomFollower(this, () => this.#follow());
  readonly #announcer = new Announcer((sentence) => (this.announcement = sentence));
  readonly #joins = new JoinNotice(this);
  protected readonly focusKeeper = new FocusKeeper(this);
  #seenId = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('keydown', this.#press);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('keydown', this.#press);
    this.#announcer.stop();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) this.#follower.follow(this.room);
  }

  protected override render(): TemplateResult {
    const { room } = this;
    return html`
      <div class="head">
        <h2>${msg('Comments')}</h2>
        <span class="soft">♥ ${countText(room.hearts)}</span>
        <button
          class="danger"
          aria-keyshortcuts="S"
          title=${msg('Clears every screen (key S)')}
          @click=${() => room.shield()}
        >
          ${msg('Shield')}
        </button>
        ${room.canUndoShield ? html`<button @click=${this.#undoShield}>${msg('Undo shield')}</button>` : nothing}
      </div>
      ${this.#renderModes()}
      <p class="soft" role="status">${this.#stateText()}</p>
      <lucarne-board .room=${room} desk></lucarne-board>
      ${room.reported.length + room.broadcastReporters > 0 ? this.#renderReported() : nothing}
      ${room.held.length > 0 ? this.#renderHeld() : nothing}
      <div
        class="list"
        role="log"
        aria-live="off"
        aria-label=${msg('Comments')}
        tabindex=${ifDefined(room.comments.length > 0 ? 0 : undefined)}
      >
        ${repeat(
          room.comments.slice(-ROWS_MAX).reverse(),
          ({ id }) => id,
          (comment) => this.#renderShown(comment),
        )}
      </div>
      ${room.leftOut > 0 ? html`<p class="soft">${msg(str`${countText(room.leftOut)} more comments weren’t shown.`)}</p>` : nothing}
      <p class="unseen" role="status">${this.announcement}</p>
      <p class="soft joined" aria-hidden="true" ?hidden=${!this.#joins.text}>${this.#joins.text}</p>
      <lucarne-say .room=${room}></lucarne-say>
      ${this.#renderKey()} ${this.#renderWords()}
      <lucarne-moderators .room=${room} .link=${this.link}></lucarne-moderators>
    `;
  }

  #renderModes(): TemplateResult {
    return html`<div class="modes" role="radiogroup" aria-label=${msg('Comments')}>
      ${MODES.map((mode) => this.#renderMode(mode))}
    </div>`;
  }

  #renderMode(mode: RoomMode): TemplateResult {
    return html`<label class="mode">
      <input
        type="radio"
        name="mode"
        .checked=${this.room.mode === mode}
        @change=${() => this.room.setMode(mode)}
      />
      ${modeName(mode)}
    </label>`;
  }

  #stateText(): string {
    const { room } = this;
    if (room.canUndoShield) return msg('Every screen is clear. New comments wait for you.');
    if (!room.isSteppedUp) return '';
    return room.mode === 'slow'
      ? msg('Many comments are coming in: slow mode for now, it ends by itself.')
      : msg('A flood of comments is coming in: they wait for you for now, that ends by itself.');
  }

  #renderHeld(): TemplateResult {
    const { held } = this.room;
    return html`<section class="held" aria-labelledby="held">
      <h3 id="held">
        ${held.length === 1 ? msg('1 comment waits') : msg(str`${countText(held.length)} comments wait`)}
      </h3>
      ${repeat(
        held.slice(0, ROWS_MAX),
        ({ id }) => id,
        (comment) => this.#renderWaiting(comment),
      )}
    </section>`;
  }

  #renderReported(): TemplateResult {
    const { room } = this;
    const { broadcastReporters } = room;
    return html`<section class="held" aria-labelledby="reported">
      <h3 id="reported">${msg('Reported by viewers')}</h3>
      ${broadcastReporters > 0 ? html`<p class="soft why">${msg(str`The broadcast itself: ${countText(broadcastReporters)} times.`)}</p>` : nothing}
      ${repeat(
        room.reported.slice(0, ROWS_MAX),
        ({ id }) => id,
        (comment) =>
          html`<div class="row">
            <div>
              ${renderComment(comment)}
              <p class="soft why">${reportersText(comment.reporters)}</p>
            </div>
            <button @click=${() => room.hide(comment.id)}>${msg('Hide')}</button>
            <button class="quiet" @click=${() => room.keep(comment.id)}>${msg('Let it stand')}</button>
            <button class="quiet" @click=${() => room.mute(comment.id)}>
              ${msg('Mute', { id: 'mute-person' })}
            </button>
          </div>`,
      )}
    </section>`;
  }

  #renderWaiting(comment: HeldComment): TemplateResult {
    const { room } = this;
    return html`<div class="row">
      <div>
        ${renderComment(comment)}
        <p class="soft why">${whyText(comment.why)}</p>
      </div>
      <button @click=${() => room.approve(comment.id)}>${msg('Approve')}</button>
      <button class="quiet" @click=${() => room.dismiss(comment.id)}>${msg('Dismiss')}</button>
      <button class="quiet" @click=${() => room.mute(comment.id)}>
        ${msg('Mute', { id: 'mute-person' })}
      </button>
    </div>`;
  }

  #renderShown(comment: RoomComment): TemplateResult {
    const { room } = this;
    const hide = html`<button class="quiet" @click=${() => room.hide(comment.id)}>${msg('Hide')}</button>`;
    if (comment.by === '') return html`<div class="row">${renderComment(comment)} ${hide}</div>`;
    return html`<div class="row">
      ${renderComment(comment)}
      <div class="acts">
        ${this.#renderInvite(comment)} ${hide}
        <button class="quiet" @click=${() => room.mute(comment.id)}>
          ${msg('Mute', { id: 'mute-person' })}
        </button>
      </div>
    </div>`;
  }

  /** A stray key, or a voice that is taken for keys, must not clear the screens (WCAG 2.1.4). */
  #renderKey(): TemplateResult {
    return html`<div class="check">
      <label>
        <input
          type="checkbox"
          .checked=${areKeysOn()}
          @change=${({ target }: Event) => switchKeys((target as HTMLInputElement).checked)}
        />
        ${msg('The key S raises the shield')}
      </label>
    </div>`;
  }

  /** It keeps the focus when it has done its work. */
  #renderInvite(comment: RoomComment): TemplateResult {
    const isInvited = comment.by === this.room.guest?.by;
    const wish = (): void => {
      if (!isInvited) this.dispatchEvent(new LucarneGuestRequest(comment));
    };
    return html`<button class="quiet" aria-disabled=${isInvited ? 'true' : 'false'} @click=${wish}>
      ${isInvited ? msg('Invited on air') : msg('Invite on air')}
    </button>`;
  }

  #renderWords(): TemplateResult {
    const { ownWords, muted } = this.room;
    return html`<details>
      <summary>${msg('Blocked words and people')}</summary>
      <label class="field">
        <span>${msg('Hold comments with these words (commas between)')}</span>
        <input
          type="text"
          autocomplete="off"
          .value=${ownWords.join(', ')}
          @change=${(event: Event) => this.room.block(wordsOf((event.target as HTMLInputElement).value))}
        />
      </label>
      ${[...muted].map(
        ([author, name]) =>
          html`<div class="row">
            <bdi>${name || msg('Viewer')}</bdi>
            <button class="quiet" @click=${() => this.room.unmute(author)}>${msg('Unmute person')}</button>
          </div>`,
      )}
    </details>`;
  }

  #follow(): void {
    this.#joins.note(this.room.joined);
    const fresh = this.room.comments.filter(({ id, by }) => id > this.#seenId && by !== '');
    this.#seenId = this.room.comments.at(-1)?.id ?? this.#seenId;
    this.#announcer.note(fresh);
  }

  /** What was pressed goes: the focus is back where it came from. */
  readonly #undoShield = (): void => {
    this.room.undoShield();
    this.renderRoot.querySelector<HTMLElement>('.head .danger')?.focus();
  };

  readonly #press = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    const isText =
      target instanceof HTMLInputElement && target.type !== 'radio' && target.type !== 'checkbox';
    const isTyping = isText || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
    const isModified = event.ctrlKey || event.metaKey || event.altKey;
    if (event.key.toLowerCase() !== 's' || isTyping || isModified || event.repeat || !areKeysOn()) return;
    event.preventDefault();
    this.room.shield();
  };
}

function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-desk': LucarneDesk;
  }
}
