// Layout of what the studio shows of guests.

import { css } from 'lit';

/** For `lucarne-guests`. */
export const guestsStyles = css`
  :host {
    display: grid;
    gap: var(--space-3);
    font-size: var(--text-s);
  }
  summary {
    width: fit-content;
    min-height: 2rem;
    font-weight: 600;
    cursor: pointer;
  }
  .inside,
  ul {
    display: grid;
    gap: var(--space-3);
  }
  ul {
    list-style: none;
  }
  .guest {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    align-items: center;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--line);
    border-inline-start: 4px solid var(--dawn);
    border-radius: var(--round);
    background: var(--raised);
  }
  .guest p {
    flex: 1 1 9rem;
    min-width: 0;
    overflow-wrap: anywhere;
  }
  video {
    width: 7.5rem;
    aspect-ratio: 16 / 9;
    border-radius: var(--round);
    background: var(--night);
    object-fit: contain;
  }
`;
