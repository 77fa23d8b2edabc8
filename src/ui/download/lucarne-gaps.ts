// Says in plain words what exported files lack, and why there are several. Renders nothing when there is nothing to say.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RecordingFile, RecordingGap } from '../../session/session-api.ts';
import { durationText } from '../amounts.ts';
import { baseStyles } from '../base-styles.ts';

/** Needs `files`. */
@customElement('lucarne-gaps')
@localized()
export class LucarneGaps extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        display: block;
        max-width: 36rem;
        font-size: var(--text-s);
      }
      ul {
        margin: 0;
        padding-inline-start: 1.2em;
      }
    `,
  ];

  @property({ attribute: false }) files: readonly Pick<RecordingFile, 'gaps'>[] = [];

  protected override render(): TemplateResult {
    const count = this.files.length;
    const lines = this.files.flatMap(({ gaps }, i) => gaps.map((gap) => lineOf(gap, i, count)));
    return html`
      ${
        count < 2
          ? nothing
          : html`<p>${msg(str`In ${count} files: the settings of picture or sound changed in between.`)}</p>`
      }
      ${lines.length === 0 ? nothing : this.#renderLines(lines)}
    `;
  }

  #renderLines(lines: readonly string[]): TemplateResult {
    return html`
      <p>${msg('There are gaps. The picture stands still in them, and all that follows keeps its time:')}</p>
      <ul>
        ${lines.map((line) => html`<li>${line}</li>`)}
      </ul>
    `;
  }
}

/** A gap of file `index` out of `count`. */
function lineOf(gap: RecordingGap, index: number, count: number): string {
  const text = gapText(gap);
  return count < 2 ? text : msg(str`File ${index + 1}: ${text}`);
}

/** One gap, in the language on the screen; a gap of less than a second reads as the whole seconds around it. */
export function gapText({ where, why, fromMs, toMs }: RecordingGap): string {
  if (where === 'start') return msg('what came before its start was lost.');
  if (where === 'end') return msg('what came after its end was lost.');
  const from = durationText(fromMs);
  const to = durationText(Math.ceil(toMs / 1000) * 1000);
  return why === 'off-air'
    ? msg(str`from ${from} to ${to}, nothing was on air.`)
    : msg(str`from ${from} to ${to}, the recording was lost.`);
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-gaps': LucarneGaps;
  }
}
