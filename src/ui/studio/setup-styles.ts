// Layout of the studio before going live: preview above the form on a phone, beside it on a desktop.

import { css } from 'lit';

/** For `lucarne-setup`. */
export const setupStyles = css`
  :host {
    display: grid;
    gap: var(--space-5);
    align-items: start;
  }
  .picture {
    position: relative;
    display: grid;
    gap: var(--space-4);
    min-width: 0;
  }
  form {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: var(--space-4);
  }
  form > * {
    grid-column: 1 / -1;
  }
  form > .half {
    grid-column: auto;
  }
  lucarne-countdown {
    position: absolute;
    inset: 0 0 auto;
    aspect-ratio: 16 / 9;
    min-height: 13rem;
  }
  .start {
    min-height: 3.5rem;
    font-size: var(--text-m);
  }
  .trouble {
    display: grid;
    gap: var(--space-2);
    font-size: var(--text-s);
  }
  .sentence {
    font-size: var(--text-m);
    font-weight: 600;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: var(--space-2);
    margin-top: var(--space-2);
  }
  .ways button {
    border-color: #8c97c4;
    color: var(--night-ink);
  }
  .ways button:hover {
    background: #ffffff1f;
  }
  @media (max-width: 22rem) {
    form > .half {
      grid-column: 1 / -1;
    }
  }
  /* A phone on its side: picture and link are seen together. */
  @media (min-width: 40rem) and (max-height: 30rem) {
    :host {
      grid-template-columns: minmax(0, 1fr) minmax(20rem, 1fr);
    }
  }
  @media (min-width: 60rem) {
    :host {
      grid-template-columns: minmax(0, 1.7fr) minmax(20rem, 1fr);
      gap: var(--space-7);
    }
  }
`;
