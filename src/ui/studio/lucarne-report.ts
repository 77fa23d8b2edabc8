// The studio after the broadcast: the recording to take home, the figures of the evening, and the way back on air.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AirReport, AirStretch, RecordingSummary, Recordings } from '../../session/session-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import '../end-report/lucarne-end-report.ts';
import '../download/lucarne-download.ts';
import '../words/lucarne-notice.ts';

/** The wish to go on under the same link. */
export class LucarneResumeRequest extends Event {
  static readonly type = 'lucarne-resume-request';
  constructor() {
    super(LucarneResumeRequest.type, { bubbles: true, composed: true });
  }
}

/** What a broadcast was, for its end report. */
export interface BroadcastReport {
  broadcastId: string;
  title: string;
  /** Absent when it never went live. */
  stretch: AirStretch | undefined;
}

/** Fires LucarneResumeRequest. `fault`: why the broadcast ended by itself, or why resuming failed. */
@customElement('lucarne-report')
@localized()
export class LucarneReport extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
        max-width: 44rem;
        margin-inline: auto;
      }
      h1 {
        overflow-wrap: anywhere;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        gap: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) report!: BroadcastReport;
  @property({ attribute: false }) recordings!: Recordings;
  @property({ attribute: false }) fault: ShownFault | undefined;
  @property({ type: Boolean, attribute: 'resuming' }) isResuming = false;
  /** All stretches on air, as far as they were kept; at first the one that has just ended. */
  @state() private endReport: AirReport | undefined;
  @state() private recording: RecordingSummary | undefined;
  @state() private listFault: ShownFault | undefined;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('report') && !changed.has('recordings')) return;
    const { stretch, broadcastId, title } = this.report;
    this.endReport ??= stretch && { broadcastId, title, stretches: [stretch] };
    void this.#find();
  }

  protected override render(): TemplateResult {
    const { broadcastId, title } = this.report;
    const fault = this.fault ?? this.listFault;
    return html`
      <h1>${this.fault ? msg('The broadcast has stopped') : msg('That was your broadcast')}</h1>
      <p class="soft" ?hidden=${!title}><bdi>${title}</bdi></p>
      ${
        this.endReport
          ? html`<lucarne-end-report
              .report=${this.endReport}
              .recordedBytes=${this.recording?.bytes}
            ></lucarne-end-report>`
          : nothing
      }
      <lucarne-notice .fault=${fault} ?hidden=${!fault}></lucarne-notice>
      <div class="ways">
        <lucarne-download
          primary
          .recordings=${this.recordings}
          recording-id=${broadcastId}
          label=${msg('Download recording')}
        ></lucarne-download>
        <button ?disabled=${this.isResuming} @click=${() => this.dispatchEvent(new LucarneResumeRequest())}>
          ${this.isResuming ? msg('Going live…') : msg('Resume broadcast')}
        </button>
        <a class="button" href="#/recordings">${msg('My recordings')}</a>
      </div>
      <p class="soft">
        ${msg('The recording stays on this device until you delete it. Resuming goes on under the same link.')}
      </p>
    `;
  }

  async #find(): Promise<void> {
    try {
      const all = await this.recordings.list();
      this.recording = all.find(({ id }) => id === this.report.broadcastId);
      // Earlier stretches are kept with the recording, and this one too.
      if (this.recording) this.endReport = (await this.recordings.report(this.recording)) ?? this.endReport;
    } catch (error) {
      this.listFault = faultOf(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-report': LucarneReport;
  }
}
