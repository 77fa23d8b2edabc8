// "Verify a recording": whether a file is what a link has broadcast. Both files stay on this device.

import { localized, msg, str } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { parseLink } from '../../base/link.ts';
import type { LinkFault, LinkTarget } from '../../base/link.ts';
import type { Lucarne, RecordingVerdict } from '../../session/session-api.ts';
import { sizeText } from '../amounts.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import { faultText } from '../words/faults.ts';
import type { ShownFault } from '../fault-codes.ts';
import '../words/lucarne-notice.ts';
import './lucarne-verdict.ts';
import { verifyStyles } from './verify-styles.ts';

type Role = 'video' | 'proof';

/** Needs `lucarne`. Whatever changes in the form takes the answer away: it was about other files. */
@customElement('lucarne-verify')
@localized()
export class LucarneVerify extends LitElement {
  static override readonly styles = [baseStyles, buttonStyles, fieldStyles, verifyStyles];

  @property({ attribute: false }) lucarne!: Lucarne;
  @state() private files: Partial<Record<Role, File>> = {};
  @state() private isOver = false;
  @state() private lacksFile = false;
  @state() private wrongLink: LinkFault | undefined;
  @state() private share: number | undefined;
  @state() private verdict: RecordingVerdict | undefined;
  @state() private isLinked = false;
  @state() private fault: ShownFault | undefined;
  @query('#link') private field!: HTMLInputElement;
  #cancel: AbortController | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#reset();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="intro">
        <h1>${msg('Verify a recording')}</h1>
        <p>
          ${msg('Every picture and sound of a broadcast is signed while it is on air. With its proof, anybody can see whether a recording is what was broadcast, or from where it was altered.')}
        </p>
        <p class="soft">${msg('Both files stay on this device; nothing is uploaded.')}</p>
      </div>
      <form
        novalidate
        class=${this.isOver ? 'over' : ''}
        @submit=${this.#submit}
        @dragover=${this.#dragOver}
        @dragleave=${() => (this.isOver = false)}
        @drop=${this.#drop}
      >
        <div class="files">
          ${this.#renderFile('video', msg('Recording'), msg('The video file, MP4 or WebM'))}
          ${this.#renderFile('proof', msg('Proof'), msg('The file whose name ends in “.proof”'))}
          <p class="soft drop">${msg('You can also drop both files here.')}</p>
        </div>
        ${this.#renderLink()}
        <p class="wrong" role="alert" ?hidden=${!this.lacksFile}>
          ${this.lacksFile ? msg('Choose the recording and its proof first.') : ''}
        </p>
        ${this.#renderGo()}
      </form>
      <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
      <div role="status">${this.verdict ? this.#renderVerdict(this.verdict) : nothing}</div>
    `;
  }

  #renderFile(role: Role, label: string, hint: string): TemplateResult {
    const file = this.files[role];
    return html`<div class="file ${file ? 'chosen' : ''}">
      <div>
        <p class="label" id=${role}>${label}</p>
        <p class="soft name" id="${role}-name">
          ${file ? html`<bdi>${file.name}</bdi> · ${sizeText(file.size)}` : hint}
        </p>
      </div>
      <button
        type="button"
        aria-label=${role === 'video' ? msg('Choose the recording') : msg('Choose the proof')}
        aria-describedby="${role}-name"
        @click=${() => this.renderRoot.querySelector<HTMLInputElement>(`#${role}-input`)?.click()}
      >
        ${msg('Choose')}
      </button>
      <input
        id="${role}-input"
        type="file"
        hidden
        accept=${role === 'video' ? 'video/mp4,video/webm,.mp4,.webm' : ''}
        @change=${(event: Event) => this.#chosen(role, event.target as HTMLInputElement)}
      />
    </div>`;
  }

  #renderLink(): TemplateResult {
    const text = this.wrongLink && faultText(this.wrongLink);
    return html`<div class="field">
      <label for="link">${msg('Broadcast link, if you know it')}</label>
      <input
        id="link"
        inputmode="url"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        placeholder=${msg('Paste it here')}
        aria-invalid=${text ? 'true' : 'false'}
        aria-describedby="wrong"
        @input=${() => this.#reset()}
      />
      <p id="wrong" class="wrong" role="alert" ?hidden=${!text}>
        ${text ? `${text.sentence} ${text.step}` : ''}
      </p>
    </div>`;
  }

  #renderGo(): TemplateResult {
    const { share } = this;
    const percent = Math.floor((share ?? 0) * 100);
    return html`<div class="go">
      <button type="submit" class=${share === undefined ? 'primary' : ''}>
        ${share === undefined ? msg('Verify') : msg('Cancel')}
      </button>
      ${
        share === undefined
          ? nothing
          : html`<progress max="1" .value=${share} aria-label=${msg('Verifying')}></progress>
              <span>${msg(str`${percent} %`)}</span>`
      }
    </div>`;
  }

  #renderVerdict(verdict: RecordingVerdict): TemplateResult {
    return html`<lucarne-verdict
      .verdict=${verdict}
      link=${`${location.host}${location.pathname}#/`}
      ?is-linked=${this.isLinked}
    ></lucarne-verdict>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const isRunning = this.share !== undefined;
    this.#reset();
    if (isRunning) return;
    const { video, proof } = this.files;
    this.lacksFile = !video || !proof;
    const text = this.field.value.trim();
    const link = text === '' ? undefined : parseLink(text);
    this.wrongLink = link?.ok === false ? link.code : undefined;
    if (this.wrongLink) this.field.focus();
    else if (video && proof) void this.#verify(video, proof, link?.ok ? link.value : undefined);
  };

  async #verify(video: File, proof: File, link: LinkTarget | undefined): Promise<void> {
    const { broadcastId, key } = link ?? {};
    const cancel = new AbortController();
    const { signal } = cancel;
    this.#cancel = cancel;
    this.isLinked = broadcastId !== undefined;
    this.share = 0;
    const progress = (share: number): void => {
      if (!signal.aborted) this.share = share;
    };
    try {
      const verdict = await this.lucarne.verifyRecording(video, proof, {
        ...{ broadcastId, key, progress, signal },
      });
      if (!signal.aborted) this.verdict = verdict;
    } catch (error) {
      if (!signal.aborted) this.fault = faultOf(error);
    }
    if (!signal.aborted) this.share = undefined;
  }

  #reset(): void {
    this.#cancel?.abort();
    this.share = undefined;
    this.verdict = undefined;
    this.fault = undefined;
    this.lacksFile = false;
    this.wrongLink = undefined;
  }

  #chosen(role: Role, input: HTMLInputElement): void {
    const file = input.files?.[0];
    if (file) this.#take({ [role]: file });
    // The same file may be chosen again: it can have changed on the disk.
    input.value = '';
  }

  readonly #dragOver = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.isOver = true;
  };

  readonly #drop = (event: DragEvent): void => {
    event.preventDefault();
    this.isOver = false;
    for (const file of event.dataTransfer?.files ?? [])
      this.#take({ [file.name.endsWith('.proof') ? 'proof' : 'video']: file });
  };

  #take(files: Partial<Record<Role, File>>): void {
    this.#reset();
    this.files = { ...this.files, ...files };
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-verify': LucarneVerify;
  }
}
