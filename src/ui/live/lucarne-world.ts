// The world, with a mark where broadcasts say they are. Drawn from the borders of land in the package world-atlas (Natural Earth,
// public domain): nobody's tile server is asked. The list beside it says the same in words; each mark is a button.

import { localized, msg, str } from '@lit/localize';
import { geoEqualEarth, geoGraticule10, geoPath } from 'd3-geo';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import land from 'world-atlas/land-110m.json';
import type { LiveEntry } from '../../session/session-api.ts';
import { baseStyles } from '../base-styles.ts';
import { placeText, titleText } from './live-words.ts';

const WIDTH = 960;
const HEIGHT = 470;

/** The wish to see a broadcast. */
export class LucarneChooseRequest extends Event {
  static readonly type = 'lucarne-choose-request';
  readonly entry: LiveEntry;
  constructor(entry: LiveEntry) {
    super(LucarneChooseRequest.type, { bubbles: true, composed: true });
    this.entry = entry;
  }
}

const projection = geoEqualEarth().fitExtent(
  [
    [4, 4],
    [WIDTH - 4, HEIGHT - 4],
  ],
  { type: 'Sphere' },
);
const draw = geoPath(projection).digits(1);
const world = land as unknown as Topology<{ land: GeometryCollection }>;
const LAND = draw(feature(world, world.objects.land)) ?? '';
const SEA = draw({ type: 'Sphere' }) ?? '';
const LINES = draw(geoGraticule10()) ?? '';

/** Shows `entries` that have a place; fires LucarneChooseRequest. */
@customElement('lucarne-world')
@localized()
export class LucarneWorld extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      .map {
        position: relative;
        max-width: 60rem;
        margin-inline: auto;
      }
      svg {
        display: block;
        width: 100%;
        height: auto;
      }
      .sea {
        fill: light-dark(#dfeaf2, #10183a);
        stroke: var(--line);
      }
      .lines {
        fill: none;
        stroke: light-dark(#fff9, #ffffff14);
        stroke-width: 0.75;
      }
      .land {
        fill: light-dark(#c9b894, #39457c);
      }
      button {
        position: absolute;
        display: grid;
        place-items: center;
        width: 1.75rem;
        height: 1.75rem;
        padding: 0;
        border: 2px solid var(--surface);
        border-radius: 50%;
        background: var(--live);
        color: var(--live-ink);
        font: 700 var(--text-xs) / 1 var(--font);
        translate: -50% -50%;
        cursor: pointer;
      }
      /* What is pressed is larger than what is seen. */
      button::after {
        content: '';
        position: absolute;
        inset: -0.5rem;
      }
      button[aria-current='true'] {
        background: var(--dawn);
        color: var(--dawn-ink);
        outline: 2px solid var(--ink);
      }
      /* Marks may lie on each other. */
      button:focus-visible {
        z-index: 1;
      }
      @media (forced-colors: active) {
        .land {
          fill: CanvasText;
        }
        .sea {
          fill: Canvas;
        }
      }
    `,
  ];

  @property({ attribute: false }) entries: readonly LiveEntry[] = [];
  /** The broadcast that is on the screen. */
  @property({ attribute: 'chosen-id' }) chosenId: string | undefined;

  protected override render(): TemplateResult {
    const placed = this.entries.filter(({ place }) => place);
    const places = Map.groupBy(placed, ({ place }) => `${place?.latitude}/${place?.longitude}`);
    return html`<div class="map" role="group" aria-label=${msg('Where broadcasts say they are')}>
      <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <path class="sea" d=${SEA}></path>
        <path class="lines" d=${LINES}></path>
        <path class="land" d=${LAND}></path>
      </svg>
      ${repeat(
        places,
        ([key]) => key,
        ([, here]) => this.#renderMark(here),
      )}
    </div>`;
  }

  #renderMark(here: readonly LiveEntry[]): TemplateResult | undefined {
    const [first] = here;
    const place = first?.place;
    const point = place && projection([place.longitude, place.latitude]);
    if (!point) return undefined;
    const at = here.findIndex(({ broadcastId }) => broadcastId === this.chosenId);
    // Pressed again, the mark of several brings the next of them.
    const next = here[(at + 1) % here.length] ?? first;
    const where = placeText(place);
    const name =
      here.length === 1 ? `${titleText(first)}, ${where}` : msg(str`${here.length} broadcasts at ${where}`);
    return html`<button
      ${ref((mark) => putAt(mark, point))}
      aria-label=${name}
      title=${name}
      aria-current=${at === -1 ? 'false' : 'true'}
      @click=${() => this.dispatchEvent(new LucarneChooseRequest(next))}
    >
      ${here.length > 1 ? here.length : ''}
    </button>`;
  }
}

/** By script and not by a style attribute, which a strict content security policy refuses. */
function putAt(mark: Element | undefined, [x, y]: [x: number, y: number]): void {
  if (!(mark instanceof HTMLElement)) return;
  mark.style.left = `${(x / WIDTH) * 100}%`;
  mark.style.top = `${(y / HEIGHT) * 100}%`;
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-world': LucarneWorld;
  }
}
