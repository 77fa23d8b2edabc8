// The watch page: the player, what is on, who is watching, and what is happening when there is no picture.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing, unsafeCSS } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { WatchRoom } from '../../session/room-api.ts';
import type { Lucarne, LockReason, WatchSession, WatchState } from '../../session/session-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import type { faultText } from '../words/faults.ts';
import { later, PICTURE_MS } from '../later.ts';
import { mark } from '../mark.ts';
import tokens from '../tokens.css?inline';
import type { LucarnePlayer } from './lucarne-player.ts';
import { queueText, stateText } from './state-words.ts';
import type { Explanation } from './state-words.ts';
import { watchStyles } from './watch-styles.ts';
import '../lucarne-live-badge.ts';
import '../lucarne-viewers.ts';
import './lucarne-player.ts';

/** Needs `lucarne` and `link`. The room stands under the picture on a phone and beside it on a desktop. */
@customElement('lucarne-watch')
@localized()
export class LucarneWatch extends LitElement {
  static override readonly styles = [unsafeCSS(tokens), baseStyles, buttonStyles, watchStyles];

  @property({ attribute: false }) lucarne!: Lucarne;
  @property() link = '';
  @state() private faultText: typeof faultText | undefined;
  @query('lucarne-player') private player?: LucarnePlayer;

  protected override firstUpdated(): void {
    // A guest's invitation is in the address, or was before a reload.
    const { guest } = (history.state ?? {}) as { guest?: string };
    if (`${location.hash}${guest}`.includes('/on-air-')) import('./lucarne-guest.ts').catch(() => undefined);
    // The line stands there; what can be decided comes after the picture's own code.
    later(() => import('./lucarne-rights.ts'), PICTURE_MS);
    later(async () => (this.faultText = (await import('../words/faults.ts')).faultText), PICTURE_MS);
  }

  protected override render(): TemplateResult {
    const session = this.player?.watched;
    const state: WatchState = session?.state ?? (this.player?.failure ? 'failed' : 'connecting');
    const isTall = (session?.aspect ?? 2) < 1;
    const isLive = state === 'live' && session?.hasPicture === true;
    return html`
      <header>
        <a class="home" href="#/" aria-label="Lucarne">${mark}</a>
        <h1><bdi>${session?.title || msg('Live broadcast')}</bdi></h1>
        <div class="facts">
          <lucarne-live-badge ?hidden=${!isLive || session.freshness.is !== 'live'}></lucarne-live-badge>
          ${isLive && !session.rewound ? renderDoubt(session.freshness) : nothing}
          <lucarne-viewers .count=${session?.viewers ?? 0} ?hidden=${!isLive}></lucarne-viewers>
        </div>
        <lucarne-language class="language"></lucarne-language>
      </header>
      <div class="show" ?data-tall=${isTall} ?data-behind=${session?.rewound !== undefined}>
        <lucarne-player
          controls
          page-keys
          .lucarne=${this.lucarne}
          .src=${this.link}
          @lucarne-watch-changed=${() => this.requestUpdate()}
        >
          <div slot="veil" class="veil" role="status" ?data-over=${!isLive && session?.hasPicture === true}>
            ${isLive ? nothing : this.#renderVeil(state, session)}
          </div>
        </lucarne-player>
        ${session?.room && !session.lock ? this.#renderRoom(session.room, session) : nothing}
      </div>
      <lucarne-guest .lucarne=${this.lucarne} .session=${session} link=${this.link}></lucarne-guest>
      <lucarne-rights .lucarne=${this.lucarne} .session=${session}>
        <p class="notice">
          ${msg('Watching shares your network address with a few viewers, and passes the broadcast on to them.')}
        </p>
      </lucarne-rights>
    `;
  }

  /** Its code is fetched once there is a room to show, which is after the first picture. */
  #renderRoom(room: WatchRoom, session: WatchSession): TemplateResult {
    import('../room/lucarne-room.ts').catch(() => undefined);
    return html`<lucarne-room .room=${room} .session=${session}></lucarne-room>`;
  }

  #renderVeil(state: WatchState, session: WatchSession | undefined): TemplateResult {
    const isOver = state === 'ended' || state === 'failed';
    if (session?.lock && state === 'failed')
      return html`${this.#renderLock(session.lock)} ${this.#renderWays(state)}`;
    const { sentence, step } = this.#explain(state, session);
    return html`
      ${isOver ? nothing : html`<span class="spinner" aria-hidden="true"></span>`}
      <p class="sentence">${sentence}</p>
      <p>${step}</p>
      ${isOver ? this.#renderWays(state) : nothing}
    `;
  }

  #renderLock(why: LockReason): TemplateResult {
    import('./lucarne-locked.ts').catch(() => undefined);
    return html`<lucarne-locked .why=${why}></lucarne-locked>`;
  }

  #explain(state: WatchState, session: WatchSession | undefined): Explanation {
    const fault = this.player?.failure ?? (session?.isSignalingLost ? 'signaling-unreachable' : undefined);
    if (fault || state === 'failed')
      return this.faultText?.(fault ?? 'unexpected') ?? { sentence: '', step: '' };
    return session?.waitingBehind === undefined ? stateText(state) : queueText(session.waitingBehind);
  }

  #renderWays(state: WatchState): TemplateResult {
    return html`<div class="ways">
      ${
        state === 'failed' && !this.player?.watched?.lock
          ? html`<button @click=${() => location.reload()}>${msg('Try again')}</button>`
          : nothing
      }
      <a class="button" href="#/">${msg('Go to the start page')}</a>
    </div>`;
  }
}

/** "Live" is only said with a proof of it; without one, what can be said instead. */
function renderDoubt({ is, behindS }: WatchSession['freshness']): TemplateResult | typeof nothing {
  if (is === 'behind')
    return html`<span class="soft doubt" role="status"
      >${msg(str`${behindS} s behind the broadcaster`)}</span
    >`;
  if (is === 'unconfirmed')
    return html`<span class="soft doubt" role="status">${msg('Can’t be confirmed to be live')}</span>`;
  return nothing;
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-watch': LucarneWatch;
  }
}
