// The sign of Lucarne: a skylight in a slanted roof, with the light of dawn behind its pane and on the floor.

import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** The sign alone, decorative; whoever shows it sets its height. */
export const mark: TemplateResult = html`<svg
  class="mark"
  viewBox="0 0 40 32"
  aria-hidden="true"
  focusable="false"
>
  <defs>
    <linearGradient id="lucarne-dawn" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#ffd991"></stop>
      <stop offset="1" stop-color="#ff7f5c"></stop>
    </linearGradient>
  </defs>
  <path d="M17 3h20L25 22H5z" fill="url(#lucarne-dawn)"></path>
  <path d="M27 3 15 22" stroke="currentColor" stroke-width="2.200"></path>
  <path
    d="M17 3h20L25 22H5z"
    fill="none"
    stroke="currentColor"
    stroke-width="2.600"
    stroke-linejoin="round"
  ></path>
  <path d="M2 29h21" stroke="currentColor" stroke-width="2.600" stroke-linecap="round"></path>
</svg>`;
