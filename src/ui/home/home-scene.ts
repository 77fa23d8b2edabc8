// The picture of the home page: dawn over the roofs, seen through a skylight, and its light falling into the room.
// Decorative; its colours follow the scheme through `scene-` classes in home-styles.

import { svg, html } from 'lit';
import type { TemplateResult } from 'lit';

const roofs = svg`
  <path class="scene-far" d="M40 330v-62l34-26 30 22v-30l46-34 52 38v20l40-28 44 34v-46l38-28 48 36v36l44-32 60 46v54z"></path>
  <path class="scene-near" d="M40 340v-34l56-34 58 30v-18h16v26l62-40 74 42v-26h18v36l60-34 70 30v22z"></path>
  <path class="scene-aerial" d="M232 272v-76M208 204h48M214 216h36M220 228h24"></path>
`;

const stars = svg`
  <g class="scene-stars">
    <circle cx="238" cy="74" r="1.800"></circle><circle cx="300" cy="60" r="1.200"></circle>
    <circle cx="352" cy="92" r="1.600"></circle><circle cx="428" cy="64" r="2"></circle>
    <circle cx="462" cy="104" r="1.200"></circle><circle cx="212" cy="120" r="1.300"></circle>
    <circle cx="386" cy="128" r="1.100"></circle><circle cx="276" cy="110" r="1.100"></circle>
  </g>
`;

/** The scene; it scales to the width it is given and keeps its shape. */
export const homeScene: TemplateResult = html`<svg
  class="scene"
  viewBox="0 0 560 500"
  aria-hidden="true"
  focusable="false"
>
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop class="sky-1" offset="0"></stop>
      <stop class="sky-2" offset="0.420"></stop>
      <stop class="sky-3" offset="0.720"></stop>
      <stop class="sky-4" offset="1"></stop>
    </linearGradient>
    <linearGradient id="beam" x1="0.600" y1="0" x2="0.400" y2="1">
      <stop class="beam-1" offset="0"></stop>
      <stop class="beam-2" offset="1"></stop>
    </linearGradient>
    <radialGradient id="sun">
      <stop class="sun-1" offset="0"></stop>
      <stop class="sun-2" offset="1"></stop>
    </radialGradient>
    <clipPath id="glass"><path d="M198 40h310L392 326H82z"></path></clipPath>
  </defs>
  <path d="M76 336h318l-84 164H-30z" fill="url(#beam)"></path>
  <g clip-path="url(#glass)">
    <path d="M60 30h470v310H60z" fill="url(#sky)"></path>
    ${stars}
    <circle cx="398" cy="238" r="140" fill="url(#sun)"></circle>
    <circle class="scene-sun" cx="398" cy="236" r="33"></circle>
    ${roofs}
    <path class="scene-shine" d="M300 20h70L240 340h-70z"></path>
  </g>
  <path class="scene-frame" d="M353 40 237 326M140 183h310"></path>
  <path class="scene-frame scene-outer" d="M198 40h310L392 326H82z"></path>
  <path class="scene-frame scene-sill" d="M66 336h338"></path>
</svg>`;
