// My recordings: what this device has kept, to play, to download, to rename or to delete.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Lucarne, RecordingSummary } from '../../session/session-api.ts';
import { sizeText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import '../words/lucarne-notice.ts';
import './lucarne-recording.ts';
import type { LucarneRecording } from './lucarne-recording.ts';

/** How long a deletion can be undone, ms. A page that is left deletes at once; one that is closed has deleted nothing. */
const UNDO_MS = 20_000;
/** Below this, bytes, space is called short: half an hour of 720p. */
const SHORT_BYTES = 500_000_000;

/** Needs `lucarne`. */
@customElement('lucarne-recordings')
@localized()
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
      .gone {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
        padding: var(--space-4);
        border: 1px dashed var(--edge);
        border-radius: var(--round-l);
      }
      .gone p {
        flex: 1 1 14rem;
        overflow-wrap: anywhere;
      }
      .empty,
      .space {
        display: grid;
        gap: var(--space-4);
        justify-items: start;
      }
      .space {
        gap: var(--space-2);
      }
      meter {
        width: min(100%, 20rem);
        height: 0.6rem;
      }
      .short {
        color: var(--live-text);
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  @state() private recordings: RecordingSummary[] | undefined;
  @state() private space: { usedBytes: number; leftBytes: number } | undefined;
  @state() private fault: ShownFault | undefined;
  protected readonly focusKeeper = new FocusKeeper(this);
  /** Recordings that are to be deleted, and the timers that will do it. */
  readonly #doomed = new Map<string, number>();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const id of [...this.#doomed.keys()]) void this.#delete(id);
  }

  protected override render(): TemplateResult {
    const { recordings } = this;
    return html`
      <h1>${msg('My recordings')}</h1>
      <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
      ${recordings?.length === 0 ? this.#renderEmpty() : nothing}
      <ul ?hidden=${!recordings?.length}>
        ${repeat(
          recordings ?? [],
          ({ id }) => id,
          (recording) => html`<li>${this.#renderRecording(recording)}</li>`,
        )}
      </ul>
      ${this.space && recordings?.length ? this.#renderSpace(this.space) : nothing}
      <p class="soft"><a href="#/verify">${msg('Verify a recording')}</a></p>
    `;
  }

  #renderEmpty(): TemplateResult {
    return html`<div class="empty">
      <p>${msg('Nothing here yet. Each broadcast is recorded on this device while it is on air.')}</p>
      <a class="button primary" href="#/studio">${msg('Go live')}</a>
    </div>`;
  }

  #renderRecording(recording: RecordingSummary): TemplateResult {
    if (this.#doomed.has(recording.id)) return this.#renderGone(recording);
    return html`<lucarne-recording
      data-id=${recording.id}
      .recordings=${this.lucarne.recordings}
      .recording=${recording}
      @lucarne-delete-request=${() => void this.#doom(recording.id)}
    ></lucarne-recording>`;
  }

  #renderGone({ id, title, isCopy }: RecordingSummary): TemplateResult {
    const name = title || msg('Untitled broadcast');
    return html`<div class="gone" role="status">
      <p>
        ${isCopy ? msg(str`“${name}” is deleted.`) : msg(str`“${name}” is deleted, and its link with it.`)}
      </p>
      <button data-undo=${id} @click=${() => void this.#undo(id)}>${msg('Undo')}</button>
    </div>`;
  }

  #renderSpace({ usedBytes, leftBytes }: { usedBytes: number; leftBytes: number }): TemplateResult {
    const isShort = leftBytes < SHORT_BYTES;
    return html`<div class="space">
      <p class="soft" id="space">
        ${msg(str`${sizeText(usedBytes)} kept on this device, room for ${sizeText(leftBytes)} more.`)}
      </p>
      <meter
        aria-labelledby="space"
        max=${usedBytes + leftBytes}
        high=${usedBytes + leftBytes - SHORT_BYTES}
        .value=${usedBytes}
      ></meter>
      <p class="soft short" ?hidden=${!isShort}>
        ${msg('Nearly full: download what you want to keep, then delete it here.')}
      </p>
    </div>`;
  }

  async #doom(id: string): Promise<void> {
    this.#doomed.set(
      id,
      window.setTimeout(() => void this.#delete(id), UNDO_MS),
    );
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`[data-undo="${id}"]`)?.focus();
  }

  async #undo(id: string): Promise<void> {
    clearTimeout(this.#doomed.get(id));
    this.#doomed.delete(id);
    this.requestUpdate();
    await this.updateComplete;
    await this.renderRoot.querySelector<LucarneRecording>(`[data-id="${id}"]`)?.focusDelete();
  }

  async #delete(id: string): Promise<void> {
    clearTimeout(this.#doomed.get(id));
    try {
      await this.lucarne.recordings.delete(id);
    } catch (error) {
      this.fault = faultOf(error);
    }
    this.#doomed.delete(id);
    if (this.isConnected) await this.#read();
  }

  async #read(): Promise<void> {
    try {
      const { recordings } = this.lucarne;
      const all = await recordings.list();
      this.recordings = all.sort((a, b) => b.startedAtMs - a.startedAtMs);
      this.space = await recordings.space();
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
