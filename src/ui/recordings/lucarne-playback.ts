// Plays a recording in the browser's own player, from the file that a download would be, and cuts clips out of it.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Clip, RecordingFile, Recordings, RecordingSummary } from '../../session/session-api.ts';
import { durationText } from '../amounts.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import '../download/lucarne-download.ts';
import '../download/lucarne-gaps.ts';
import '../words/lucarne-notice.ts';
import './lucarne-replay.ts';

const SPEEDS = [1, 1.25, 1.5, 2] as const;
/** The shortest clip, s: one picture and a little. */
const CLIP_S_MIN = 0.1;

/** Needs `recordings` and `recording`. */
@customElement('lucarne-playback')
@localized()
export class LucarnePlayback extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      video {
        width: 100%;
        max-height: 70vh;
        border-radius: var(--round);
        background: var(--night);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-2) var(--space-3);
      }
      .preparing {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        font-size: var(--text-s);
      }
      progress {
        width: min(14rem, 50vw);
        height: 0.5rem;
      }
      label {
        width: auto;
      }
      fieldset .row {
        align-items: center;
      }
      fieldset {
        display: grid;
        gap: var(--space-2);
        margin: 0;
        padding: var(--space-3);
        border: 1px solid var(--line);
        border-radius: var(--round);
      }
      legend {
        padding-inline: var(--space-1);
        font-size: var(--text-s);
      }
      output {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) recordings!: Recordings;
  @property({ attribute: false }) recording!: RecordingSummary;
  @state() private share = 0;
  @state() private files: RecordingFile[] | undefined;
  @state() private shown = 0;
  @state() private speed = 1;
  @state() private fromS = 0;
  @state() private toS: number | undefined;
  @state() private durationS = 0;
  @state() private fault: ShownFault | undefined;
  @query('video') private video?: HTMLVideoElement;
  readonly #cancel = new AbortController();
  #address: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#prepare();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#cancel.abort();
    this.#forgetAddress();
    for (const file of this.files ?? []) void file.discard();
  }

  protected override render(): TemplateResult {
    return html`
      <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
      ${this.files ? this.#renderPlayer(this.files) : this.fault ? nothing : this.#renderPreparing()}
    `;
  }

  #renderPreparing(): TemplateResult {
    const percent = Math.floor(this.share * 100);
    return html`<div class="preparing" role="status">
      <progress max="1" .value=${this.share} aria-label=${msg('Preparing the file')}></progress>
      <span>${msg(str`${percent} %`)}</span>
    </div>`;
  }

  #renderPlayer(files: readonly RecordingFile[]): TemplateResult {
    return html`
      <lucarne-replay .replay=${files[this.shown]?.room?.replay}>
        <video
          controls
          autoplay
          playsinline
          src=${this.#address ?? ''}
          aria-label=${this.recording.title || msg('Untitled broadcast')}
          @loadedmetadata=${this.#loaded}
          @error=${() => (this.fault = 'unexpected')}
        ></video>
      </lucarne-replay>
      <div class="row">
        <label>
          ${msg('Speed')}
          <select @change=${this.#changeSpeed}>
            ${SPEEDS.map((speed) => html`<option value=${speed}>${speed}×</option>`)}
          </select>
        </label>
        ${files.length < 2 ? nothing : this.#renderParts(files)}
      </div>
      <lucarne-gaps .files=${files}></lucarne-gaps>
      ${this.#renderClip()}
    `;
  }

  #renderParts(files: readonly RecordingFile[]): TemplateResult {
    return html`<label>
      ${msg('Part')}
      <select @change=${({ target }: Event) => this.#show(Number((target as HTMLSelectElement).value))}>
        ${files.map((_, i) => html`<option value=${i}>${msg(str`${i + 1} of ${files.length}`)}</option>`)}
      </select>
    </label>`;
  }

  #renderClip(): TemplateResult {
    const toS = this.toS ?? this.durationS;
    const clip: Clip = { part: this.shown, fromMs: this.fromS * 1000, toMs: toS * 1000 };
    const isSensible = toS - this.fromS >= CLIP_S_MIN;
    return html`<fieldset>
      <legend>${msg('Clip')}</legend>
      <div class="row">
        <button @click=${() => (this.fromS = this.video?.currentTime ?? 0)}>${msg('Starts here')}</button>
        <button @click=${() => (this.toS = this.video?.currentTime)}>${msg('Ends here')}</button>
        <output aria-live="polite">${durationText(clip.fromMs)} – ${durationText(clip.toMs)}</output>
      </div>
      <p class="soft" ?hidden=${isSensible}>${msg('A clip ends after it starts: move one of the two.')}</p>
      <div class="row" ?hidden=${!isSensible}>
        <lucarne-download
          .recordings=${this.recordings}
          .clip=${clip}
          recording-id=${this.recording.id}
          label=${msg('Download clip')}
        ></lucarne-download>
      </div>
    </fieldset>`;
  }

  async #prepare(): Promise<void> {
    const { signal } = this.#cancel;
    const progress = (share: number): void => void (this.share = share);
    try {
      const files = await this.recordings.exportFiles(this.recording.id, { progress, signal });
      if (signal.aborted) for (const file of files) void file.discard();
      else {
        this.files = files;
        this.#show(0);
      }
    } catch (error) {
      if (!signal.aborted) this.fault = faultOf(error);
    }
  }

  #show(part: number): void {
    const file = this.files?.[part];
    if (!file) return;
    this.#forgetAddress();
    this.#address = URL.createObjectURL(file.file);
    this.shown = part;
    this.fromS = 0;
    this.toS = undefined;
    this.requestUpdate();
  }

  readonly #loaded = ({ target }: Event): void => {
    const video = target as HTMLVideoElement;
    video.playbackRate = this.speed;
    this.durationS = video.duration;
  };

  readonly #changeSpeed = ({ target }: Event): void => {
    this.speed = Number((target as HTMLSelectElement).value);
    if (this.video) this.video.playbackRate = this.speed;
  };

  #forgetAddress(): void {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-playback': LucarnePlayback;
  }
}
