// The studio while live: what goes out, who is watching, the link, and a stop that can be taken back for a moment.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { BroadcastSession, BroadcastWarning, Listing } from '../../session/session-api.ts';
import { durationText } from '../amounts.ts';
import { baseStyles, buttonStyles, checkStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import { faultText } from '../words/faults.ts';
import type { ShownFault } from '../fault-codes.ts';
import { refilledText } from '../refilled-text.ts';
import { ScreenWake } from '../screen-wake.ts';
import { SessionFollower } from '../session-follower.ts';
import { isMirrored } from './mirror.ts';
import { onAirStyles } from './on-air-styles.ts';
import type { LucarneGuestRequest } from './lucarne-desk.ts';
import type { LucarneGuests } from './lucarne-guests.ts';
import type { LucarneTitleRequest } from './lucarne-title.ts';
import type { LucarneDrawingChanged } from './lucarne-stage.ts';
import { warningText } from './warning-text.ts';
import '../lucarne-live-badge.ts';
import '../lucarne-viewers.ts';
import './lucarne-desk.ts';
import './lucarne-guests.ts';
import './lucarne-listing.ts';
import './lucarne-preview.ts';
import './lucarne-sketch.ts';
import './lucarne-stage.ts';
import './lucarne-title.ts';
import '../share/lucarne-share.ts';

/** Time to take "Stop broadcast" back: long enough to notice, short enough not to wait for. A second press stops at once. */
const STOP_SECONDS = 3;
/** The space for the recording is told from here on, minutes, and called short from there on. */
const MINUTES_TOLD = 90;
const MINUTES_SHORT = 10;

/** The wish to end the broadcast. */
export class LucarneStopRequest extends Event {
  static readonly type = 'lucarne-stop-request';
  constructor() {
    super(LucarneStopRequest.type, { bubbles: true, composed: true });
  }
}

/** Shows `session`; fires LucarneStopRequest. */
@customElement('lucarne-on-air')
@localized()
export class LucarneOnAir extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, checkStyles, onAirStyles];

  @property({ attribute: false }) session!: BroadcastSession;
  @state() private nowMs = Date.now();
  /** Seconds until the stop; undefined while nobody wants to stop. */
  @state() private stopIn: number | undefined;
  @state() private isDrawing = false;
  @state() private isRestoring = false;
  @state() private restoreFault: ShownFault | undefined;
  @query('lucarne-guests') private guests!: LucarneGuests;
  readonly #follower = new SessionFollower(this);
  protected readonly screenWake = new ScreenWake(this, () => true);
  #clock: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('session')) this.#follower.follow(this.session);
  }

  protected override render(): TemplateResult {
    const { programme, title, link, viewers, warning, startedAtMs, state } = this.session;
    const { isPictureLost, isPrivate, listing, refilledMs } = this.session;
    const isLive = state !== 'starting';
    const isCovered = isPictureLost || programme.isHidden;
    return html`
      <div class="picture">
        <div class="glass">
          <lucarne-preview
            .programme=${programme}
            .guest=${programme.guest}
            .inset=${programme.inset}
            ?covered=${isCovered}
            ?mirrored=${isMirrored(programme)}
          >
            ${isPictureLost ? this.#renderLost() : programme.isHidden ? this.#renderHidden() : nothing}
          </lucarne-preview>
          <lucarne-sketch
            .programme=${programme}
            ?active=${this.isDrawing && !isCovered}
            ?mirrored=${isMirrored(programme)}
          ></lucarne-sketch>
        </div>
        <lucarne-stage
          .programme=${programme}
          ?live=${state === 'live'}
          ?drawing=${this.isDrawing}
          @lucarne-drawing-changed=${({ isDrawing }: LucarneDrawingChanged) => (this.isDrawing = isDrawing)}
          @lucarne-programme-changed=${() => this.requestUpdate()}
        ></lucarne-stage>
      </div>
      <section aria-label=${msg('On air')}>
        <div class="line">
          ${isLive ? html`<lucarne-live-badge></lucarne-live-badge>` : html`<span class="soft">${msg('Going live…')}</span>`}
          <span class="time" role="timer" aria-label=${msg('Time on air')}>
            ${durationText(startedAtMs === undefined ? 0 : this.nowMs - startedAtMs)}
          </span>
          <lucarne-viewers .count=${viewers}></lucarne-viewers>
          ${isPrivate ? html`<span class="private">${msg('Private')}</span>` : nothing}
        </div>
        <lucarne-title
          .text=${title}
          ?editable=${state === 'live'}
          @lucarne-title-request=${({ wanted }: LucarneTitleRequest) => this.session.setTitle(wanted)}
          >${msg('You’re on air')}</lucarne-title
        >
        ${this.#renderHealth(isLive, warning)} ${this.#renderSpace()}
        <p class="soft" role="status" ?hidden=${refilledMs === 0}>
          ${refilledMs === 0 ? '' : refilledText(refilledMs)}
        </p>
        <lucarne-share
          .link=${link}
          .name=${isPrivate ? 'Lucarne' : title || 'Lucarne'}
          ?private=${isPrivate}
        ></lucarne-share>
        <lucarne-guests .stage=${this.session.guests} .link=${link}></lucarne-guests>
        ${this.#renderCopies(state === 'live')}
        ${listing ? this.#renderListing(listing, state === 'live') : nothing}
        ${this.#renderStop(state === 'stopping')}
      </section>
      <lucarne-desk
        .room=${this.session.room}
        .link=${link}
        @lucarne-guest-request=${({ comment }: LucarneGuestRequest) => void this.guests.ask(comment)}
      ></lucarne-desk>
    `;
  }

  #renderHealth(isLive: boolean, warning: BroadcastWarning | undefined): TemplateResult {
    const text = warning ? warningText(warning) : isLive ? msg('All is well.') : '';
    return html`<p class=${warning ? 'warning' : 'soft'} role="status" ?hidden=${!text}>${text}</p>`;
  }

  #renderCopies(isLive: boolean): TemplateResult {
    const { room } = this.session;
    const change = ({ target }: Event): void => {
      room.setMayKeep((target as HTMLInputElement).checked);
      this.requestUpdate();
    };
    return html`<div class="check">
      <label>
        <input
          type="checkbox"
          aria-describedby="copies"
          ?disabled=${!isLive}
          .checked=${room.mayKeep}
          @change=${change}
        />
        ${msg('Viewers may keep a copy')}
      </label>
      <p class="soft" id="copies">
        ${msg('You can change this at any time. What someone has kept by then stays with them.')}
      </p>
    </div>`;
  }

  #renderListing(listing: Listing, isLive: boolean): TemplateResult {
    return html`<lucarne-listing
      .listing=${listing}
      .listingState=${listing.state}
      .place=${listing.place}
      ?disabled=${!isLive}
    ></lucarne-listing>`;
  }

  /** Told in time to do something about it, and not before. */
  #renderSpace(): TemplateResult {
    const { recordingMinutesLeft: left, warning } = this.session;
    const isTold = left !== undefined && left <= MINUTES_TOLD && warning !== 'recording-full';
    const text = () =>
      left === 0
        ? msg('This device has room for less than a minute of recording.')
        : msg(str`This device has room for ${left} more minutes of recording.`);
    return html`<p
      class=${left !== undefined && left <= MINUTES_SHORT ? 'warning' : 'soft'}
      ?hidden=${!isTold}
    >
      ${isTold ? text() : ''}
    </p>`;
  }

  /** In place of the picture: the one tap that brings it back. */
  #renderLost(): TemplateResult {
    const isScreen = this.session.programme.options.source === 'screen';
    return html`<div class="lost" role="status">
      <p class="sentence">
        ${isScreen ? msg('Your screen is no longer shared.') : msg('The camera has stopped.')}
      </p>
      <p>${msg('Viewers see a card in its place. You’re still on air.')}</p>
      <button class="primary" ?disabled=${this.isRestoring} @click=${() => void this.#restore()}>
        ${isScreen ? msg('Share again') : msg('Resume camera')}
      </button>
      <p role="alert">${this.restoreFault ? faultText(this.restoreFault).sentence : ''}</p>
    </div>`;
  }

  #renderHidden(): TemplateResult {
    return html`<div class="lost" role="status">
      <p class="sentence">${msg('Your picture is hidden.')}</p>
      <p>${msg('Viewers see a card in its place. You’re still on air.')}</p>
    </div>`;
  }

  async #restore(): Promise<void> {
    this.isRestoring = true;
    this.restoreFault = undefined;
    try {
      await this.session.programme.restorePicture();
    } catch (error) {
      this.restoreFault = faultOf(error);
    } finally {
      this.isRestoring = false;
    }
  }

  #renderStop(isStopping: boolean): TemplateResult {
    return html`<div class="stop">
      <button class="danger" ?disabled=${isStopping} @click=${this.#wishStop}>
        ${msg('Stop broadcast')}
      </button>
      ${
        this.stopIn === undefined || isStopping
          ? nothing
          : html`<button @click=${this.#keepOn}>${msg('Keep broadcasting')}</button>`
      }
      <p class="soft" role="status">${this.#stopText(isStopping)}</p>
    </div>`;
  }

  #stopText(isStopping: boolean): string {
    if (isStopping) return msg('Stopping, and completing the recording…');
    if (this.stopIn === undefined) return '';
    return msg(str`It stops in ${this.stopIn} s for everyone. Press again to stop now.`);
  }

  readonly #wishStop = (): void => {
    if (this.stopIn === undefined) this.stopIn = STOP_SECONDS;
    else this.#stop();
  };

  /** What was pressed goes: the focus is back where it came from. */
  readonly #keepOn = (): void => {
    this.stopIn = undefined;
    this.renderRoot.querySelector<HTMLElement>('.stop .danger')?.focus();
  };

  #tick(): void {
    this.nowMs = Date.now();
    if (this.stopIn === undefined) return;
    this.stopIn -= 1;
    if (this.stopIn <= 0) this.#stop();
  }

  #stop(): void {
    this.stopIn = undefined;
    this.dispatchEvent(new LucarneStopRequest());
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-on-air': LucarneOnAir;
  }
}
