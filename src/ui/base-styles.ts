// What every element of the pages shares: type, buttons, fields and the focus ring.
// Styles only; colours and sizes come from tokens.css.

import { css } from 'lit';

/** For each element that shows text or controls. */
export const baseStyles = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
    font: 400 var(--text-m) / 1.5 var(--font);
    color: var(--ink);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  p,
  dl,
  dd,
  ol,
  ul {
    margin: 0;
    padding: 0;
  }
  h1,
  h2 {
    font-family: var(--font-display);
    font-weight: 600;
    line-height: 1.12;
    letter-spacing: -0.015em;
  }
  h1 {
    font-size: var(--text-xl);
  }
  h2 {
    font-size: var(--text-l);
  }
  a {
    color: var(--link);
    text-underline-offset: 0.2em;
  }
  .soft {
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 3px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/** Buttons, and links that look like them. */
export const buttonStyles = css`
  .button,
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: var(--tap);
    padding: 0.4rem 1.15rem;
    border: 1.5px solid var(--edge);
    border-radius: 999px;
    background: transparent;
    color: var(--ink);
    font: 600 var(--text-s) / 1.2 var(--font);
    text-align: center;
    text-decoration: none;
    cursor: pointer;
    transition:
      background var(--quick),
      border-color var(--quick),
      translate var(--quick);
  }
  .button:hover,
  button:hover {
    background: var(--raised);
    border-color: var(--ink-soft);
  }
  .button:active,
  button:active {
    translate: 0 1px;
  }
  .primary,
  button.primary {
    border-color: transparent;
    background: linear-gradient(100deg, var(--dawn), var(--dawn-deep));
    color: var(--dawn-ink);
    box-shadow: var(--shadow);
  }
  .primary:hover,
  button.primary:hover {
    border-color: transparent;
    background: linear-gradient(100deg, var(--dawn), var(--dawn));
  }
  button.danger {
    border-color: var(--live-text);
    color: var(--live-text);
  }
  button.quiet {
    border-color: transparent;
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  .icon {
    width: 1.25em;
    height: 1.25em;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  @media (forced-colors: active) {
    .button,
    button,
    .primary,
    button.primary {
      border-color: ButtonText;
    }
  }
`;

/** Labelled fields. */
export const fieldStyles = css`
  .field {
    display: grid;
    gap: var(--space-1);
    min-width: 0;
  }
  label,
  .label {
    font-size: var(--text-s);
    font-weight: 600;
  }
  input,
  select {
    width: 100%;
    min-width: 0;
    min-height: var(--tap);
    padding: 0.5rem 0.85rem;
    border: 1.5px solid var(--edge);
    border-radius: var(--round);
    background: var(--surface);
    color: var(--ink);
    font: 400 max(16px, var(--text-m)) / 1.3 var(--font);
    text-overflow: ellipsis;
  }
  input::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  input:focus-visible,
  select:focus-visible {
    outline-offset: 0;
  }
  select:disabled {
    border-color: var(--line);
    background: transparent;
    color: var(--ink-soft);
    opacity: 1;
  }
`;

/** A switch with its words beside it, in a `.check`. */
export const checkStyles = css`
  .check label {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-height: var(--tap);
    padding-block: var(--space-1);
    cursor: pointer;
  }
  .check input {
    flex: none;
    width: 1.1rem;
    height: 1.1rem;
    min-height: 0;
    margin: 0;
  }
`;
