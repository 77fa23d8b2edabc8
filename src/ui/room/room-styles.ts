// Layout of the room on the watch page. Narrow: a bar under the picture, comments rising over it. Wide: a column beside it.

import { css } from 'lit';

/** For `lucarne-room`. */
export const roomStyles = css`
  :host {
    position: relative;
    display: grid;
    min-width: 0;
    padding: var(--space-2) var(--space-3);
    font-size: var(--text-s);
    background: var(--bar-ground, var(--night));
  }
  :host([large]) {
    font-size: 1.3rem;
  }
  lucarne-hearts {
    position: absolute;
    inset-block-end: calc(100% + var(--rise-end, 3.4rem));
    inset-inline-end: 0;
    width: 7rem;
    height: min(22rem, 50dvh);
  }
  .rising {
    position: absolute;
    inset-block-end: calc(100% + var(--rise-end, 3.4rem));
    inset-inline: var(--space-3) 25%;
    display: grid;
    gap: var(--space-2);
    justify-items: start;
    pointer-events: none;
  }
  .bubble {
    max-width: 100%;
    padding: 0.3em 0.7em;
    border-radius: var(--round);
    background: #070b1cb8;
    animation: rise 9s linear both;
  }
  .joined {
    font-size: var(--text-xs);
    opacity: 0.85;
  }
  .bubble.joined {
    animation-name: fade;
    animation-duration: 6s;
  }
  .joined.wide {
    display: none;
    min-height: 1.5em;
  }
  @keyframes fade {
    0%,
    90% {
      opacity: 0.85;
    }
    100% {
      opacity: 0;
    }
  }
  @keyframes rise {
    0% {
      opacity: 0;
      translate: 0 1.2rem;
    }
    4% {
      opacity: 1;
      translate: 0 0;
    }
    80% {
      opacity: 1;
    }
    100% {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bubble {
      animation-name: fade;
    }
  }
  .list {
    display: grid;
    gap: var(--space-2);
    align-content: start;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .list:not(.open) {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .list.open,
  .list:focus-within {
    max-height: 40dvh;
    padding: var(--space-2);
    border-radius: var(--round);
    background: #070b1cb8;
  }
  /* Nothing moves because a keyboard passes through. */
  .list:not(.open):focus-within {
    inset: auto 0 100%;
    width: auto;
    height: auto;
    overflow-y: auto;
    clip-path: none;
    background: #070b1cf2;
  }
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--space-2);
    align-items: start;
  }
  .report {
    min-height: 1.75rem;
    padding: 0 var(--space-2);
    color: var(--ink-soft);
    font-size: var(--text-xs);
    font-weight: 400;
  }
  .options summary {
    display: flex;
    justify-content: space-between;
    align-items: baseline;
    gap: var(--space-3);
    min-height: 1.75rem;
    cursor: pointer;
    font-size: var(--text-xs);
    color: var(--ink-soft);
  }
  .options summary span {
    white-space: nowrap;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    padding-block: var(--space-2);
  }
  .choices .field {
    flex: 1 1 100%;
  }
  .choices button {
    min-height: 2.5rem;
    padding-inline: var(--space-3);
    font-size: var(--text-xs);
  }
  [aria-pressed='true'] {
    border-color: var(--dawn);
    background: var(--raised);
  }
  @media (forced-colors: active) {
    [aria-pressed='true'] {
      background: Highlight;
      color: HighlightText;
    }
  }
  :host([quiet]) .rising,
  :host([quiet]) .row,
  :host([quiet]) .joined,
  :host([quiet]) lucarne-hearts {
    display: none;
  }
  @media (min-width: 48rem), (min-width: 30rem) and (orientation: landscape) {
    :host {
      grid-template-rows: auto minmax(0, 1fr) auto;
      width: clamp(15rem, 27vw, 23rem);
      border-inline-start: 1px solid var(--line);
    }
    .rising,
    .narrow {
      display: none;
    }
    .joined.wide {
      display: block;
    }
    .list,
    .list:not(.open),
    .list:not(.open):focus-within,
    .list.open {
      position: static;
      width: auto;
      height: auto;
      max-height: none;
      min-height: 0;
      clip-path: none;
      overflow-y: auto;
      align-content: start;
      padding: var(--space-2) 0;
      background: none;
    }
    lucarne-hearts {
      inset-block-end: 4rem;
      inset-inline-end: 100%;
      height: 55dvh;
    }
  }
  @media (max-height: 30rem) and (orientation: landscape) {
    :host {
      padding-block: var(--space-1);
    }
    .options summary {
      min-height: 1.5rem;
    }
  }
  /* A phone on its side: the room has all that a wide picture leaves beside it, where 7.7rem of the height are bars. */
  @media (min-width: 30rem) and (max-height: 30rem) and (orientation: landscape) {
    :host {
      width: clamp(15rem, 100vw - (100dvh - 7.7rem) * 16 / 9, 23rem);
    }
    .foot:has(lucarne-moderation) {
      max-height: calc(100dvh - 13.5rem);
      overflow-y: auto;
    }
  }
`;
