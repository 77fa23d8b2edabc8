// What both players are (that of the watch page, and that of other people's pages): one broadcast, with the face of a media element.
// The session's state is the only truth: wishes go to the session, and what is drawn comes back from it.

import { localized, msg } from '@lit/localize';
import { LitElement, html, nothing, unsafeCSS } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { parseIceServers } from '../../base/ice-servers.ts';
import { linkOf, parseLink } from '../../base/link.ts';
import type {
  Lucarne,
  WatchOptions,
  WatchSession,
  WatchState,
  WatchStats,
} from '../../session/session-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { faultOf, unsupportedFault } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import { ScreenWake } from '../screen-wake.ts';
import { SessionFollower } from '../session-follower.ts';
import tokens from '../tokens.css?inline';
import { playerStyles } from './player-styles.ts';

/** The broadcast's state, as the viewer meets it, has changed. */
export class LucarneStateChanged extends Event {
  static readonly type = 'lucarne-state-changed';
  readonly state: WatchState;
  constructor(state: WatchState) {
    super(LucarneStateChanged.type, { bubbles: true, composed: true });
    this.state = state;
  }
}

/** Anything that the player's `session` shows has changed. */
export class LucarneWatchChanged extends Event {
  static readonly type = 'lucarne-watch-changed';
  constructor() {
    super(LucarneWatchChanged.type);
  }
}

/** Properties that say what is watched and how: a change opens it anew. */
const OPENING = ['src', 'server', 'iceServers', 'lucarne'] as const;

/** Fires LucarneStateChanged, LucarneWatchChanged, and `playing`, `waiting`, `volumechange` as a media element does. */
@localized()
export class PlayerElement extends LitElement {
  static override readonly styles = [unsafeCSS(tokens), baseStyles, buttonStyles, playerStyles];

  @property({ attribute: false }) lucarne: Pick<Lucarne, 'supports' | 'watch'> | undefined;
  /** A link or a broadcast id. */
  @property() src: string | null = null;
  /** Signaling servers (`ORIGIN[,ORIGIN]`), where `src` names none. */
  @property() server: string | null = null;
  /** STUN and TURN servers, a JSON list of RTCIceServer, instead of those that the signaling server offers. */
  @property({ attribute: 'ice-servers' }) iceServers: string | null = null;
  /** Shows the controls, under the picture. */
  @property({ type: Boolean, attribute: 'controls' }) hasControls = false;
  /** The player's keys count wherever the focus is on the page, and the system's media keys are for it. */
  @property({ type: Boolean, attribute: 'page-keys' }) hasPageKeys = false;
  @state() protected session: WatchSession | undefined;
  @state() protected fault: ShownFault | undefined;
  readonly #follower = new SessionFollower(this, () => this.#tell());
  protected readonly screenWake = new ScreenWake(this, () => !this.#isWaiting());
  #hasWarned = false;
  #hasWishes = false;
  #told = { state: '', isWaiting: true, muted: false, volume: 1 };

  /** The broadcast on the screen; undefined before `src` is set, or when it is no link. */
  get watched(): WatchSession | undefined {
    return this.session;
  }

  /** Whether the picture stands still by wish. */
  get paused(): boolean {
    return this.session?.paused ?? true;
  }

  /** Whether there is no sound, also while the browser forbids it; setting it to false in a user's gesture lifts that. */
  get muted(): boolean {
    return this.session?.muted ?? this.hasAttribute('muted');
  }

  set muted(muted: boolean) {
    if (this.session) this.session.muted = muted;
    else this.toggleAttribute('muted', muted);
    this.#tell();
    this.requestUpdate();
  }

  /** 0 to 1. */
  get volume(): number {
    return this.session?.volume ?? 1;
  }

  set volume(volume: number) {
    if (this.session) this.session.volume = Math.min(1, Math.max(0, volume));
    this.#tell();
    this.requestUpdate();
  }

  /** Goes on at the live edge after `pause`. */
  play(): void {
    this.session?.play();
    this.requestUpdate();
  }

  /** Holds the picture and the sound; this viewer still passes the broadcast on. */
  pause(): void {
    this.session?.pause();
    this.requestUpdate();
  }

  /** The viewer's figures; rejects while nothing is watched. */
  async getStats(): Promise<WatchStats> {
    if (!this.session) throw new Error('lucarne-player: nothing is watched, set src first');
    return this.session.getStats();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (OPENING.some((name) => changed.has(name))) this.#open();
  }

  protected override updated(): void {
    // By script and not by a style attribute, which a strict content security policy refuses.
    this.style.setProperty('--aspect', String(this.session?.aspect ?? 16 / 9));
    if (this.hasControls && this.session?.hasPicture && !this.#hasWishes) void this.#takeWishes();
  }

  /** What can be done with a picture comes after it. */
  async #takeWishes(): Promise<void> {
    this.#hasWishes = true;
    const { PlayerWishes } = await import('./player-wishes.ts');
    new PlayerWishes(this);
  }

  protected override render(): TemplateResult {
    const { session } = this;
    return html`
      <div class="stage" part="stage" ?data-empty=${!session?.hasPicture}>
        <div
          class="picture"
          role="img"
          aria-label=${session?.title || msg('Live picture')}
          aria-hidden=${session?.hasPicture ? 'false' : 'true'}
        >
          ${session?.element}
        </div>
        ${this.renderVeil()}
        <button
          class="primary unmute"
          part="unmute"
          ?hidden=${!session?.isSoundBlocked}
          @click=${this.#unmute}
        >
          ${session?.isSoundBlocked ? msg('Unmute') : ''}
        </button>
      </div>
      ${this.hasControls && session ? this.#renderControls(session) : nothing}
    `;
  }

  /** What lies over the picture. */
  protected renderVeil(): TemplateResult {
    return html`<slot name="veil"></slot>`;
  }

  /** What stands between the controls. */
  protected renderFacts(): TemplateResult | typeof nothing {
    return nothing;
  }

  #renderControls(session: WatchSession): TemplateResult {
    return html`<lucarne-controls
      part="controls"
      ?paused=${session.paused}
      ?muted=${session.muted}
      ?blocked=${session.isSoundBlocked}
      .volume=${session.volume}
      .src=${this.src}
      .rewound=${session.rewound}
      >${this.renderFacts()}</lucarne-controls
    >`;
  }

  readonly #unmute = (): void => {
    this.muted = false;
    // The click is the gesture that the browser was waiting for.
    if (!this.paused) this.play();
  };

  /** Why nothing can be shown; undefined while all is well. */
  get failure(): ShownFault | undefined {
    return this.fault ?? (this.session?.failure && faultOf(this.session.failure));
  }

  #open(): void {
    this.#close();
    if (!this.lucarne || this.src === null) return;
    if (!this.lucarne.supports().watch) this.fault = unsupportedFault();
    else this.#watch(this.lucarne);
    this.#tell();
  }

  #watch(lucarne: Pick<Lucarne, 'watch'>): void {
    try {
      const session = lucarne.watch(this.#link(), this.#watchOptions());
      if (this.hasAttribute('muted')) session.muted = true;
      this.session = session;
      this.#follower.follow(session);
    } catch (error) {
      this.fault = faultOf(error);
    }
  }

  /** `src`, with the servers of the attribute where it names none. */
  #link(): string {
    const src = this.src ?? '';
    const target = parseLink(src);
    if (!target.ok || this.server === null || target.value.servers.length > 0) return src;
    const page = target.value.origin === undefined ? '' : `${target.value.origin}/`;
    return linkOf(page, { ...target.value, servers: [this.server] });
  }

  #watchOptions(): WatchOptions {
    if (this.iceServers === null) return {};
    const iceServers = parseIceServers(this.iceServers);
    if (iceServers) return { iceServers };
    if (!this.#hasWarned)
      console.warn('lucarne-player: ice-servers is no JSON list of RTCIceServer; ignored');
    this.#hasWarned = true;
    return {};
  }

  #close(): void {
    this.#follower.follow(undefined);
    this.session?.close();
    this.session = undefined;
    this.fault = undefined;
  }

  /** Whether there is no moving picture to see. */
  #isWaiting(): boolean {
    const { session } = this;
    return session?.state !== 'live' || !session.hasPicture || session.paused;
  }

  /** Turns what has changed in the session into events. */
  #tell(): void {
    const { session } = this;
    const state: WatchState = session?.state ?? (this.fault ? 'failed' : 'connecting');
    const now = {
      state,
      isWaiting: this.#isWaiting(),
      muted: this.muted,
      volume: this.volume,
    };
    const before = this.#told;
    this.#told = now;
    if (now.state !== before.state) this.dispatchEvent(new LucarneStateChanged(state));
    if (now.isWaiting !== before.isWaiting)
      this.dispatchEvent(new Event(now.isWaiting ? 'waiting' : 'playing'));
    if (now.muted !== before.muted || now.volume !== before.volume)
      this.dispatchEvent(new Event('volumechange'));
    this.dispatchEvent(new LucarneWatchChanged());
  }
}
