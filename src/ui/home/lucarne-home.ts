// The home page: go live, open a link, and, after a crash, the recording that was saved.

import { localized, msg } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { guestLinkOf, linkOf, moderatorLinkOf, parseLink } from '../../base/link.ts';
import type { LinkFault, LinkQuery, LinkTarget } from '../../base/link.ts';
import type { Lucarne, RecordingSummary } from '../../session/session-api.ts';
import { dateText, durationText } from '../amounts.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { faultOf, unsupportedFault } from '../fault-codes.ts';
import { faultText } from '../words/faults.ts';
import type { ShownFault } from '../fault-codes.ts';
import { homeScene } from './home-scene.ts';
import { homeStyles } from './home-styles.ts';
import '../download/lucarne-download.ts';
import '../words/lucarne-notice.ts';

/** The wish to open an address. */
export class LucarneOpenRequest extends Event {
  static readonly type = 'lucarne-open-request';
  readonly address: string;
  constructor(address: string) {
    super(LucarneOpenRequest.type, { bubbles: true, composed: true });
    this.address = address;
  }
}

/** Needs `lucarne`; fires LucarneOpenRequest. */
@customElement('lucarne-home')
@localized()
export class LucarneHome extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, fieldStyles, homeStyles];

  @property({ attribute: false }) lucarne!: Lucarne;
  @property({ attribute: false }) query: LinkQuery = { servers: [] };
  @state() private wrong: LinkFault | undefined;
  @state() private interrupted: RecordingSummary | undefined;
  @state() private fault: ShownFault | undefined;
  @query('#broadcast-link') private field!: HTMLInputElement;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#findInterrupted();
    // Its code and its pictures come after the page.
    import('../live/lucarne-on-now.ts').catch(() => undefined);
  }

  protected override render(): TemplateResult {
    const canBroadcast = this.lucarne.supports().broadcast;
    return html`
      ${this.interrupted ? this.#renderInterrupted(this.interrupted) : nothing}
      <div class="hero">
        <div class="words">
          <h1>${msg('Open the skylight. You’re on air.')}</h1>
          <p class="lead">
            ${msg('Lucarne turns this tab into a live TV station. Share a link: whoever opens it watches at once, and passes the broadcast on to the next.')}
          </p>
          <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
          <lucarne-notice
            .fault=${canBroadcast ? undefined : unsupportedFault()}
            ?hidden=${canBroadcast}
          ></lucarne-notice>
          <div class="ways">
            <a class="button primary go" href="#/studio"
              ><span class="dot" aria-hidden="true"></span>${msg('Go live')}</a
            >
            <a href="#/recordings">${msg('My recordings')}</a>
          </div>
        </div>
        ${homeScene}
      </div>
      ${this.#renderWatch()}
      <lucarne-on-now .lucarne=${this.lucarne}></lucarne-on-now>
      ${this.#renderSteps()}
    `;
  }

  #renderWatch(): TemplateResult {
    const text = this.wrong && faultText(this.wrong);
    return html`<form class="card watch" novalidate @submit=${this.#watch}>
      <div class="field">
        <label for="broadcast-link">${msg('Broadcast link')}</label>
        <input
          id="broadcast-link"
          inputmode="url"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          placeholder=${msg('Paste it here')}
          aria-invalid=${this.wrong ? 'true' : 'false'}
          aria-describedby="wrong"
          @input=${() => (this.wrong = undefined)}
        />
      </div>
      <button type="submit">${msg('Watch')}</button>
      <p id="wrong" class="wrong" role="alert" ?hidden=${!text}>
        ${text ? `${text.sentence} ${text.step}` : ''}
      </p>
    </form>`;
  }

  #renderSteps(): TemplateResult {
    return html`<ol class="steps">
      <li>
        <h2>${msg('Press one button')}</h2>
        <p class="soft">${msg('Camera, screen or test card. No account, nothing to install.')}</p>
      </li>
      <li>
        <h2>${msg('Share one link')}</h2>
        <p class="soft">
          ${msg('Viewers feed each other, so the link holds when many come. What they see is signed by you.')}
        </p>
      </li>
      <li>
        <h2>${msg('Keep the recording')}</h2>
        <p class="soft">${msg('It is on your own disk while you speak, also if the browser crashes.')}</p>
      </li>
    </ol>`;
  }

  #renderInterrupted({ id, title, startedAtMs, durationMs }: RecordingSummary): TemplateResult {
    return html`<section class="card" aria-labelledby="interrupted">
      <h2 id="interrupted">${msg('A broadcast was interrupted. Its recording is safe.')}</h2>
      <p class="soft">
        <bdi>${title || msg('Untitled broadcast')}</bdi> · ${dateText(startedAtMs)} ·
        ${durationText(durationMs)}
      </p>
      <div class="ways">
        <lucarne-download
          .recordings=${this.lucarne.recordings}
          recording-id=${id}
          label=${msg('Download recording')}
        ></lucarne-download>
        <a class="button" href=${`#/studio/${id}`}>${msg('Go on under the same link')}</a>
      </div>
    </section>`;
  }

  readonly #watch = (event: SubmitEvent): void => {
    event.preventDefault();
    const link = parseLink(this.field.value);
    this.wrong = link.ok ? undefined : link.code;
    if (link.ok) this.dispatchEvent(new LucarneOpenRequest(this.#address(link.value)));
    else this.field.focus();
  };

  /** Where this app shows that broadcast: a link from another place is asked for at that place's server. */
  #address(target: LinkTarget): string {
    const { servers, origin, invitation, guest } = target;
    const isFromElsewhere = servers.length === 0 && origin !== undefined && origin !== location.origin;
    const asked = isFromElsewhere ? [origin] : servers;
    const isSame = asked.length === 0 || asked.join() === this.query.servers.join();
    const link = linkOf(isSame ? '' : location.pathname, { ...target, servers: isSame ? [] : asked });
    if (guest) return guestLinkOf(link, guest);
    return invitation === undefined ? link : moderatorLinkOf(link, invitation);
  }

  async #findInterrupted(): Promise<void> {
    try {
      const all = await this.lucarne.recordings.list();
      const broken = all.filter(({ isComplete, isLive, isCopy }) => !isComplete && !isLive && !isCopy);
      this.interrupted = broken.sort((a, b) => b.startedAtMs - a.startedAtMs)[0];
    } catch (error) {
      this.fault = faultOf(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-home': LucarneHome;
  }
}
