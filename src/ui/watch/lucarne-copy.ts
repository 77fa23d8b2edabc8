// Keeping a copy of what is on, where the broadcaster allows it: a button, how much has been kept, and why it ended.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { CopySession, CopyState, WatchSession } from '../../session/session-api.ts';
import { durationText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { faultText } from '../words/faults.ts';
import { SessionFollower } from '../session-follower.ts';

/** Needs `session`; `allowed` while the broadcaster allows copies. It stays to tell what became of one that was kept. */
@customElement('lucarne-copy')
@localized()
export class LucarneCopy extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
      }
      p {
        font-size: var(--text-xs);
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  @property({ attribute: false }) session!: WatchSession;
  @property({ type: Boolean }) allowed = false;
  @state() private copy: CopySession | undefined;
  @state() private isOpening = false;
  @state() private problem: 'elsewhere' | 'unexpected' | undefined;
  readonly #watchFollower = new SessionFollower(this);
  readonly #copyFollower = new SessionFollower(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('session')) return;
    this.#watchFollower.follow(this.session);
    // A copy belongs to the watch that it was begun in.
    this.copy = undefined;
    this.#copyFollower.follow(undefined);
  }

  protected override render(): TemplateResult {
    const { copy } = this;
    const isKeeping = copy?.state === 'starting' || copy?.state === 'keeping';
    const mayBegin = this.allowed && !isKeeping && this.session.state === 'live';
    return html`
      ${
        mayBegin
          ? html`<button ?disabled=${this.isOpening} @click=${() => void this.#keep()}>
              ${msg('Keep a copy')}
            </button>`
          : nothing
      }
      ${isKeeping ? html`<button @click=${() => void copy.stop()}>${msg('Stop keeping')}</button>` : nothing}
      ${copy?.state === 'keeping' ? html`<p>${msg(str`Kept so far: ${durationText(copy.keptMs)}`)}</p>` : nothing}
      <p role="status">${this.#statusText()}</p>
    `;
  }

  #statusText(): string {
    if (this.problem === 'elsewhere') return msg('Another tab is keeping a copy already.');
    if (this.problem === 'unexpected') return faultText('unexpected').sentence;
    if (!this.copy) return '';
    return copyText(this.copy.state, this.copy.keptMs > 0);
  }

  async #keep(): Promise<void> {
    this.isOpening = true;
    this.problem = undefined;
    const { session } = this;
    try {
      const copy = await session.keepCopy();
      if (session !== this.session) return;
      this.copy = copy;
      this.#copyFollower.follow(copy);
      if (!copy) this.problem = 'elsewhere';
    } catch {
      this.problem = 'unexpected';
    } finally {
      this.isOpening = false;
    }
  }
}

function copyText(state: CopyState, hasKept: boolean): string {
  switch (state) {
    case 'starting':
      return msg('Your copy begins in a moment…');
    case 'keeping':
      return '';
    case 'stopped':
      return hasKept ? msg('Your copy is in “My recordings”.') : '';
    case 'ended':
      return hasKept ? msg('The broadcast has ended. Your copy is in “My recordings”.') : '';
    case 'forbidden':
      return hasKept
        ? msg('The broadcaster no longer allows copies. What was kept by then is in “My recordings”.')
        : msg('The broadcaster no longer allows copies.');
    case 'full':
      return msg('This device is full. What was kept by then is in “My recordings”.');
    case 'failed':
      return msg('This device couldn’t keep everything. What it has is in “My recordings”.');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-copy': LucarneCopy;
  }
}
