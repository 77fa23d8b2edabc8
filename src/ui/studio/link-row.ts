// A link that is made for one person, in a row: to be read, selected and copied.

import { msg } from '@lit/localize';
import { css, html } from 'lit';
import type { TemplateResult } from 'lit';

/** For elements that render it, after the fields' styles. */
export const linkRowStyles = css`
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    align-items: end;
  }
  .row .field {
    flex: 1 1 11rem;
    min-width: 0;
  }
  .row input {
    font-family: var(--font-mono);
  }
  button {
    min-height: 2.5rem;
    padding-inline: var(--space-3);
    font-size: var(--text-xs);
  }
`;

/** The link in its field; focus selects it. */
export function renderLinkField(label: string, link: string): TemplateResult {
  return html`<label class="field">
    <span>${label}</span>
    <input
      type="text"
      readonly
      .value=${link}
      @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
    />
  </label>`;
}

/** Copies it; gives what to say: `copied`, or what can be done where the browser refuses. */
export async function copyLink(link: string, copied: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(link);
    return copied;
  } catch {
    return msg('Your browser didn’t let the page copy. Select the link and copy it by hand.');
  }
}
