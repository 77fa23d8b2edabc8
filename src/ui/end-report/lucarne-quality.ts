// How well viewers saw, by how far from the broadcaster they were: one row a depth. Times watched by all of a depth together.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DepthQuality } from '../../session/session-api.ts';
import { baseStyles } from '../base-styles.ts';
import { language } from '../locale.ts';

const HOUR_MS = 3_600_000;
const SECONDS = { style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 2 } as const;
const PERCENT = { style: 'percent', maximumFractionDigits: 2 } as const;
/** The last row stands for all that is farther, too. */
const DEPTH_LAST = 8;

/** Shows `rows`, by depth. */
@customElement('lucarne-quality')
@localized()
export class LucarneQuality extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      caption {
        padding-block-end: var(--space-1);
        text-align: start;
      }
      th,
      td {
        padding: var(--space-2) 0 var(--space-2) var(--space-2);
        border-block-start: 1px solid var(--line);
        text-align: end;
        vertical-align: bottom;
      }
      thead th {
        border: 0;
        color: var(--ink-soft);
        font-weight: 400;
        font-size: var(--text-xs);
        line-height: 1.25;
      }
      tr > :first-child {
        padding-inline-start: 0;
        text-align: start;
      }
      tbody th {
        font-weight: 400;
      }
      @media (max-width: 24rem) {
        th,
        td {
          padding-inline-start: var(--space-1);
          font-size: var(--text-xs);
        }
        thead th {
          hyphens: auto;
          overflow-wrap: anywhere;
        }
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly DepthQuality[] = [];

  protected override render(): TemplateResult {
    return html`<table>
      <caption class="soft">
        ${msg('How well they saw')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${msg('The picture came')}</th>
          <th scope="col">${msg('Watched')}</th>
          <th scope="col">${msg('Delay')}</th>
          <th scope="col">${msg('Standing still')}</th>
          <th scope="col">${msg('Rerouted, per hour')}</th>
        </tr>
      </thead>
      <tbody>
        ${this.rows.map(
          (row) =>
            html`<tr>
              <th scope="row">${wayText(row.depth)}</th>
              <td>${watchedText(row.watchedMs)}</td>
              <td>${row.timedMs > 0 ? text(row.latencyMs / 1000, SECONDS) : '–'}</td>
              <td>${text(row.stallMs / row.watchedMs, PERCENT)}</td>
              <td>${text((row.reparents * HOUR_MS) / row.watchedMs, { maximumFractionDigits: 1 })}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

function wayText(depth: number): string {
  if (depth === 1) return msg('straight from you');
  if (depth === 2) return msg('through one viewer');
  const between = depth - 1;
  return depth < DEPTH_LAST
    ? msg(str`through ${between} viewers`)
    : msg(str`through ${between} viewers or more`);
}

function watchedText(ms: number): string {
  const [unit, divisor] = ms < HOUR_MS ? (['minute', 60_000] as const) : (['hour', HOUR_MS] as const);
  return text(ms / divisor, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 });
}

function text(value: number, format: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language(), format).format(value);
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-quality': LucarneQuality;
  }
}
