// Layout of the broadcaster's desk: what is needed in a hurry on top, and large enough to be hit.

import { css } from 'lit';

/** For `lucarne-desk`. */
export const deskStyles = css`
  :host {
    display: grid;
    gap: var(--space-3);
    min-width: 0;
    font-size: var(--text-s);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
  }
  h2 {
    flex: 1;
  }
  h3 {
    margin: 0;
    font-size: var(--text-s);
  }
  .modes {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-2);
  }
  .mode {
    display: inline-flex;
    gap: var(--space-2);
    align-items: center;
    min-height: var(--tap);
    padding-inline: var(--space-3);
    border: 1.5px solid var(--edge);
    border-radius: 999px;
    font-weight: 400;
    cursor: pointer;
  }
  .mode:has(:checked) {
    border-color: var(--dawn);
    background: var(--raised);
    font-weight: 600;
  }
  .mode input {
    width: 1.1rem;
    height: 1.1rem;
    min-height: 0;
    margin: 0;
  }
  .held {
    display: grid;
    gap: var(--space-1);
    max-height: 20rem;
    padding: var(--space-3);
    overflow-y: auto;
    border: 1px solid var(--line);
    border-inline-start: 4px solid var(--dawn);
    border-radius: var(--round);
    background: var(--raised);
  }
  .list {
    display: grid;
    align-content: start;
    max-height: 24rem;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    justify-content: end;
    gap: var(--space-1);
    align-items: center;
    min-width: 0;
    padding-block: var(--space-1);
  }
  .row > :first-child {
    flex: 1 1 11rem;
    min-width: 0;
  }
  /* Three don’t fit beside a comment on a phone; they stay together beneath it. */
  .acts {
    display: flex;
    gap: var(--space-1);
  }
  .row button {
    flex: none;
    min-height: 2.5rem;
    padding-inline: var(--space-3);
    font-size: var(--text-xs);
  }
  .row [aria-disabled='true'] {
    color: var(--ink-soft);
    cursor: default;
  }
  .why {
    font-size: var(--text-xs);
  }
  details {
    display: grid;
    gap: var(--space-2);
  }
  summary {
    min-height: 2rem;
    cursor: pointer;
    font-size: var(--text-xs);
  }
`;
