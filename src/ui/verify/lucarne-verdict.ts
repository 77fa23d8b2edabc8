// The answer of a verification: what the file is, what it lacks, and how to make sure whose it is.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MissingPiece, RecordingVerdict } from '../../session/session-api.ts';
import { timeSpanText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { pieceText, verdictWords } from './verdict-words.ts';

const TICK = svg`<path d="M4 13l5 5L20 6" />`;
const CROSS = svg`<path d="M6 6l12 12M18 6L6 18" />`;

/** Needs `verdict`; `link` is the address up to the broadcast id, `is-linked` whether a link was given to compare with. */
@customElement('lucarne-verdict')
@localized()
export class LucarneVerdict extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3) var(--space-4);
        padding: var(--space-5);
        border: 1.5px solid var(--tone);
        border-radius: var(--round-l);
        background: var(--surface);
      }
      .good {
        --tone: var(--proven);
      }
      .bad {
        --tone: var(--live-text);
      }
      .sign {
        display: grid;
        place-items: center;
        width: 2.25rem;
        height: 2.25rem;
        border-radius: 50%;
        background: var(--tone);
        color: var(--surface);
      }
      h2 {
        align-self: center;
      }
      .rest {
        display: grid;
        grid-column: 1 / -1;
        gap: var(--space-3);
      }
      ul {
        display: grid;
        gap: var(--space-1);
        padding-inline-start: 1.25rem;
      }
      dl {
        display: grid;
        gap: var(--space-3);
        padding-block-start: var(--space-3);
        border-block-start: 1px solid var(--line);
        overflow-wrap: anywhere;
      }
      dt {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .address {
        font: var(--text-xs) / 1.5 var(--font-mono);
      }
      .id {
        font-weight: 700;
        color: var(--ink);
      }
      @media (min-width: 40rem) {
        .rest {
          grid-column: 2;
        }
      }
    `,
  ];

  @property({ attribute: false }) verdict!: RecordingVerdict;
  @property() link = '';
  @property({ type: Boolean, attribute: 'is-linked' }) isLinked = false;

  protected override render(): TemplateResult {
    const { verdict } = this;
    const { heading, sentence, step } = verdictWords(verdict);
    const isGood = verdict.is === 'whole' || verdict.is === 'cut';
    return html`<section class=${isGood ? 'good' : 'bad'}>
      <span class="sign" aria-hidden="true">
        <svg class="icon" viewBox="0 0 24 24">${isGood ? TICK : CROSS}</svg>
      </span>
      <h2>${heading}</h2>
      <div class="rest">
        <p>${sentence}</p>
        ${isGood ? this.#renderPieces(verdict.pieces) : nothing}
        <p ?hidden=${step === ''}>${step}</p>
        ${this.#renderFacts(verdict)}
      </div>
    </section>`;
  }

  #renderPieces(pieces: readonly MissingPiece[]): TemplateResult | typeof nothing {
    if (pieces.length === 0) return nothing;
    return html`<ul>
      ${pieces.map((piece) => html`<li>${pieceText(piece)}</li>`)}
    </ul>`;
  }

  #renderFacts(verdict: RecordingVerdict): TemplateResult | typeof nothing {
    if (verdict.is === 'unreadable') return nothing;
    const isTold = verdict.is === 'whole' || verdict.is === 'cut';
    return html`<dl>
      ${
        isTold
          ? html`<div>
                <dt>${msg('Title')}</dt>
                <dd><bdi>${verdict.title || msg('Untitled broadcast')}</bdi></dd>
              </div>
              <div>
                <dt>${msg('On air')}</dt>
                <dd>${timeSpanText(verdict.fromMs, verdict.toMs)}</dd>
              </div>`
          : nothing
      }
      <div>
        <dt>${this.#linkLabel(verdict.is)}</dt>
        <dd class="address">${this.link}<span class="id">${verdict.broadcastId}</span></dd>
        <dd class="soft" ?hidden=${this.isLinked}>
          ${msg('A proof shows what was broadcast under its link, not by whom. Compare this with the link that you know.')}
        </dd>
      </div>
    </dl>`;
  }

  #linkLabel(is: RecordingVerdict['is']): string {
    if (is === 'foreign') return msg('The link of this proof');
    return this.isLinked ? msg('Broadcast under your link') : msg('Broadcast under this link');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-verdict': LucarneVerdict;
  }
}
