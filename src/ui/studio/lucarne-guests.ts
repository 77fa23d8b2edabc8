// A guest on air, in the studio: the link that asks somebody there, who was asked by a comment, who waits, and who is on.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { guestLinkOf } from '../../base/link.ts';
import type { RoomComment } from '../../room/room-packet.ts';
import type { Guest, GuestOnAir, GuestStage } from '../../session/guest-api.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { SessionFollower } from '../session-follower.ts';
import { guestsStyles } from './guests-styles.ts';
import { copyLink, linkRowStyles, renderLinkField } from './link-row.ts';

/** Needs `stage` and the `link` of the broadcast. */
@customElement('lucarne-guests')
@localized()
export class LucarneGuests extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, fieldStyles, linkRowStyles, guestsStyles];

  @property({ attribute: false }) stage!: GuestStage;
  @property() link = '';
  @state() private said = '';
  @state() private isInviting = false;
  @state() private hasAskingFailed = false;
  @query('video') private video?: HTMLVideoElement;
  readonly #follower = new SessionFollower(this);

  /** Asks whoever said this on air. */
  async ask(comment: RoomComment): Promise<void> {
    this.hasAskingFailed = false;
    try {
      await this.stage.ask(comment);
    } catch {
      this.hasAskingFailed = true;
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('stage')) this.#follower.follow(this.stage);
  }

  protected override updated(): void {
    const { video } = this;
    const stream = this.stage.onAir?.stream ?? null;
    if (!video || video.srcObject === stream) return;
    video.srcObject = stream;
    // Refused only when the element has gone again.
    video.play().catch(() => undefined);
  }

  protected override render(): TemplateResult {
    const { onAir, asked, waiting, isLost } = this.stage;
    return html`
      ${onAir ? this.#renderOnAir(onAir) : nothing}
      <ul ?hidden=${waiting.length === 0}>
        ${repeat(
          waiting,
          ({ id }) => id,
          (guest) => this.#renderWaiting(guest),
        )}
      </ul>
      ${asked ? this.#renderAsked(asked) : nothing}
      <p class="unseen" role="status">${this.#statusText()}</p>
      <p role="status" ?hidden=${!this.hasAskingFailed}>
        ${this.hasAskingFailed ? msg('The invitation couldn’t be sent.') : ''}
      </p>
      <p role="status" ?hidden=${!isLost}>${isLost ? msg('The connection to your guest broke.') : ''}</p>
      <details>
        <summary>${msg('Guest on air')}</summary>
        <div class="inside">
          <p class="soft">
            ${msg(
              'Whoever has this link can ask to come on air with camera and microphone. You decide who does. Viewers see and hear both of you, and so does the recording.',
            )}
          </p>
          ${this.#renderLink()}
          <p class="soft" role="status">${this.said}</p>
        </div>
      </details>
    `;
  }

  /** Their sound is played here, so that the browser can take it out of the microphone. */
  #renderOnAir(guest: GuestOnAir): TemplateResult {
    return html`<div class="guest">
      <video playsinline aria-label=${msg('Picture of your guest')} ?hidden=${!guest.stream}></video>
      <p>
        ${guest.stream ? msg(str`${nameOf(guest)} is on air.`) : msg(str`Connecting to ${nameOf(guest)}…`)}
      </p>
      <button class="danger" @click=${() => this.stage.remove()}>${msg('Remove guest')}</button>
    </div>`;
  }

  #renderWaiting(guest: Guest): TemplateResult {
    const { id } = guest;
    return html`<li class="guest">
      <p id=${`guest-${id}`}>${msg(str`${nameOf(guest)} would like to come on air.`)}</p>
      <button
        class="primary"
        aria-describedby=${`guest-${id}`}
        ?disabled=${this.stage.onAir !== undefined}
        @click=${() => this.stage.admit(id)}
      >
        ${msg('Put on air')}
      </button>
      <button aria-describedby=${`guest-${id}`} @click=${() => this.stage.decline(id)}>
        ${msg('Decline')}
      </button>
    </li>`;
  }

  #renderAsked(asked: Pick<Guest, 'name'>): TemplateResult {
    return html`<div class="guest">
      <p id="asked">${askedText(asked)}</p>
      <button aria-describedby="asked" @click=${() => this.stage.withdraw()}>
        ${msg('Withdraw invitation')}
      </button>
    </div>`;
  }

  #renderLink(): TemplateResult {
    const { invitation } = this.stage;
    const create = html`<button ?disabled=${this.isInviting} @click=${this.#invite}>
      ${invitation ? msg('New link') : msg('Create link for a guest')}
    </button>`;
    if (!invitation) return html`<div class="row">${create}</div>`;
    const link = guestLinkOf(this.link, invitation);
    return html`<div class="row">
      ${renderLinkField(msg('Link for the guest'), link)}
      <button @click=${() => void this.#copy(link)}>${msg('Copy guest link')}</button>
      ${create}
    </div>`;
  }

  #statusText(): string {
    const { asked, waiting } = this.stage;
    const newest = waiting.at(-1);
    if (newest) return msg(str`${nameOf(newest)} would like to come on air.`);
    return asked ? askedText(asked) : '';
  }

  readonly #invite = async (): Promise<void> => {
    this.isInviting = true;
    const isNew = this.stage.invitation !== undefined;
    try {
      await this.stage.invite();
      this.said = isNew ? msg('The link from before doesn’t hold any more.') : '';
    } catch {
      this.said = msg('The link couldn’t be made.');
    } finally {
      this.isInviting = false;
    }
  };

  async #copy(link: string): Promise<void> {
    this.said = await copyLink(link, msg('The link is copied. Send it to your guest only.'));
  }
}

function nameOf({ name }: Pick<Guest, 'name'>): string {
  return name || msg('Somebody without a name');
}

function askedText(asked: Pick<Guest, 'name'>): string {
  return msg(str`${nameOf(asked)} is invited on air.`);
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-guests': LucarneGuests;
  }
}
