// One row of buttons under the picture, which fits a phone of 320 px.

import { css } from 'lit';

/** For `lucarne-controls`. */
export const controlsStyles = css`
  :host {
    position: relative;
    display: flex;
    container-type: inline-size;
    align-items: center;
    gap: var(--space-1);
    color: var(--night-ink);
  }
  button {
    flex: none;
    width: var(--tap);
    padding: 0;
    border-color: transparent;
    color: inherit;
    font-size: var(--text-m);
  }
  button:hover {
    border-color: transparent;
    background: #ffffff24;
  }
  :focus-visible {
    outline-color: #ffd899;
    outline-offset: -2px;
  }
  .volume {
    width: clamp(4rem, 12cqw, 7rem);
  }
  /* A bar that holds more than buttons takes some of them out where it is narrow. */
  .volume,
  .keys {
    display: var(--bar-fine, inline-flex);
  }
  .extra {
    display: var(--bar-extra, inline-flex);
  }
  input {
    height: var(--tap);
    cursor: pointer;
  }
  .rest {
    display: flex;
    flex: 1;
    align-items: center;
    min-width: 0;
  }
  .bar {
    position: absolute;
    inset-inline: 0;
    inset-block-end: 100%;
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-2) var(--space-3);
    background: linear-gradient(#070b1c00, #070b1ccc 45%);
  }
  .bar input {
    display: block;
    flex: 1;
    width: auto;
    min-width: 0;
  }
  .behind {
    font-size: var(--text-s);
    font-variant-numeric: tabular-nums;
  }
  .bar .live {
    width: auto;
    min-height: 2.5rem;
    padding-inline: var(--space-3);
    border-color: #8c97c4;
    background: #070b1ca6;
    font-size: var(--text-s);
  }
  lucarne-keys {
    position: absolute;
    inset-block-end: calc(100% + var(--space-2));
    inset-inline-end: var(--space-3);
    z-index: 2;
  }
  /* A phone has its own keys for loudness, and no others; a page magnified to its width has them all the same, by "?". */
  @container (max-width: 30rem) {
    .volume,
    .keys {
      display: none;
    }
  }
  @media (hover: none) {
    .keys {
      display: none;
    }
  }
`;
