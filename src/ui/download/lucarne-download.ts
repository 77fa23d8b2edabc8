// Makes an ordinary browser download of a recording: files are assembled on disk first, with progress and a way out.
// Where the browser can ask for a place, "Save as…" writes there instead, with no second copy.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Clip, RecordingFile, Recordings } from '../../session/session-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import { canChooseFile, chooseFile } from './save-dialog.ts';
import { saveFile } from './save-file.ts';
import './lucarne-gaps.ts';
import '../words/lucarne-notice.ts';

/** Buttons, the first named `label`, that stand among others in a row that wraps; what is said of them gets a row of its own below all of them; needs `recordings` and the broadcast id in `recording-id`. */
@customElement('lucarne-download')
@localized()
export class LucarneDownload extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: contents;
      }
      .said {
        display: grid;
        flex: 1 0 100%;
        gap: var(--space-3);
        justify-items: start;
        order: 1;
      }
      .aac {
        display: flex;
        align-items: baseline;
        gap: var(--space-2);
        max-width: 24rem;
        font-size: var(--text-s);
      }
      .aac input {
        width: auto;
        min-height: 0;
        flex: none;
      }
      .beside {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
      .progress {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      progress {
        flex: 1;
        width: 14rem;
        max-width: 60vw;
        height: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) recordings!: Recordings;
  @property({ attribute: 'recording-id' }) recordingId = '';
  @property() label = '';
  /** Only this piece of it. */
  @property({ attribute: false }) clip: Clip | undefined;
  @property({ type: Boolean, attribute: 'primary' }) isPrimary = false;
  @state() private offersAac = false;
  @state() private isAac = false;
  @state() private share: number | undefined;
  @state() private files: readonly RecordingFile[] | undefined;
  @state() private fault: ShownFault | undefined;
  protected readonly focusKeeper = new FocusKeeper(this);
  #cancel: AbortController | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('recordingId') || changed.has('recordings')) void this.#askForAac();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#cancel?.abort();
  }

  protected override render(): TemplateResult {
    const isBusy = this.share !== undefined;
    const isSilent = !this.offersAac && !isBusy && !this.files && !this.fault;
    return html`
      <button
        class=${this.isPrimary ? 'primary' : ''}
        ?disabled=${isBusy}
        @click=${() => void this.#export()}
      >
        ${this.label}
      </button>
      <button ?hidden=${!canChooseFile()} ?disabled=${isBusy} @click=${() => void this.#saveAs()}>
        ${msg('Save as…')}
      </button>
      <div class="said" ?hidden=${isSilent}>${this.#renderSaid(isBusy)}</div>
    `;
  }

  #renderSaid(isBusy: boolean): TemplateResult {
    return html`
      ${this.offersAac ? this.#renderAac(isBusy) : nothing}
      ${this.share === undefined ? nothing : this.#renderProgress(this.share)}
      <span role="status" class="soft" ?hidden=${!this.files}>
        ${this.files ? doneText(this.files) : ''}
      </span>
      ${this.files ? html`<lucarne-gaps .files=${this.files}></lucarne-gaps>` : nothing}
      ${this.files?.some(({ room }) => room) ? this.#renderRoom(this.files) : nothing}
      ${this.files?.some(({ proof }) => proof) ? this.#renderProof(this.files) : nothing}
      <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
    `;
  }

  #renderAac(isBusy: boolean): TemplateResult {
    const change = ({ target }: Event): void => {
      this.isAac = (target as HTMLInputElement).checked;
    };
    return html`<label class="aac">
      <input type="checkbox" .checked=${this.isAac} ?disabled=${isBusy} @change=${change} />
      ${msg('The most compatible file, for old players and editors: converts the sound, takes longer')}
    </label>`;
  }

  #renderProgress(share: number): TemplateResult {
    const percent = Math.floor(share * 100);
    return html`<div class="progress">
      <progress max="1" .value=${share} aria-label=${msg('Preparing the file')}></progress>
      <span>${msg(str`${percent} %`)}</span>
      <button class="quiet" @click=${() => this.#cancel?.abort()}>${msg('Cancel')}</button>
    </div>`;
  }

  /** One button for each kind of file beside the video. */
  #renderRoom(files: readonly RecordingFile[]): TemplateResult {
    const sidecars = files.flatMap(({ room }) => room?.sidecars ?? []);
    const kinds = [
      { ending: '.comments.vtt', name: msg('Comments as subtitles') },
      { ending: '.room.json', name: msg('Comments as data (JSON)') },
      { ending: '.chapters.vtt', name: msg('Chapters (WebVTT)') },
    ].map((kind) => ({ ...kind, files: sidecars.filter(({ name }) => name.endsWith(kind.ending)) }));
    return html`<div class="beside">
      ${kinds
        .filter((kind) => kind.files.length > 0)
        .map((kind) => html`<button @click=${() => kind.files.forEach(saveFile)}>${kind.name}</button>`)}
    </div>`;
  }

  #renderProof(files: readonly RecordingFile[]): TemplateResult {
    const proofs = files.flatMap(({ proof }) => proof ?? []);
    return html`<div class="beside soft">
      <button @click=${() => proofs.forEach(saveFile)}>${msg('Download proof')}</button>
      <span>${msg('for whoever wants to verify it')}</span>
    </div>`;
  }

  async #askForAac(): Promise<void> {
    this.isAac = false;
    this.offersAac = await this.recordings.offersAac(this.recordingId);
  }

  async #saveAs(): Promise<void> {
    this.fault = undefined;
    this.files = undefined;
    try {
      const name = await this.recordings.fileName(this.recordingId, this.clip);
      const into = await chooseFile(name);
      if (into) await this.#export(into);
    } catch (error) {
      this.fault = faultOf(error);
    }
  }

  async #export(into?: FileSystemFileHandle): Promise<void> {
    const cancel = new AbortController();
    this.#cancel = cancel;
    this.fault = undefined;
    this.files = undefined;
    this.share = 0;
    const progress = (share: number): void => {
      if (!cancel.signal.aborted) this.share = share;
    };
    try {
      const { clip, isAac } = this;
      const files = await this.recordings.exportFiles(this.recordingId, {
        ...{ progress, signal: cancel.signal },
        ...(clip && { clip }),
        ...(into && { into }),
        ...(isAac && { sound: 'aac' as const }),
      });
      if (cancel.signal.aborted) {
        await Promise.all(files.map((file) => file.discard()));
        return;
      }
      files.filter(({ isSaved }) => !isSaved).forEach(saveFile);
      this.files = files;
    } catch (error) {
      if (!cancel.signal.aborted) this.fault = faultOf(error);
    } finally {
      this.share = undefined;
    }
  }
}

function doneText(files: readonly RecordingFile[]): string {
  if (!files[0]?.isSaved) return msg('Ready: look among your downloads.');
  return files.length === 1 ? msg('Saved.') : msg('Saved. The other files are among your downloads.');
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-download': LucarneDownload;
  }
}
