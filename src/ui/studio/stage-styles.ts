// Layout of the buttons under the preview: as wide as a thumb, with a word under each sign.

import { css } from 'lit';

/** For `lucarne-stage`. */
export const stageStyles = css`
  :host {
    display: grid;
    gap: var(--space-3);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-2);
  }
  .buttons button {
    flex: 1 1 4rem;
    flex-direction: column;
    gap: var(--space-1);
    max-width: 7rem;
    padding: var(--space-1) 0;
    border-color: transparent;
    border-radius: var(--round);
    font-size: var(--text-xs);
  }
  .disc {
    display: grid;
    place-items: center;
    width: 3.25rem;
    height: 3.25rem;
    border-radius: 50%;
    background: var(--raised);
    box-shadow: inset 0 0 0 1.5px var(--line);
    font-size: var(--text-l);
  }
  .buttons button:hover {
    border-color: transparent;
    background: none;
  }
  .buttons button:hover .disc {
    box-shadow: inset 0 0 0 1.5px var(--edge);
  }
  [aria-pressed='true'] .disc {
    background: var(--ink);
    color: var(--sky);
  }
  .zoom {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    font-size: var(--text-s);
    font-weight: 600;
  }
  .zoom input {
    flex: 1;
    height: var(--tap);
  }
  summary {
    width: fit-content;
    padding-block: var(--space-3);
    font-size: var(--text-s);
    font-weight: 600;
    cursor: pointer;
  }
  .devices {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(14rem, 100%), 1fr));
    gap: var(--space-3);
  }
  @media (forced-colors: active) {
    .disc {
      border: 1.5px solid ButtonText;
    }
    [aria-pressed='true'] .disc {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
