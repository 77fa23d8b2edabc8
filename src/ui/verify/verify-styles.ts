// The form of the page that verifies recordings.

import { css } from 'lit';

/** For `lucarne-verify`. */
export const verifyStyles = css`
  :host {
    display: grid;
    gap: var(--space-5);
    width: 100%;
    max-width: 40rem;
    margin-inline: auto;
  }
  .intro {
    display: grid;
    gap: var(--space-3);
  }
  form {
    display: grid;
    gap: var(--space-5);
    padding: var(--space-5);
    border: 1px solid var(--line);
    border-radius: var(--round-l);
    background: var(--surface);
  }
  form.over {
    border-color: var(--dawn);
    outline: 3px solid var(--dawn);
  }
  .files {
    display: grid;
    gap: var(--space-3);
  }
  .file {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-1) var(--space-4);
    padding: var(--space-3) var(--space-4);
    border: 1.5px dashed var(--edge);
    border-radius: var(--round);
  }
  .file.chosen {
    border-style: solid;
  }
  .name {
    overflow-wrap: anywhere;
  }
  .drop {
    display: none;
  }
  .go {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-4);
    font-size: var(--text-s);
    font-variant-numeric: tabular-nums;
  }
  .go button {
    min-width: 8rem;
  }
  progress {
    flex: 1;
    min-width: 6rem;
    height: 0.5rem;
  }
  .wrong {
    color: var(--live-text);
    font-size: var(--text-s);
    font-weight: 600;
  }
  @media (pointer: fine) {
    .drop {
      display: block;
    }
  }
`;
