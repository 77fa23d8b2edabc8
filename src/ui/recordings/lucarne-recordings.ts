// My recordings: what this device has kept, to download or to delete.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Lucarne, RecordingSummary } from '../../session/session-api.ts';
import { dateText, durationText, sizeText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { faultOf } from '../faults.ts';
import type { ShownFault } from '../faults.ts';
import '../lucarne-download.ts';
import '../lucarne-notice.ts';

/** Needs `lucarne`. Deleting asks once more on the spot, because the broadcast's link dies with its recording. */
@localized()
@customElement('lucarne-recordings')
export class LucarneRecordings extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
        width: 100%;
        max-width: 48rem;
        margin-inline: auto;
      }
      ul {
        display: grid;
        gap: var(--space-4);
        list-style: none;
      }
      li {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-5);
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background: var(--surface);
      }
      h2 {
        overflow-wrap: anywhere;
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        align-items: start;
        gap: var(--space-2);
      }
      .empty {
        display: grid;
        gap: var(--space-4);
        justify-items: start;
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  @state() private recordings: RecordingSummary[] | undefined;
  @state() private fault: ShownFault | undefined;
  @state() private doomedId: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  protected override render(): TemplateResult {
    const { recordings } = this;
    return html`
      <h1>${msg('My recordings')}</h1>
      <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
      ${recordings?.length === 0 ? this.#renderEmpty() : nothing}
      <ul ?hidden=${!recordings?.length}>
        ${recordings?.map((recording) => this.#renderRecording(recording))}
      </ul>
    `;
  }

  #renderEmpty(): TemplateResult {
    return html`<div class="empty">
      <p>${msg('Nothing here yet. Each broadcast is recorded on this device while it is on air.')}</p>
      <a class="button primary" href="#/studio">${msg('Go live')}</a>
    </div>`;
  }

  #renderRecording({
    id,
    title,
    startedAtMs,
    durationMs,
    bytes,
    isComplete,
    isLive,
  }: RecordingSummary): TemplateResult {
    const facts = [dateText(startedAtMs), durationText(durationMs), sizeText(bytes)];
    if (!isComplete && !isLive) facts.push(msg('interrupted'));
    return html`<li>
      <h2><bdi>${title || msg('Untitled broadcast')}</bdi></h2>
      <p class="soft">${facts.join(' · ')}</p>
      <p class="soft" ?hidden=${!isLive}>
        ${msg('On air at this moment: it can be deleted when it has ended.')}
      </p>
      <div class="ways" ?hidden=${this.doomedId === id}>
        <lucarne-download
          .recordings=${this.lucarne.recordings}
          recording-id=${id}
          label=${msg('Download')}
        ></lucarne-download>
        <button class="danger" ?disabled=${isLive} @click=${() => (this.doomedId = id)}>
          ${msg('Delete')}
        </button>
      </div>
      <div role="status">${this.doomedId === id ? this.#renderQuestion(id) : nothing}</div>
    </li>`;
  }

  #renderQuestion(id: string): TemplateResult {
    return html`
      <p>${msg('The recording is gone for good then, and its link with it. Delete it?')}</p>
      <div class="ways">
        <button class="danger" @click=${() => void this.#delete(id)}>${msg('Delete for good')}</button>
        <button @click=${() => (this.doomedId = undefined)}>${msg('Keep it')}</button>
      </div>
    `;
  }

  async #delete(id: string): Promise<void> {
    try {
      await this.lucarne.recordings.delete(id);
    } catch (error) {
      this.fault = faultOf(error);
    }
    this.doomedId = undefined;
    await this.#read();
  }

  async #read(): Promise<void> {
    try {
      const all = await this.lucarne.recordings.list();
      this.recordings = all.sort((a, b) => b.startedAtMs - a.startedAtMs);
    } catch (error) {
      this.fault = faultOf(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-recordings': LucarneRecordings;
  }
}
