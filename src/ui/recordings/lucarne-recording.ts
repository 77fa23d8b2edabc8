// One recording in the list: a still, what there is to know, and what can be done with it.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { TITLE_CHARS_MAX } from '../../base/limits.ts';
import type { AirReport, Recordings, RecordingSummary } from '../../session/session-api.ts';
import { dateText, durationText, sizeText } from '../amounts.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import { refilledText } from '../refilled-text.ts';
import '../download/lucarne-download.ts';
import '../words/lucarne-notice.ts';

/** "Delete" was pressed. */
export class LucarneDeleteRequest extends Event {
  constructor() {
    super('lucarne-delete-request', { bubbles: true, composed: true });
  }
}

/** Needs `recordings` and `recording`. */
@customElement('lucarne-recording')
@localized()
export class LucarneRecording extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background: var(--surface);
      }
      .about {
        display: grid;
        grid-template-columns: min(11rem, 38%) minmax(0, 1fr);
        align-items: start;
        gap: var(--space-4);
      }
      .still {
        display: block;
        width: 100%;
        aspect-ratio: 16 / 9;
        border-radius: var(--round);
        background: var(--night);
        object-fit: cover;
      }
      .facts {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
      }
      h2 {
        overflow-wrap: anywhere;
      }
      .badge {
        padding: 0 var(--space-2);
        border: 1px solid var(--edge);
        border-radius: 1rem;
        font-size: var(--text-xs);
      }
      .ways,
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        gap: var(--space-2);
      }
      form {
        align-items: end;
      }
      form label {
        flex: 1 1 12rem;
      }
    `,
  ];

  @property({ attribute: false }) recordings!: Recordings;
  @property({ attribute: false }) recording!: RecordingSummary;
  @state() private stillAddress: string | undefined;
  @state() private isPlaying = false;
  @state() private isRenaming = false;
  @state() private endReport: AirReport | undefined;
  @state() private hasNoReport = false;
  @state() private fault: ShownFault | undefined;
  @query('input') private titleField?: HTMLInputElement;
  @query('.danger') private deleteButton?: HTMLButtonElement;
  @query('.rename') private renameButton?: HTMLButtonElement;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#readStill();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.stillAddress) URL.revokeObjectURL(this.stillAddress);
    this.stillAddress = undefined;
  }

  /** Where one was before the recording was deleted and came back. */
  async focusDelete(): Promise<void> {
    await this.updateComplete;
    this.deleteButton?.focus();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="about">
        ${
          this.stillAddress
            ? html`<img class="still" src=${this.stillAddress} alt="" />`
            : html`<span class="still"></span>`
        }
        <div class="facts">${this.#renderFacts()}</div>
      </div>
      ${this.isRenaming ? this.#renderRename() : nothing}
      <div class="ways">${this.#renderWays()}</div>
      <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
      ${this.endReport ? html`<lucarne-end-report .report=${this.endReport}></lucarne-end-report>` : nothing}
      <p class="soft" role="status" ?hidden=${!this.hasNoReport}>
        ${msg('No figures were kept of this broadcast.')}
      </p>
      ${
        this.isPlaying
          ? html`<lucarne-playback
              .recordings=${this.recordings}
              .recording=${this.recording}
            ></lucarne-playback>`
          : nothing
      }
    `;
  }

  #renderFacts(): TemplateResult {
    const { title, startedAtMs, durationMs, bytes, refilledMs, isComplete, isLive, isCopy } = this.recording;
    const facts = [durationText(durationMs), sizeText(bytes)];
    return html`
      <h2><bdi>${title || msg('Untitled broadcast')}</bdi></h2>
      <p class="soft">${dateText(startedAtMs)}<br />${facts.join(' · ')}</p>
      <p class="soft" ?hidden=${!isLive}>
        ${
          isCopy
            ? msg('Being kept at this moment: it can be deleted when that has ended.')
            : msg('On air at this moment: it can be deleted when it has ended.')
        }
      </p>
      <p class="soft" ?hidden=${refilledMs === 0}>${refilledMs === 0 ? '' : refilledText(refilledMs)}</p>
      <span class="badge" ?hidden=${!isCopy}>${msg('Copy of somebody else’s broadcast')}</span>
      <span class="badge" ?hidden=${isComplete || isLive || isCopy}>${msg('Interrupted')}</span>
    `;
  }

  #renderWays(): TemplateResult {
    const { id, isLive, isComplete, isCopy } = this.recording;
    return html`
      <button class="primary" aria-expanded=${this.isPlaying} @click=${() => void this.#togglePlay()}>
        ${this.isPlaying ? msg('Close') : msg('Play')}
      </button>
      <lucarne-download
        .recordings=${this.recordings}
        recording-id=${id}
        label=${msg('Download')}
      ></lucarne-download>
      <a class="button" href="#/studio/${id}" ?hidden=${isLive || isComplete || isCopy}
        >${msg('Resume broadcast')}</a
      >
      <button
        ?hidden=${isCopy}
        aria-expanded=${this.endReport !== undefined}
        @click=${() => void this.#toggleReport()}
      >
        ${msg('Report', { id: 'end-report' })}
      </button>
      <button class="rename" ?disabled=${this.isRenaming} @click=${() => void this.#openRename()}>
        ${msg('Rename')}
      </button>
      <button
        class="danger"
        ?disabled=${isLive}
        @click=${() => this.dispatchEvent(new LucarneDeleteRequest())}
      >
        ${msg('Delete')}
      </button>
    `;
  }

  #renderRename(): TemplateResult {
    return html`<form @submit=${(event: Event) => void this.#rename(event)} @keydown=${this.#escape}>
      <label>
        ${msg('Title')}
        <input maxlength=${TITLE_CHARS_MAX} .value=${this.recording.title} autocomplete="off" />
      </label>
      <button class="primary">${msg('Save')}</button>
      <button type="button" @click=${() => void this.#closeRename()}>${msg('Cancel')}</button>
    </form>`;
  }

  readonly #escape = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') void this.#closeRename();
  };

  async #readStill(): Promise<void> {
    // A list without pictures is a list still.
    const still = await this.recordings.still(this.recording.id).catch(() => undefined);
    if (still && this.isConnected) this.stillAddress = URL.createObjectURL(still);
  }

  async #togglePlay(): Promise<void> {
    this.fault = undefined;
    if (this.isPlaying) {
      this.isPlaying = false;
      return;
    }
    try {
      await import('./lucarne-playback.ts');
      this.isPlaying = true;
    } catch {
      this.fault = 'unexpected';
    }
  }

  async #toggleReport(): Promise<void> {
    this.fault = undefined;
    this.hasNoReport = false;
    if (this.endReport) {
      this.endReport = undefined;
      return;
    }
    try {
      await import('../end-report/lucarne-end-report.ts');
      this.endReport = await this.recordings.report(this.recording);
      this.hasNoReport = this.endReport === undefined;
    } catch (error) {
      this.fault = faultOf(error);
    }
  }

  async #openRename(): Promise<void> {
    this.isRenaming = true;
    await this.updateComplete;
    this.titleField?.select();
    this.titleField?.focus();
  }

  async #closeRename(): Promise<void> {
    this.isRenaming = false;
    await this.updateComplete;
    this.renameButton?.focus();
  }

  async #rename(event: Event): Promise<void> {
    event.preventDefault();
    const title = this.titleField?.value.trim() ?? '';
    try {
      await this.recordings.rename(this.recording.id, title);
      this.recording = { ...this.recording, title };
      this.fault = undefined;
    } catch (error) {
      this.fault = faultOf(error);
    }
    await this.#closeRename();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-recording': LucarneRecording;
  }
}
