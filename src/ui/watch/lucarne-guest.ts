// The card of somebody who was invited on air, by a link or by a tap on a comment: what it means, the way there, and the way back.
// Fetched by an invitation only. A visit that has begun goes on, whatever becomes of what it was begun by.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { GuestInvitation } from '../../base/link.ts';
import type { GuestPass, GuestVisit } from '../../session/guest-api.ts';
import type { Lucarne, WatchSession } from '../../session/session-api.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { RoomFollower } from '../room/room-follower.ts';
import { SessionFollower } from '../session-follower.ts';
import { takeGuestInvitation } from './guest-invitation.ts';
import { visitText } from './guest-words.ts';

/** What one was asked by. */
type Asking = GuestInvitation | GuestPass;

/** Needs `lucarne`, the `session` and the `link` that is watched. */
@customElement('lucarne-guest')
@localized()
export class LucarneGuest extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        position: relative;
        z-index: 1;
        font-size: var(--text-s);
      }
      section {
        display: flex;
        max-height: 60dvh;
        overflow-y: auto;
        padding: var(--space-3) var(--space-4);
        border-top: 1px solid var(--line);
        background: var(--night);
        flex-wrap: wrap;
        gap: var(--space-3) var(--space-4);
        align-items: end;
      }
      .words {
        flex: 1 1 18rem;
        display: grid;
        gap: var(--space-1);
        min-width: 0;
        max-width: 44rem;
      }
      .field {
        flex: 0 1 14rem;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      h2 {
        font-size: var(--text-m);
      }
      video {
        height: 6rem;
        aspect-ratio: 16 / 9;
        border-radius: var(--round);
        background: #000;
        object-fit: contain;
      }
      .own {
        transform: scaleX(-1);
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  @property({ attribute: false }) session: WatchSession | undefined;
  @property() link = '';
  @state() private visit: GuestVisit | undefined;
  @query('.own') private own?: HTMLVideoElement;
  @query('.host') private host?: HTMLVideoElement;
  @query('input') private field?: HTMLInputElement;
  readonly #visitFollower = new SessionFollower(this);
  readonly #sessionFollower = new SessionFollower(this);
  readonly #roomFollower = new RoomFollower(this);
  /** Of this page's address. */
  #byLink: GuestInvitation | undefined;
  /** What the visit is by, and what was turned down here. */
  #asking: Asking | undefined;
  #declined: Asking | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // A page that goes says so, or its guest stands still on air for a while.
    window.addEventListener('pagehide', this.#leave);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('pagehide', this.#leave);
    this.#leave();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { session } = this;
    if (changed.has('session') || changed.has('link')) {
      this.#drop();
      this.#byLink = takeGuestInvitation();
    }
    this.#sessionFollower.follow(session);
    if (session?.room) this.#roomFollower.follow(session.room);
    this.#follow();
  }

  protected override updated(): void {
    show(this.own, this.visit?.own);
    show(this.host, this.visit?.host);
  }

  protected override render(): TemplateResult {
    const { visit } = this;
    const isNews = visit?.state === 'invited' && this.#by === 'comment';
    return html`<p class="unseen" role="status">
        ${isNews ? msg('The broadcaster invites you on air.') : ''}
      </p>
      ${visit ? this.#renderVisit(visit) : nothing}`;
  }

  #renderVisit(visit: GuestVisit): TemplateResult {
    const isOff = visit.state === 'invited' || visit.state === 'over';
    const isInvited = isOff && this.#wanted !== undefined;
    return html`<section aria-label=${msg('Guest on air')}>
      <video class="host" playsinline aria-label=${msg('The broadcaster')} ?hidden=${!visit.host}></video>
      <video class="own" playsinline muted aria-label=${msg('Your camera')} ?hidden=${!visit.own}></video>
      <div class="words">
        <h2>${isInvited ? msg('You are invited on air') : msg('Guest on air')}</h2>
        ${isInvited ? this.#renderTerms() : nothing}
        <p role="status">${visitText(visit, this.#by)}</p>
      </div>
      ${isOff ? this.#renderWayIn(visit, isInvited) : this.#renderWayOut(visit)}
    </section>`;
  }

  #renderTerms(): TemplateResult {
    return html`<p class="soft">
      ${msg(
        'Everyone who watches will see and hear you, and it will be in the recording. The broadcaster learns your network address, unless you hide it below.',
      )}
    </p>`;
  }

  /** By a comment one has its name already, and may have better things to do. */
  #renderWayIn({ state, end }: GuestVisit, isInvited: boolean): TemplateResult {
    const isByLink = this.#by === 'link';
    if (end === 'refused' && isByLink) return html``;
    return html`
      ${isByLink ? this.#renderName() : nothing}
      <div class="ways">
        ${
          isInvited && end !== 'refused'
            ? html`<button class="primary" @click=${this.#join}>
                ${state === 'over' ? msg('Ask again') : msg('Join with camera')}
              </button>`
            : nothing
        }
        ${
          isByLink
            ? nothing
            : html`<button @click=${this.#decline}>${isInvited ? msg('Not now') : msg('Close')}</button>`
        }
      </div>
    `;
  }

  #renderName(): TemplateResult {
    return html`<label class="field">
      <span>${msg('Your name')}</span>
      <input type="text" autocomplete="off" />
    </label>`;
  }

  #renderWayOut(visit: GuestVisit): TemplateResult {
    const mute = (): void => {
      visit.isMuted = !visit.isMuted;
    };
    return html`<div class="ways">
      <button aria-pressed=${visit.isMuted ? 'true' : 'false'} ?hidden=${!visit.own} @click=${mute}>
        ${msg('Mute microphone')}
      </button>
      <button class="danger" @click=${this.#leave}>${msg('Leave the stage')}</button>
    </div>`;
  }

  readonly #join = (): void => {
    void this.visit?.knock(this.field?.value ?? '');
  };

  readonly #leave = (): void => {
    this.visit?.leave();
  };

  readonly #decline = (): void => {
    this.#declined = this.#asking;
    this.#drop();
  };

  /** What asks us now. */
  get #wanted(): Asking | undefined {
    const asking = this.session?.room?.guestPass ?? this.#byLink;
    return asking === this.#declined ? undefined : asking;
  }

  get #by(): GuestPass['by'] {
    return this.#asking && 'by' in this.#asking ? this.#asking.by : 'link';
  }

  #follow(): void {
    const wanted = this.#wanted;
    const { state } = this.visit ?? {};
    const isBusy = state !== undefined && state !== 'invited' && state !== 'over';
    if (isBusy || wanted === this.#asking) return;
    // How it ended stays to be read.
    if (!wanted && state === 'over') return;
    this.#drop();
    if (wanted) void this.#open(wanted);
  }

  #drop(): void {
    this.#leave();
    this.visit = undefined;
    this.#asking = undefined;
    this.#visitFollower.follow(undefined);
  }

  async #open(asking: Asking): Promise<void> {
    const { session, link } = this;
    if (!session) return;
    this.#asking = asking;
    try {
      const visit = await this.lucarne.visit(link, asking, session);
      if (asking !== this.#asking || !this.isConnected) return;
      this.visit = visit;
      this.#visitFollower.follow(visit);
    } catch {
      // Without that code one watches as everybody does; the next load of the page tries again.
    }
  }
}

/** Plays a stream, or nothing. */
function show(video: HTMLVideoElement | undefined, stream: MediaStream | undefined): void {
  if (!video || video.srcObject === (stream ?? null)) return;
  video.srcObject = stream ?? null;
  // Refused only when the element has gone again, or is to play nothing.
  video.play().catch(() => undefined);
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-guest': LucarneGuest;
  }
}
