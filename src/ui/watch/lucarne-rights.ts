// What a viewer shares, and what they may decide of it: the line in the slot says it at once; opened, it has the two choices and the
// figures of this moment.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Lucarne, ViewerRights, WatchSession, WatchStats } from '../../session/session-api.ts';
import { countText, sizeText } from '../amounts.ts';
import { baseStyles } from '../base-styles.ts';
import { language } from '../locale.ts';
import { SessionFollower } from '../session-follower.ts';

/** How often the figures are read while they are shown, ms. */
const FIGURES_MS = 1000;

/** Needs `lucarne` and `session`; its content is the line. */
@customElement('lucarne-rights')
@localized()
export class LucarneRights extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        font-size: var(--text-xs);
        line-height: 1.35;
        color: var(--ink-soft);
      }
      summary {
        padding: var(--space-1) var(--space-4);
        cursor: pointer;
      }
      details[open] {
        background: var(--night);
      }
      ::slotted(*) {
        display: inline;
      }
      .panel {
        display: grid;
        gap: var(--space-1) var(--space-5);
        max-height: 45dvh;
        overflow-y: auto;
        padding: var(--space-1) var(--space-4) var(--space-3);
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--tap);
        color: var(--ink);
        font-size: var(--text-s);
        cursor: pointer;
      }
      input {
        width: 1.1rem;
        height: 1.1rem;
        margin: 0;
        flex: none;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-5);
        padding-top: var(--space-2);
      }
      dl div {
        display: flex;
        gap: var(--space-2);
      }
      dd {
        color: var(--ink);
        font-variant-numeric: tabular-nums;
      }
      @media (min-width: 48rem) {
        summary,
        .panel {
          padding-inline: var(--space-5);
        }
        .panel {
          grid-template-columns: 1fr 1fr;
        }
        dl,
        .hidden {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  @property({ attribute: false }) session: WatchSession | undefined;
  @state() private rights: ViewerRights | undefined;
  @state() private stats: WatchStats | undefined;
  /** Pictures shown in the last second; undefined before two readings. */
  @state() private perSecond: number | undefined;
  @state() private isForgotten = false;
  readonly #follower = new SessionFollower(this);
  #timer: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(): void {
    this.#follower.follow(this.session);
  }

  protected override firstUpdated(): void {
    this.lucarne.openRights().then(
      (rights) => (this.rights = rights),
      () => undefined,
    );
  }

  protected override render(): TemplateResult {
    const { rights } = this;
    return html`
      ${this.session?.hasTwin ? renderTwin() : nothing}
      ${rights?.hidesAddress ? this.#renderHidden(rights) : nothing}
      <details @toggle=${this.#toggled}>
        <summary><slot></slot></summary>
        ${rights ? this.#renderPanel(rights) : nothing}
      </details>
    `;
  }

  /** Whoever hides, and can't be helped to here, learns why there is no picture. */
  #renderHidden({ canHideAddress }: ViewerRights): TemplateResult | typeof nothing {
    if (canHideAddress) return nothing;
    return html`<p class="panel" role="alert">
      ${msg('Your address stays hidden. This site has no relay server (TURN), so no picture can come this way.')}
    </p>`;
  }

  #renderPanel(rights: ViewerRights): TemplateResult {
    const { canHideAddress, hidesAddress, isHiddenByLink, helps } = rights;
    return html`<div class="panel">
      <div>
        <label>
          <input type="checkbox" .checked=${helps} @change=${this.#helpChanged} />
          ${msg('Help this broadcast')}
        </label>
        <p>
          ${msg('You pass it on to a few others. Never from a phone on mobile data, with data saver, or in a hidden tab.')}
        </p>
      </div>
      <div>
        <label>
          <input
            type="checkbox"
            aria-describedby="hide"
            .checked=${hidesAddress}
            ?disabled=${isHiddenByLink || (!canHideAddress && !hidesAddress)}
            @change=${this.#hideChanged}
          />
          ${msg('Hide my address')}
        </label>
        <p id="hide">${hideText(rights)}</p>
      </div>
      <p class="hidden" role="status" ?hidden=${!this.isForgotten}>
        ${msg('This browser keeps nothing: the choice can’t be remembered.')}
      </p>
      ${this.stats ? renderFigures(this.stats, this.perSecond) : nothing}
    </div>`;
  }

  readonly #toggled = ({ target }: Event): void => {
    clearInterval(this.#timer);
    if (!(target as HTMLDetailsElement).open) return;
    let readAtMs = 0;
    const read = async (): Promise<void> => {
      const before = this.stats?.videoFrames;
      this.stats = await this.session?.getStats().catch(() => undefined);
      const nowMs = performance.now();
      const shown = before === undefined || !readAtMs ? undefined : (this.stats?.videoFrames ?? 0) - before;
      this.perSecond = shown === undefined ? undefined : (shown * 1000) / (nowMs - readAtMs);
      readAtMs = nowMs;
    };
    void read();
    this.#timer = setInterval(() => void read(), FIGURES_MS);
  };

  readonly #helpChanged = ({ target }: Event): void => {
    const isWanted = (target as HTMLInputElement).checked;
    this.isForgotten = this.rights?.help(isWanted) === false;
    if (this.session) this.session.relaying = isWanted;
    this.requestUpdate();
  };

  readonly #hideChanged = ({ target }: Event): void => {
    const isWanted = (target as HTMLInputElement).checked;
    this.isForgotten = this.rights?.hideAddress(isWanted) === false;
    // What is connected already knows the address: all of it ends, and begins anew by the choice.
    if (!this.isForgotten) location.reload();
    else this.requestUpdate();
  };
}

function renderTwin(): TemplateResult {
  return html`<p class="panel" role="alert">
    ${msg('This broadcast is on air from two places at once. One of them may not be the person you trust.')}
  </p>`;
}

function hideText({ canHideAddress, isHiddenByLink }: ViewerRights): string {
  if (!canHideAddress)
    return msg('This site has no relay server (TURN), so your address can’t be hidden here.');
  if (isHiddenByLink) return msg('The broadcaster asks for it: everybody’s address is hidden.');
  return msg(
    'Everything goes by this site’s relay server, which takes a little longer. The page loads anew.',
  );
}

function renderFigures(stats: WatchStats, perSecond: number | undefined): TemplateResult {
  const { depth, childIds, bytesRelayed, bytesReceived, latencyMs } = stats;
  const figures: [name: string, figure: string][] = [
    [msg('Picture'), pictureText(stats.picture, perSecond)],
    [msg('Delay'), latencyMs === null ? '–' : msg(str`${delayText(latencyMs)} s`)],
    [msg('Hops to the camera'), depth === null ? '–' : countText(depth)],
    [msg('People you help'), countText(childIds.length)],
    [msg('Received'), sizeText(bytesReceived)],
    [msg('Passed on'), sizeText(bytesRelayed)],
  ];
  return html`<dl>
    ${figures.map(
      ([name, figure]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${figure}</dd>
        </div>`,
    )}
  </dl>`;
}

/** `720p`, and how many of them were really shown. */
function pictureText(picture: WatchStats['picture'], perSecond: number | undefined): string {
  if (!picture) return '–';
  const size = `${Math.min(picture.width, picture.height)}p`;
  return perSecond === undefined ? size : msg(str`${size}, ${countText(Math.round(perSecond))} a second`);
}

/** Seconds, to a tenth. */
function delayText(latencyMs: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(
    Math.max(0, latencyMs) / 1000,
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-rights': LucarneRights;
  }
}
