// The studio's switch for the public list: off until it is wanted, and a place only after a tap of its own.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { roundedPlace } from '../../guide/entry.ts';
import type { Listing, ListingState } from '../../session/session-api.ts';
import { baseStyles, buttonStyles, checkStyles } from '../base-styles.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import { placeText } from '../live/live-words.ts';

/** How long a device may look for its position, ms. */
const POSITION_MS_MAX = 20_000;

/** Shows `listing`; `version` changes when something of it has. `disabled` while nothing can be listed. */
@customElement('lucarne-listing')
@localized()
export class LucarneListing extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    checkStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      .place {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) listing!: Listing;
  @property({ type: Boolean }) disabled = false;
  /** The listing's own, so that a change of it is one here. */
  @property({ attribute: 'listing-state' }) listingState: ListingState = 'off';
  @property({ attribute: false }) place: Listing['place'];
  protected readonly focusKeeper = new FocusKeeper(this);
  @state() private isLooking = false;
  @state() private isRefused = false;

  protected override render(): TemplateResult {
    const isWanted = this.listingState !== 'off';
    return html`
      <div class="check">
        <label>
          <input
            type="checkbox"
            aria-describedby="about"
            ?disabled=${this.disabled}
            .checked=${isWanted}
            @change=${({ target }: Event) => this.listing.show((target as HTMLInputElement).checked)}
          />
          ${msg('Show on the public list')}
        </label>
        <p class="soft" id="about">
          ${msg('Everyone who opens this site’s start page sees the title, a small picture each minute, and how many are watching.')}
        </p>
      </div>
      <p class="soft" role="status" ?hidden=${!isWanted}>${stateText(this.listingState)}</p>
      ${isWanted && this.listingState !== 'absent' ? this.#renderPlace() : nothing}
    `;
  }

  #renderPlace(): TemplateResult {
    const { place } = this;
    return html`<div class="place">
      ${
        place
          ? html`<span class="soft">${placeText(place)}</span>
              <button @click=${() => this.listing.setPlace(undefined)}>${msg('Take the place away')}</button>`
          : html`<button ?disabled=${this.isLooking} @click=${() => void this.#findPlace()}>
              ${this.isLooking ? msg('Looking for the place…') : msg('Add a rounded place')}
            </button>`
      }
      <p class="soft" role="status">
        ${
          this.isRefused
            ? msg('This device doesn’t tell where it is.')
            : msg('It is rounded to whole degrees, about 100 km, before it leaves this device.')
        }
      </p>
    </div>`;
  }

  async #findPlace(): Promise<void> {
    this.isLooking = true;
    this.isRefused = false;
    try {
      const { coords } = await new Promise<GeolocationPosition>((resolve, reject) => {
        const options = { enableHighAccuracy: false, timeout: POSITION_MS_MAX, maximumAge: Infinity };
        navigator.geolocation.getCurrentPosition(resolve, reject, options);
      });
      this.listing.setPlace(roundedPlace(coords.latitude, coords.longitude));
    } catch {
      this.isRefused = true;
    } finally {
      this.isLooking = false;
    }
  }
}

function stateText(state: ListingState): string {
  switch (state) {
    case 'off':
      return '';
    case 'asking':
      return msg('Adding it to the list…');
    case 'listed':
      return msg('It is on the list.');
    case 'absent':
      return msg('This site has no public list.');
    case 'blocked':
      return msg('The host of this site doesn’t want it on the list. Your link works as before.');
    case 'full':
      return msg('The list is full or busy. It is tried again in a moment.');
    case 'unreachable':
      return msg('The list can’t be reached. It is tried again in a moment.');
    case 'refused':
      return msg('The list didn’t take it. Reload the page after the broadcast and try again.');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-listing': LucarneListing;
  }
}
