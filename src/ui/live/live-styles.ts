// Layout of the page to zap through: the picture first, what else is on beside it, or under it on a phone.

import { css } from 'lit';

/** For `lucarne-live`. */
export const liveStyles = css`
  :host {
    display: grid;
    gap: var(--space-5);
    width: 100%;
    max-width: var(--page);
    margin-inline: auto;
  }
  .set {
    display: grid;
    gap: var(--space-5);
    align-items: start;
  }
  .screen {
    display: grid;
    gap: var(--space-3);
    min-width: 0;
  }
  .stage {
    overflow: hidden;
    border-radius: var(--round-l);
    background: var(--night);
    /* A stroke zaps; two fingers still magnify. */
    touch-action: pinch-zoom;
  }
  lucarne-player {
    --scheme: dark;
    --stage-aspect: 16 / 9;
  }
  .veil {
    position: relative;
    display: grid;
    place-items: end center;
    overflow: hidden;
    color: var(--night-ink);
    pointer-events: none;
  }
  .veil img {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: contain;
    opacity: 0.5;
  }
  .veil p {
    position: relative;
    padding: var(--space-1) var(--space-3);
    margin-block-end: var(--space-4);
    border-radius: 1rem;
    background: #070b1cc4;
    font-size: var(--text-s);
  }
  .about {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3) var(--space-5);
    overflow-wrap: anywhere;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  section {
    display: grid;
    gap: var(--space-3);
    min-width: 0;
  }
  ul {
    display: grid;
    gap: var(--space-2);
    list-style: none;
  }
  button.entry {
    display: grid;
    grid-template-columns: 7.5rem minmax(0, 1fr);
    gap: var(--space-3);
    justify-content: start;
    width: 100%;
    padding: var(--space-2);
    border-radius: var(--round);
    border-color: transparent;
    font-weight: 400;
    text-align: start;
  }
  button.entry[aria-current='true'] {
    border-color: var(--edge);
    background: var(--raised);
  }
  /* The border of every entry is seen there. */
  @media (forced-colors: active) {
    button.entry[aria-current='true'] {
      outline: 2px solid Highlight;
    }
  }
  .frame {
    display: block;
    overflow: hidden;
    aspect-ratio: 16 / 9;
    border-radius: calc(var(--round) / 1.5);
    background: radial-gradient(110% 80% at 72% 0%, #1d2753 0%, var(--night) 65%);
  }
  .frame img {
    display: block;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .words {
    display: grid;
    gap: 0.15rem;
    align-content: center;
    min-width: 0;
  }
  .words bdi {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .words .soft {
    font-size: var(--text-xs);
  }
  @media (min-width: 60rem) {
    .set {
      grid-template-columns: minmax(0, 1.9fr) minmax(18rem, 1fr);
      gap: var(--space-6);
    }
    ul {
      max-height: 34rem;
      overflow-y: auto;
      padding: 3px;
      margin: -3px;
    }
  }
`;
