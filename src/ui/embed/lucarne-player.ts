// <lucarne-player> for other people's pages: the player with its own words for when there is no picture, who is watching, and a way to
// the full page. What its composition (src/embed.ts) gives it is all that it knows of the network.

import { localized, msg } from '@lit/localize';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Lucarne, WatchSession, WatchState } from '../../session/session-api.ts';
import { faultText } from '../words/faults.ts';
import { mark } from '../mark.ts';
import { queueText, stateText } from '../watch/state-words.ts';
import type { Explanation } from '../watch/state-words.ts';
import { PlayerElement } from '../watch/player-element.ts';
import { embedStyles } from './embed-styles.ts';
import { fullPageOf } from './full-page.ts';
import '../lucarne-live-badge.ts';
import '../lucarne-viewers.ts';

/** What a player in somebody else's page is built from. */
export interface Watching extends Pick<Lucarne, 'supports' | 'watch'> {
  /** Address of the app, which the full page of a broadcast is a part of. */
  readonly home: string;
}

/**
 * Shows one Lucarne broadcast, live, with picture and sound. Watching begins when the element is in the page and has a `src`, and ends
 * when it leaves. It shares this viewer's network address with a few other viewers, and passes the broadcast on to them: the element says
 * so when it starts.
 *
 * @tagname lucarne-player
 *
 * @attr {string} src - The link of the broadcast, or its id alone. A link says where its broadcast is found.
 * @attr {string} server - Signaling servers (`ORIGIN[,ORIGIN]`), where `src` names none; without it, those of the host of this script.
 * @attr {string} ice-servers - STUN and TURN servers: a JSON list of RTCIceServer, in place of those that the signaling server offers.
 * @attr {boolean} muted - Starts without sound. Afterwards the property `muted` counts.
 * @attr {boolean} controls - Shows play, sound, volume, full screen, the number watching and a link to the full page, under the picture.
 *
 * @prop {boolean} paused - Whether the picture stands still by wish. Read only.
 * @prop {boolean} muted - Whether there is no sound, also while the browser forbids it.
 * @prop {number} volume - 0 to 1.
 *
 * @fires lucarne-state-changed - The broadcast's `state` has changed: `connecting`, `waiting`, `live`, `reconnecting`, `ended` or `failed`. Bubbles.
 * @fires playing - There is a moving picture.
 * @fires waiting - There is none, for whatever reason.
 * @fires volumechange - `muted` or `volume` has changed.
 *
 * @csspart stage - The box that the picture stands in.
 * @csspart picture - The picture.
 * @csspart veil - What is said over the picture while it isn't live.
 * @csspart notice - The line about the network address, and one that warns of a broadcast from two places at once; each for some seconds.
 * @csspart unmute - The button for sound, where the browser wants a gesture.
 * @csspart controls - The bar under the picture.
 * @csspart facts - In the bar: the sign "live" and the number watching.
 * @csspart link - In the bar: the link to the full page.
 *
 * @cssprop [--lucarne-aspect-ratio=16 / 9] - Shape of the box that the picture stands in. `var(--aspect)`: that of the picture, as soon as it is known.
 * @cssprop [--lucarne-fit=contain] - How the picture fills its box, as `object-fit`.
 * @cssprop [--lucarne-background=#070b1c] - Behind the picture and the controls; dark.
 * @cssprop [--lucarne-ink=#f5efe2] - Words and controls on it; light.
 * @cssprop [--lucarne-accent=#ffc56e] - The button for sound and the volume.
 * @cssprop [--lucarne-radius=0] - Corners.
 * @cssprop [--lucarne-font] - Typeface of the words.
 */
@localized()
export class LucarnePlayer extends PlayerElement {
  static override readonly styles = [...PlayerElement.styles, embedStyles];
  /** Fetches what it is built from, when the first one is put into a page. @ignore */
  static load: () => Promise<Watching>;

  #home = '';

  override connectedCallback(): void {
    super.connectedCallback();
    LucarnePlayer.load().then(
      (watching) => {
        this.#home = watching.home;
        this.lucarne = watching;
      },
      () => {
        this.fault = 'unexpected';
      },
    );
  }

  protected override renderVeil(): TemplateResult {
    const { session } = this;
    const state = session?.state ?? (this.failure ? 'failed' : 'connecting');
    const isLive = state === 'live' && session?.hasPicture === true;
    return html`
      <div class="veil" part="veil" role="status" ?data-over=${!isLive && session?.hasPicture === true}>
        ${isLive || this.src === null ? nothing : this.#renderWords(state, session)}
      </div>
      ${
        session
          ? html`<p class="notice" part="notice">
              ${msg('Watching shares your network address with a few viewers, and passes the broadcast on to them.')}
            </p>`
          : nothing
      }
      ${
        session?.hasTwin
          ? html`<p class="notice" part="notice" role="alert">
              ${msg('This broadcast is on air from two places at once. One of them may not be the person you trust.')}
            </p>`
          : nothing
      }
    `;
  }

  protected override renderFacts(): TemplateResult {
    const { session } = this;
    const isLive = session?.state === 'live' && session.hasPicture;
    const name = msg('Open the full page');
    return html`
      <span class="facts" part="facts">
        <lucarne-live-badge ?hidden=${!isLive || session.freshness.is !== 'live'}></lucarne-live-badge>
        <lucarne-viewers .count=${session?.viewers ?? 0} ?hidden=${!isLive}></lucarne-viewers>
      </span>
      <a
        class="link"
        part="link"
        href=${fullPageOf(this.#home, this.src ?? '', this.server)}
        target="_blank"
        rel="noopener noreferrer"
        aria-label=${name}
        title=${name}
        >${mark}</a
      >
    `;
  }

  #renderWords(state: WatchState, session: WatchSession | undefined): TemplateResult {
    const { sentence, step } = this.#explain(state, session);
    const isOver = state === 'ended' || state === 'failed';
    return html`
      ${isOver ? nothing : html`<span class="spinner" aria-hidden="true"></span>`}
      <p class="sentence">${sentence}</p>
      <p class="step">${step}</p>
    `;
  }

  #explain(state: WatchState, session: WatchSession | undefined): Explanation {
    if (this.failure) return faultText(this.failure);
    if (session?.lock && state === 'failed')
      return {
        sentence: msg('This broadcast is private: ask for the whole link.'),
        step: msg('Meanwhile this page can pass it on to others, and can’t read it.'),
      };
    if (session?.isSignalingLost) return faultText('signaling-unreachable');
    if (state === 'failed') return faultText('unexpected');
    return session?.waitingBehind === undefined ? stateText(state) : queueText(session.waitingBehind);
  }
}
