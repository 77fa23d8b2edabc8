// What a broadcast was: its figures, the line of those watching, and both to take away. No countries, no names: nobody asked for them.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AirReport } from '../../session/session-api.ts';
import { countText, dateText, durationText, sizeText } from '../amounts.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { saveFile } from '../download/save-file.ts';
import './lucarne-quality.ts';
import { minutesOf, qualityOf, reportCsv, reportJson, totalsOf } from './report-files.ts';
import { CHART_HEIGHT, CHART_WIDTH, chartLines } from './viewers-chart.ts';

/** Shows `report`. `recordedBytes`: the size of its recording, where that is known. */
@customElement('lucarne-end-report')
@localized()
export class LucarneEndReport extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-4);
      }
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
        gap: 1px;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background: var(--surface);
      }
      dl div {
        display: flex;
        flex-direction: column-reverse;
        justify-content: flex-end;
        padding: var(--space-3) var(--space-4);
        /* The last row may end early: lines between, and nothing behind. */
        box-shadow: 0 0 0 1px var(--line);
      }
      dt {
        font-size: var(--text-s);
      }
      dd {
        font: 600 var(--text-l) / 1.3 var(--font-display);
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      figure {
        display: grid;
        gap: var(--space-1);
        margin: 0;
      }
      .plot {
        position: relative;
        padding-block-start: 1.4rem;
        border-block-end: 1px solid var(--edge);
      }
      .most {
        position: absolute;
        inset-block-start: 0;
        inset-inline-start: 0;
        font-size: var(--text-xs);
      }
      svg {
        display: block;
        width: 100%;
        height: 10rem;
        overflow: visible;
      }
      .line {
        fill: none;
        stroke: var(--dawn);
        stroke-width: 2;
        stroke-linejoin: round;
        vector-effect: non-scaling-stroke;
      }
      .area {
        fill: var(--dawn);
        opacity: 0.18;
      }
      .times,
      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: var(--space-2);
        font-size: var(--text-xs);
      }
      .ways {
        justify-content: flex-start;
      }
    `,
  ];

  @property({ attribute: false }) report!: AirReport;
  @property({ attribute: false }) recordedBytes: number | undefined;

  protected override render(): TemplateResult {
    return html`
      <dl>
        ${this.#figures().map(
          ([name, value]) =>
            html`<div>
              <dt class="soft">${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      ${totalsOf(this.report).viewersMax > 0 ? this.#renderChart() : nothing} ${this.#renderQuality()}
      <div class="ways">
        <button class="quiet" @click=${() => this.#save('json', reportJson(this.report))}>
          ${msg('Report as JSON')}
        </button>
        <button class="quiet" @click=${() => this.#save('csv', reportCsv(this.report))}>
          ${msg('Report as CSV')}
        </button>
      </div>
    `;
  }

  #figures(): [name: string, value: string][] {
    const totals = totalsOf(this.report);
    return [
      [msg('On air'), durationText(totals.durationMs)],
      [msg('Most watching at once'), countText(totals.viewersMax)],
      [msg('Minutes watched'), countText(minutesOf(totals.watchedMs))],
      [msg('Hearts'), countText(totals.hearts)],
      [msg('Comments'), countText(totals.comments)],
      [msg('Comments not shown'), countText(totals.leftOut)],
      [msg('Questions'), countText(totals.questions)],
      [msg('Reports by viewers'), countText(totals.reports)],
      ...(this.recordedBytes === undefined
        ? []
        : ([[msg('Recorded here'), sizeText(this.recordedBytes)]] as [string, string][])),
    ];
  }

  #renderChart(): TemplateResult {
    const { stretches } = this.report;
    const [first, last] = [stretches[0], stretches.at(-1)];
    const most = countText(totalsOf(this.report).viewersMax);
    return html`<figure>
      <figcaption class="soft">${msg('Watching over time')}</figcaption>
      <div class="plot">
        <span class="most soft">${most}</span>
        <svg
          viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}"
          preserveAspectRatio="none"
          role="img"
          aria-label=${msg(str`At most ${most} were watching at once.`)}
        >
          ${chartLines(stretches)}
        </svg>
      </div>
      <div class="times soft">
        <span>${first ? dateText(first.startedAtMs) : ''}</span>
        <span>${last ? dateText(last.startedAtMs + last.durationMs) : ''}</span>
      </div>
    </figure>`;
  }

  #renderQuality(): TemplateResult | typeof nothing {
    const rows = qualityOf(this.report);
    return rows.length > 0 ? html`<lucarne-quality .rows=${rows}></lucarne-quality>` : nothing;
  }

  #save(ending: 'json' | 'csv', text: string): void {
    const type = ending === 'csv' ? 'text/csv' : 'application/json';
    saveFile({
      name: `lucarne-report-${this.report.broadcastId}.${ending}`,
      file: new Blob([text], { type }),
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-end-report': LucarneEndReport;
  }
}
