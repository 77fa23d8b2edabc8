// Layout of the studio while live: picture first, the link right under or beside it.

import { css } from 'lit';

/** For `lucarne-on-air`. */
export const onAirStyles = css`
  :host {
    display: grid;
    gap: var(--space-5);
    align-items: start;
  }
  .glass {
    position: relative;
  }
  .picture {
    display: grid;
    gap: var(--space-4);
    min-width: 0;
  }
  section {
    display: grid;
    gap: var(--space-4);
    min-width: 0;
  }
  h1 {
    overflow-wrap: anywhere;
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
    font-size: var(--text-s);
  }
  .time {
    font-variant-numeric: tabular-nums;
    font-weight: 600;
  }
  .private {
    padding: 0.1rem 0.6rem;
    border: 1.5px solid var(--edge);
    border-radius: 999px;
    font-weight: 600;
  }
  .lost {
    display: grid;
    gap: var(--space-2);
    justify-items: center;
    font-size: var(--text-s);
  }
  .lost .sentence {
    font-size: var(--text-m);
    font-weight: 600;
  }
  .lost button {
    margin-top: var(--space-2);
  }
  .warning {
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-inline-start: 4px solid var(--dawn);
    border-radius: var(--round);
    background: var(--raised);
    font-size: var(--text-s);
  }
  .stop {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    padding-top: var(--space-4);
    border-top: 1px solid var(--line);
  }
  .stop p {
    flex: 1 1 100%;
    min-height: 1.5em;
  }
  /* A phone on its side: picture and link are seen together. */
  @media (min-width: 40rem) and (max-height: 30rem) {
    :host {
      grid-template-columns: minmax(0, 1fr) minmax(21rem, 1fr);
    }
  }
  /* The room lies under the picture, whatever stands beside it. */
  @media (min-width: 60rem), (min-width: 40rem) and (max-height: 30rem) {
    :host {
      grid-template-rows: auto 1fr;
    }
    section {
      grid-column: 2;
      grid-row: 1 / 3;
    }
    .picture {
      grid-column: 1;
    }
  }
  @media (min-width: 60rem) {
    :host {
      grid-template-columns: minmax(0, 1.7fr) minmax(21rem, 1fr);
      gap: var(--space-5) var(--space-7);
    }
  }
`;
