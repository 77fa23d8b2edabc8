// How the player lays out: the picture in a stage that keeps its shape, the controls under it and never over it.

import { css } from 'lit';

/** For `lucarne-player`. */
export const playerStyles = css`
  :host {
    display: grid;
    /* Whatever the controls hold, they are no wider than the picture. */
    grid-template: minmax(0, 1fr) auto / minmax(0, 1fr);
    overflow: hidden;
    background: var(--night);
    color: var(--night-ink);
  }
  .stage {
    position: var(--stage-position, relative);
    inset: var(--stage-inset, auto);
    display: grid;
    min-height: var(--stage-height, 0);
    aspect-ratio: var(--stage-aspect, var(--aspect));
  }
  .stage[data-empty] {
    background: radial-gradient(110% 80% at 72% 0%, #1d2753 0%, var(--night) 65%);
  }
  .picture,
  .picture > * {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: var(--picture-fit, contain);
    /* Two taps are a heart; two fingers magnify as ever. */
    touch-action: manipulation;
  }
  .picture::after {
    position: absolute;
    inset: 0;
    background: var(--scrim, none);
    content: '';
  }
  slot[name='veil'] {
    display: grid;
    position: var(--veil-position, absolute);
    inset: 0;
    pointer-events: none;
  }
  ::slotted(*) {
    pointer-events: auto;
  }
  .unmute {
    position: absolute;
    inset-block-end: var(--unmute-end, var(--space-4));
    inset-inline: 0;
    justify-self: center;
    width: fit-content;
    min-height: 3.25rem;
    margin-inline: auto;
    padding-inline: 1.75rem;
    font-size: var(--text-m);
  }
  /* Its place is kept until its code is there. */
  lucarne-controls {
    grid-row: 2;
    display: flex;
    min-height: calc(var(--tap) + 2 * var(--space-1));
    padding: var(--space-1) var(--space-2);
    background: var(--bar-ground, var(--night));
  }
  @media (max-height: 30rem) and (orientation: landscape) {
    lucarne-controls {
      min-height: var(--tap);
      padding-block: 0;
    }
  }
  :host(:fullscreen),
  :host([full-screen-layer]) {
    --picture-fit: contain;
    --stage-position: relative;
    --unmute-end: var(--space-4);
    --bar-ground: var(--night);
    --scrim: none;
  }
  :host([full-screen-layer]) {
    position: fixed;
    inset: 0;
    z-index: 10;
  }
  :host(:fullscreen) .stage,
  :host([full-screen-layer]) .stage {
    aspect-ratio: auto;
  }
  /* Nobody moves the pointer: the picture gets the whole screen. A keyboard brings the controls back. */
  :host(:fullscreen) lucarne-controls {
    transition: margin var(--slow) var(--ease);
  }
  :host(:fullscreen[idle]) lucarne-controls:not(:focus-within) {
    margin-block-end: calc(-1 * (var(--tap) + var(--space-2)));
  }
`;
