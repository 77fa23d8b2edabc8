// One comment on a screen. Its text is only ever set as text, in a direction of its own, and never taller than six lines.

import { css, html } from 'lit';
import type { TemplateResult } from 'lit';
import type { RoomComment } from '../../room/room-packet.ts';
import { speakerName } from './room-words.ts';

/** Colours that viewers are told apart by; the same author has the same one everywhere. */
const HUES = 8;

/** The author's colour, 0 to HUES - 1. */
export function hueOf(by: string): number {
  return by === '' ? 0 : Number.parseInt(by.slice(0, 2), 16) % HUES;
}

/** Who, and what. */
export function renderComment(comment: RoomComment): TemplateResult {
  const { by, text } = comment;
  return html`<p class="comment">
    <bdi class=${by === '' ? 'who host' : 'who'} data-hue=${hueOf(by)}>${speakerName(comment)}</bdi>
    <bdi class="text">${text}</bdi>
  </p>`;
}

/** For whoever renders comments. Colours are light: the room stands on the night of the picture, or on a dark card. */
export const commentStyles = css`
  .comment {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 6;
    line-clamp: 6;
    max-height: calc(6 * 1.35em);
    overflow: hidden;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }
  .who {
    margin-inline-end: 0.35em;
    font-weight: 700;
    color: var(--hue, inherit);
  }
  .host {
    padding: 0.05em 0.45em;
    border-radius: 0.3em;
    background: var(--dawn);
    color: var(--dawn-ink);
  }
  [data-hue='0'] {
    --hue: light-dark(#8a3f00, #ffcf8a);
  }
  [data-hue='1'] {
    --hue: light-dark(#a3245b, #ffa6c9);
  }
  [data-hue='2'] {
    --hue: light-dark(#6d3bb8, #d3b8ff);
  }
  [data-hue='3'] {
    --hue: light-dark(#2f47c8, #b3c2ff);
  }
  [data-hue='4'] {
    --hue: light-dark(#0b6390, #9adcff);
  }
  [data-hue='5'] {
    --hue: light-dark(#0c6b62, #8fe6d8);
  }
  [data-hue='6'] {
    --hue: light-dark(#2f6b1d, #b5e59b);
  }
  [data-hue='7'] {
    --hue: light-dark(#9a3412, #ffb59a);
  }
`;
