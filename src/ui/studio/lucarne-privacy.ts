// Before going live: who is to see the broadcast, and whether those who watch learn each other's addresses.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Lucarne, StartOptions, ViewerRights } from '../../session/session-api.ts';
import { baseStyles, checkStyles } from '../base-styles.ts';

/** Two switches, both off at first; `wishes` says how they stand. */
@customElement('lucarne-privacy')
@localized()
export class LucarnePrivacy extends LitElement {
  static override readonly styles = [
    baseStyles,
    checkStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      label:has(:disabled) {
        color: var(--ink-soft);
        cursor: default;
      }
      p {
        font-size: var(--text-s);
        color: var(--ink-soft);
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  @state() private rights: ViewerRights | undefined;
  @query('#private') private privateField!: HTMLInputElement;
  @query('#relay-only') private relayOnlyField!: HTMLInputElement;

  get wishes(): Pick<StartOptions, 'isPrivate' | 'isRelayOnly'> {
    return {
      isPrivate: this.privateField.checked,
      ...(this.relayOnlyField.checked && { isRelayOnly: true }),
    };
  }

  protected override firstUpdated(): void {
    this.lucarne.openRights().then(
      (rights) => (this.rights = rights),
      () => undefined,
    );
  }

  protected override render(): TemplateResult {
    const { canHideAddress = false, isHiddenByLink = false } = this.rights ?? {};
    return html`
      <div class="check">
        <label>
          <input id="private" type="checkbox" aria-describedby="private-means" />
          ${msg('Private: only who has the link')}
        </label>
        <p id="private-means">
          ${msg('Picture, sound, title and comments are encrypted with a key that only the link carries: who passes them on can’t read them.')}
        </p>
      </div>
      <div class="check">
        <label>
          <input
            id="relay-only"
            type="checkbox"
            aria-describedby="relay-only-means"
            ?checked=${isHiddenByLink}
            ?disabled=${!canHideAddress}
          />
          ${msg('Hide everybody’s address')}
        </label>
        <p id="relay-only-means">
          ${
            canHideAddress
              ? msg(
                  'Nobody who watches learns another’s network address, nor yours: everything goes by this site’s relay server.',
                )
              : msg('This site has no relay server (TURN), so viewers learn the address of a few others.')
          }
        </p>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-privacy': LucarnePrivacy;
  }
}
