// How the player looks in other people's pages: as wide as its place, 16:9 unless the page says otherwise, so that nothing moves when the
// picture comes. The custom properties that a page may set are told in lucarne-player.ts.

import { css } from 'lit';

/** For `lucarne-player`, after the styles of both players. */
export const embedStyles = css`
  :host {
    --scheme: dark;
    --stage-aspect: var(--lucarne-aspect-ratio, 16 / 9);
    --picture-fit: var(--lucarne-fit, contain);
    --night: var(--lucarne-background, #070b1c);
    --night-ink: var(--lucarne-ink, #f5efe2);
    --dawn: var(--lucarne-accent, #ffc56e);
    --dawn-deep: var(--lucarne-accent, #ff9f6e);
    --font: var(--lucarne-font, system-ui, sans-serif);
    --font-display: var(--font);
    position: relative;
    width: 100%;
    border-radius: var(--lucarne-radius, 0);
    /* A page's own sizes of type mean nothing to a player. */
    --text-xs: 13px;
    --text-s: 15px;
    --text-m: 17px;
    --text-l: 19px;
    --tap: 44px;
    --space-1: 4px;
    --space-2: 8px;
    --space-3: 12px;
    --space-4: 16px;
    container: player / inline-size;
  }
  .veil {
    display: grid;
    position: absolute;
    inset: 0;
    gap: var(--space-2);
    align-content: center;
    justify-items: center;
    padding: var(--space-4);
    color: var(--night-ink);
    font-size: var(--text-s);
    text-align: center;
    pointer-events: none;
  }
  .veil[data-over] {
    background: #070b1cc4;
  }
  .sentence {
    font: 600 var(--text-l) / 1.2 var(--font-display);
  }
  .spinner {
    width: 32px;
    height: 32px;
    border: 3px solid #ffffff33;
    border-top-color: var(--dawn);
    border-radius: 50%;
    animation: turn 1s linear 0.7s infinite;
  }
  .notice {
    position: absolute;
    inset: auto 0 0;
    padding: var(--space-1) var(--space-3);
    background: #070b1cd9;
    color: #f5efe2;
    font: 400 var(--text-xs) / 1.35 var(--font);
    text-align: center;
    pointer-events: none;
    /* Long enough to be read; no movement but its going. */
    animation: go 1s linear 8s forwards;
  }
  /* One line; what has no room on it falls below its edge. */
  .facts {
    display: flex;
    flex: 1;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
    min-width: 0;
    height: 26px;
    overflow: hidden;
    white-space: nowrap;
  }
  .link {
    display: grid;
    place-items: center;
    min-width: var(--tap);
    min-height: var(--tap);
    color: inherit;
  }
  .mark {
    height: 24px;
  }
  :focus-visible {
    outline-color: #ffd899;
    outline-offset: -3px;
  }
  /* The smaller, the more is a click away, on the full page. */
  @container player (max-width: 660px) {
    lucarne-controls {
      --bar-fine: none;
    }
  }
  @container player (max-width: 460px) {
    lucarne-controls {
      --bar-extra: none;
    }
  }
  @container player (max-width: 300px) {
    .step,
    .spinner,
    .link {
      display: none;
    }
    .sentence {
      font-size: var(--text-s);
    }
    .notice {
      font-size: 11px;
    }
  }
  @keyframes turn {
    to {
      rotate: 1turn;
    }
  }
  @keyframes go {
    to {
      visibility: hidden;
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation: none;
    }
  }
`;
