// Layout and light of the home page.

import { css } from 'lit';

/** For `lucarne-home`. */
export const homeStyles = css`
  :host {
    display: grid;
    gap: var(--space-7);
    width: 100%;
    max-width: var(--page);
    margin-inline: auto;
  }
  .hero {
    display: grid;
    gap: var(--space-5);
    align-items: center;
  }
  .words {
    display: grid;
    gap: var(--space-5);
    justify-items: start;
    min-width: 0;
  }
  h1 {
    max-width: 12ch;
    font-size: var(--text-hero);
    line-height: 1.02;
    letter-spacing: -0.02em;
  }
  .lead {
    max-width: 34rem;
    font-size: clamp(1.0625rem, 1rem + 0.4vw, 1.25rem);
    color: var(--ink-soft);
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-5);
  }
  .go {
    min-height: 4rem;
    padding-inline: 2.25rem;
    font-size: var(--text-l);
  }
  .go .dot {
    width: 0.6em;
    height: 0.6em;
    border-radius: 50%;
    background: var(--live);
  }
  @media (forced-colors: active) {
    .go .dot {
      background: LinkText;
      forced-color-adjust: none;
    }
  }
  .scene {
    width: 100%;
    max-width: 38rem;
    aspect-ratio: 560 / 500;
    justify-self: center;
    overflow: visible;
  }
  .sky-1 {
    stop-color: light-dark(#7fb4e6, #16235a);
  }
  .sky-2 {
    stop-color: light-dark(#c4dcf0, #5a4691);
  }
  .sky-3 {
    stop-color: light-dark(#ffe3b8, #e0728a);
  }
  .sky-4 {
    stop-color: light-dark(#ffbe73, #ffb765);
  }
  .beam-1 {
    stop-color: light-dark(#ffb347, #ffc56e);
    stop-opacity: 0.42;
  }
  .beam-2 {
    stop-color: light-dark(#ffb347, #ffc56e);
    stop-opacity: 0;
  }
  .sun-1 {
    stop-color: #fff1cf;
    stop-opacity: 0.9;
  }
  .sun-2 {
    stop-color: #ffc56e;
    stop-opacity: 0;
  }
  .scene-sun {
    fill: #fff3d6;
  }
  .scene-far {
    fill: light-dark(#b0707a, #4b2f66);
  }
  .scene-near {
    fill: light-dark(#5b3350, #1a1640);
  }
  .scene-aerial {
    fill: none;
    stroke: light-dark(#5b3350, #1a1640);
    stroke-width: 3;
    stroke-linecap: round;
  }
  .scene-stars {
    fill: light-dark(transparent, #fff6df);
  }
  .scene-shine {
    fill: #ffffff;
    opacity: 0.13;
  }
  .scene-frame {
    fill: none;
    stroke: light-dark(#3c2a2c, #f0dcb8);
    stroke-width: 7;
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .scene-outer {
    stroke-width: 11;
  }
  .scene-sill {
    stroke-width: 13;
  }
  .card {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-5);
    border: 1px solid var(--line);
    border-radius: var(--round-l);
    background: var(--surface);
  }
  .watch {
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: end;
  }
  .watch > p {
    grid-column: 1 / -1;
  }
  /* Nothing is on, or nobody knows yet: no gap for it. */
  lucarne-on-now:not(:defined) {
    display: none;
  }
  .wrong {
    color: var(--live-text);
    font-size: var(--text-s);
  }
  .steps {
    display: grid;
    gap: var(--space-5);
    list-style: none;
    counter-reset: step;
  }
  .steps li {
    counter-increment: step;
    padding-top: var(--space-3);
    border-top: 1.5px solid var(--line);
  }
  .steps h2::before {
    content: counter(step) ' ';
    margin-inline-end: 0.35em;
    color: var(--link);
  }
  .steps p {
    margin-top: var(--space-2);
  }
  @media (max-width: 24rem) {
    .watch {
      grid-template-columns: minmax(0, 1fr);
    }
  }
  @media (max-width: 59.99rem) {
    .scene {
      order: -1;
      width: min(20rem, 78vw);
      justify-self: end;
      margin-block: -3.25rem calc(-1 * var(--space-6));
    }
  }
  @media (min-width: 44rem) {
    .steps {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
  }
  @media (min-width: 60rem) {
    .hero {
      grid-template-columns: minmax(0, 1.05fr) minmax(0, 1fr);
      gap: var(--space-6);
      min-height: 31rem;
    }
    .watch {
      grid-template-columns: auto minmax(0, 1fr) auto;
      align-items: center;
    }
    .watch .field {
      display: contents;
    }
    .watch label {
      font-size: var(--text-m);
    }
  }
`;
