// The studio before going live: preview, title and devices. It owns the programme until the start is asked for.

import { localized, msg } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { LinkQuery } from '../../base/link.ts';
import { TITLE_CHARS_MAX } from '../../base/limits.ts';
import type { Programme, ProgrammeOptions } from '../../ports.ts';
import type { Lucarne, StartOptions } from '../../session/session-api.ts';
import { baseStyles, buttonStyles, checkStyles, fieldStyles } from '../base-styles.ts';
import { faultText } from '../words/faults.ts';
import type { ShownFault } from '../fault-codes.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import type { LucarneCountdownEnded } from './lucarne-countdown.ts';
import { withCamera, withMicrophone } from './device-choice.ts';
import { DeviceList } from './device-list.ts';
import type { LucarnePrivacy } from './lucarne-privacy.ts';
import { isMirrored } from './mirror.ts';
import { ProgrammeSlot } from './programme-slot.ts';
import { namesById, renderSelect } from './select-field.ts';
import { soundFault } from './sound-fault.ts';
import { setupStyles } from './setup-styles.ts';
import '../words/lucarne-notice.ts';
import './lucarne-countdown.ts';
import './lucarne-preview.ts';
import './lucarne-privacy.ts';
import './lucarne-stage.ts';

/** What was chosen besides the programme. */
type StartWishes = Omit<StartOptions, 'resumeId'>;

/** The wish to go live with what is in the preview; the listener owns the programme from then on. */
export class LucarneStartRequest extends Event {
  static readonly type = 'lucarne-start-request';
  readonly programme: Programme;
  readonly broadcastTitle: string;
  readonly wishes: StartWishes;

  constructor(programme: Programme, broadcastTitle: string, wishes: StartWishes) {
    super(LucarneStartRequest.type, { bubbles: true, composed: true });
    this.programme = programme;
    this.broadcastTitle = broadcastTitle;
    this.wishes = wishes;
  }
}

/** Fires LucarneStartRequest. `fault`: why the last start failed. */
@customElement('lucarne-setup')
@localized()
export class LucarneSetup extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, fieldStyles, checkStyles, setupStyles];

  @property({ attribute: false }) lucarne!: Lucarne;
  @property({ attribute: false }) query: LinkQuery = { servers: [] };
  /** Title of the broadcast that is to be resumed. */
  @property({ attribute: 'resume-title' }) resumeTitle: string | undefined;
  /** What was on air before the page was loaded again. */
  @property({ attribute: false }) resumeOptions: ProgrammeOptions | undefined;
  /** Go on air as soon as the source is open. A screen waits for a click, which browsers ask for. */
  @property({ type: Boolean, attribute: 'resume-at-once' }) resumesAtOnce = false;
  @property({ type: Boolean, attribute: 'starting' }) isStarting = false;
  @property({ attribute: false }) fault: ShownFault | undefined;
  @state() private options: ProgrammeOptions = { source: 'camera', quality: '720p' };
  @state() private soundTrouble: ShownFault | undefined;
  /** Whether to go on air, once the countdown has ended; undefined while none runs. */
  @state() private counting: PromiseWithResolvers<boolean> | undefined;
  @query('#countdown') private countdownField!: HTMLInputElement | null;
  @query('.start[type="submit"]') private startButton!: HTMLButtonElement;
  @query('#title') private titleField!: HTMLInputElement;
  @query('lucarne-privacy') private privacy!: LucarnePrivacy | null;
  protected readonly focusKeeper = new FocusKeeper(this);
  readonly #devices = new DeviceList(this);
  readonly #slot = new ProgrammeSlot(() => {
    this.requestUpdate();
    this.soundTrouble = undefined;
    if (this.#slot.programme) void this.#look(this.#slot.programme);
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#slot.close();
  }

  protected override firstUpdated(): void {
    const { source = 'camera', quality = '720p' } = this.query;
    const options = this.resumeOptions ?? { source, quality };
    this.#choose(options);
    if (this.resumesAtOnce && options.source !== 'screen') void this.#start();
  }

  protected override updated(changed: PropertyValues<this>): void {
    // A failed start has used the programme up: show a fresh one.
    if (changed.has('fault') && this.fault && !this.#slot.programme) this.#choose(this.options);
  }

  protected override render(): TemplateResult {
    return html`
      ${this.#renderPicture()}
      <form @submit=${this.#submit}>
        <h1>${this.resumeTitle === undefined ? msg('Your studio') : msg('Back on air')}</h1>
        <p class="soft" ?hidden=${this.resumeTitle === undefined}>
          ${msg('You continue under the same link: whoever opens it sees you again.')}
        </p>
        <div class="field">
          <label for="title">${msg('Title')}</label>
          <input
            id="title"
            maxlength=${TITLE_CHARS_MAX}
            autocomplete="off"
            placeholder=${msg('What is it about?')}
            .value=${this.resumeTitle ?? ''}
          />
        </div>
        ${this.#renderSource()} ${this.#renderDevices()} ${this.#renderQuality()}
        ${
          // A broadcast that is resumed stays as private as it was, since its link does.
          this.resumeTitle === undefined
            ? html`<lucarne-privacy .lucarne=${this.lucarne}></lucarne-privacy>`
            : nothing
        }
        <lucarne-notice .fault=${this.soundTrouble} ?hidden=${!this.soundTrouble}></lucarne-notice>
        <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
        ${this.#renderUnrecorded()}
        <div class="check">
          <label><input id="countdown" type="checkbox" />${msg('Count down from 3 first')}</label>
        </div>
        <button
          class="primary start"
          type="submit"
          ?disabled=${this.isStarting || this.counting !== undefined}
        >
          ${this.isStarting ? msg('Going live…') : this.resumeTitle === undefined ? msg('Start broadcast') : msg('Resume broadcast')}
        </button>
        <p class="soft">${msg('It is recorded on this device as you go, and nowhere else.')}</p>
      </form>
    `;
  }

  #renderPicture(): TemplateResult {
    const { programme } = this.#slot;
    const isHidden = programme?.isHidden ?? false;
    return html`<div class="picture">
      <lucarne-preview
        .programme=${programme}
        ?covered=${isHidden}
        ?mirrored=${programme !== undefined && isMirrored(programme)}
      >
        ${isHidden ? html`<p role="status">${msg('Your picture is hidden.')}</p>` : this.#renderEmpty()}
      </lucarne-preview>
      ${
        this.counting &&
        html`<lucarne-countdown
          @lucarne-countdown-ended=${({ isWanted }: LucarneCountdownEnded) => this.counting?.resolve(isWanted)}
        ></lucarne-countdown>`
      }
      ${
        programme &&
        html`<lucarne-stage
          .programme=${programme}
          @lucarne-programme-changed=${() => (this.options = programme.options)}
        ></lucarne-stage>`
      }
    </div>`;
  }

  /** The way on where the browser keeps nothing. */
  #renderUnrecorded(): TemplateResult | typeof nothing {
    if (this.fault !== 'storage-unavailable' || this.resumeTitle !== undefined) return nothing;
    return html`<button
      class="start"
      type="button"
      ?disabled=${this.isStarting}
      @click=${() => void this.#start(true)}
    >
      ${msg('Go live without a recording')}
    </button>`;
  }

  #renderEmpty(): TemplateResult {
    const { fault, isOpening } = this.#slot;
    if (fault) {
      const { sentence, step } = faultText(fault);
      return html`<div class="trouble" role="alert">
        <p class="sentence">${sentence}</p>
        <p>${step}</p>
        <div class="ways">
          <button @click=${() => this.#choose(this.options)}>${msg('Try again')}</button>
          ${this.#renderWay('testcard', msg('Use the test card'))}
          ${this.#renderWay('screen', msg('Share a screen'))}
          ${this.#renderWay('camera', msg('Use the camera'))}
        </div>
      </div>`;
    }
    if (isOpening) return html`<p role="status">${waitText(this.options.source)}</p>`;
    return html`<button class="primary" @click=${() => this.#choose(this.options, true)}>
      ${this.options.source === 'screen' ? msg('Choose what to share') : msg('Open the preview')}
    </button>`;
  }

  #renderWay(source: ProgrammeOptions['source'], label: string): TemplateResult | typeof nothing {
    if (source === this.options.source) return nothing;
    if (source === 'camera' && this.options.source === 'testcard') return nothing;
    return html`<button @click=${() => this.#choose({ ...this.options, source }, true)}>${label}</button>`;
  }

  #renderSource(): TemplateResult {
    return renderSelect({
      ...{ id: 'source', label: msg('Source'), chosen: this.options.source },
      names: { camera: msg('Camera'), screen: msg('Screen'), testcard: msg('Test card') },
      choose: (source) => this.#choose({ ...this.options, source }),
    });
  }

  #renderQuality(): TemplateResult {
    return renderSelect({
      ...{ id: 'quality', label: msg('Quality'), chosen: this.options.quality },
      names: { '360p': '360p', '540p': '540p', '720p': '720p', '1080p': '1080p' },
      choose: (quality) => this.#choose({ ...this.options, quality }),
    });
  }

  #renderDevices(): TemplateResult {
    const { cameraId = '', microphoneId = '', source } = this.options;
    const { cameras, microphones } = this.#devices;
    return html`
      ${renderSelect<string>({
        ...{ id: 'camera', label: msg('Camera'), chosen: cameraId, isOff: source !== 'camera' },
        names: { '': msg('Automatic'), ...namesById(cameras) },
        choose: (id) => this.#choose(withCamera(this.options, id)),
      })}
      ${renderSelect<string>({
        ...{ id: 'microphone', label: msg('Microphone'), chosen: microphoneId, isOff: source === 'testcard' },
        names: { '': msg('Automatic'), ...namesById(microphones), none: msg('No sound') },
        choose: (id) => this.#choose(withMicrophone(this.options, id)),
      })}
    `;
  }

  /** What an open programme tells: the names of the devices, and whether there is sound. */
  async #look(programme: Programme): Promise<void> {
    void this.#devices.refresh();
    const fault = await soundFault(programme, this.options);
    if (this.#slot.programme === programme) this.soundTrouble = fault;
  }

  /** Takes the options over and shows them; a screen only when asked for by a click. */
  #choose(options: ProgrammeOptions, isClick = false): void {
    this.options = options;
    if (options.source === 'screen' && !isClick) this.#slot.close();
    else void this.#slot.open((wish) => this.lucarne.openProgramme(wish), options);
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#start();
  };

  /** Whether it is still wanted then. */
  async #countDown(): Promise<boolean> {
    this.counting = Promise.withResolvers<boolean>();
    const isWanted = await this.counting.promise;
    this.counting = undefined;
    await this.updateComplete;
    if (!isWanted) this.startButton.focus();
    return isWanted;
  }

  async #start(isUnrecorded = false): Promise<void> {
    if (this.isStarting || this.counting) return;
    if (!this.#slot.programme && !this.#slot.isOpening) this.#choose(this.options, true);
    if (this.countdownField?.checked && !(await this.#countDown())) return;
    const programme = await this.#slot.take();
    if (!programme) return;
    const title = this.titleField.value.trim();
    const wishes = { isUnrecorded, ...this.privacy?.wishes };
    this.dispatchEvent(new LucarneStartRequest(programme, title, wishes));
  }
}

function waitText(source: ProgrammeOptions['source']): string {
  if (source === 'camera') return msg('Opening the camera… Your browser may ask for permission.');
  return msg('Opening the preview…');
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-setup': LucarneSetup;
  }
}
