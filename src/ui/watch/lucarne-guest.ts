// The card of somebody who was invited on air: what it means, the way there, and the way back. Fetched by an invitation only.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { GuestVisit } from '../../session/guest-api.ts';
import type { Lucarne, WatchSession } from '../../session/session-api.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { SessionFollower } from '../session-follower.ts';
import { takeGuestInvitation } from './guest-invitation.ts';
import { visitText } from './guest-words.ts';

/** Needs `lucarne`, the `session` and the `link` that is watched. */
@localized()
@customElement('lucarne-guest')
export class LucarneGuest extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        position: relative;
        z-index: 1;
        max-height: 60dvh;
        overflow-y: auto;
        padding: var(--space-3) var(--space-4);
        border-top: 1px solid var(--line);
        background: var(--night);
        font-size: var(--text-s);
      }
      section {
        display: flex;
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
  @property({ attribute: false }) session!: WatchSession;
  @property() link = '';
  @state() private visit: GuestVisit | undefined;
  @query('.own') private own?: HTMLVideoElement;
  @query('.host') private host?: HTMLVideoElement;
  @query('input') private field?: HTMLInputElement;
  readonly #follower = new SessionFollower(this);

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
    if (changed.has('session') || changed.has('link')) void this.#open();
  }

  protected override updated(): void {
    show(this.own, this.visit?.own);
    show(this.host, this.visit?.host);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { visit } = this;
    if (!visit) return nothing;
    const isOff = visit.state === 'invited' || visit.state === 'over';
    return html`<section aria-label=${msg('Guest on air')}>
      <video class="host" playsinline aria-label=${msg('The broadcaster')} ?hidden=${!visit.host}></video>
      <video class="own" playsinline muted aria-label=${msg('Your camera')} ?hidden=${!visit.own}></video>
      <div class="words">
        <h2>${isOff ? msg('You are invited on air') : msg('Guest on air')}</h2>
        ${isOff ? this.#renderTerms() : nothing}
        <p role="status">${visitText(visit)}</p>
      </div>
      ${isOff ? this.#renderWayIn(visit) : this.#renderWayOut(visit)}
    </section>`;
  }

  #renderTerms(): TemplateResult {
    return html`<p class="soft">
      ${msg(
        'Everyone who watches will see and hear you, and it will be in the recording. The broadcaster learns your network address, unless you hide it below.',
      )}
    </p>`;
  }

  #renderWayIn({ state, end }: GuestVisit): TemplateResult {
    if (end === 'refused') return html``;
    return html`
      <label class="field">
        <span>${msg('Your name')}</span>
        <input type="text" autocomplete="off" />
      </label>
      <div class="ways">
        <button class="primary" @click=${this.#join}>
          ${state === 'over' ? msg('Ask again') : msg('Join with camera')}
        </button>
      </div>
    `;
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

  async #open(): Promise<void> {
    const { session, link } = this;
    this.#leave();
    this.visit = undefined;
    const invitation = takeGuestInvitation();
    if (!invitation) return;
    try {
      const visit = await this.lucarne.visit(link, invitation, session);
      if (session !== this.session || !this.isConnected) return;
      this.visit = visit;
      this.#follower.follow(visit);
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
