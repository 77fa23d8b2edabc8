// The frame around each page: a slim header and the page.

import { css } from 'lit';

/** For `lucarne-app`. */
export const appStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 100dvh;
    background: radial-gradient(
        80rem 36rem at 88% -12rem,
        light-dark(#ffdfa8, #2c2a6b) 0%,
        light-dark(#fff0d4, #1a1c4a) 34%,
        transparent 72%
      )
      no-repeat;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-4);
    width: 100%;
    max-width: calc(var(--page) + 2 * var(--gutter));
    margin-inline: auto;
    padding: var(--space-3) max(var(--gutter), env(safe-area-inset-right)) var(--space-3)
      max(var(--gutter), env(safe-area-inset-left));
  }
  .home {
    display: inline-flex;
    align-items: center;
    gap: 0.55rem;
    min-height: 2.75rem;
    color: inherit;
    font: 600 var(--text-l) / 1 var(--font-display);
    letter-spacing: -0.01em;
    text-decoration: none;
  }
  .mark {
    height: 1.7rem;
  }
  main {
    flex: 1;
    padding: var(--space-4) max(var(--gutter), env(safe-area-inset-right)) var(--space-7)
      max(var(--gutter), env(safe-area-inset-left));
  }
  main:focus {
    outline: none;
  }
  main.bare {
    padding: 0;
  }
`;
