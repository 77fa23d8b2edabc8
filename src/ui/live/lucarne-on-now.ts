// On the start page: what is on the public list now, and the way to zap through it. Nothing is there while nothing is on.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { LiveEntry, Lucarne } from '../../session/session-api.ts';
import { baseStyles, buttonStyles } from '../base-styles.ts';
import { GuideFollower } from './guide-follower.ts';
import { factsText, titleText } from './live-words.ts';

/** More are a page of their own. */
const SHOWN_MAX = 6;

/** Needs `lucarne`. */
@customElement('lucarne-on-now')
@localized()
export class LucarneOnNow extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-3);
      }
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr));
        gap: var(--space-5) var(--space-4);
        list-style: none;
      }
      li a {
        display: grid;
        gap: var(--space-2);
        color: inherit;
        text-decoration: none;
      }
      .frame {
        display: block;
        overflow: hidden;
        aspect-ratio: 16 / 9;
        border-radius: var(--round);
        background: radial-gradient(110% 80% at 72% 0%, #1d2753 0%, var(--night) 65%);
      }
      img {
        display: block;
        width: 100%;
        height: 100%;
        object-fit: cover;
        transition: scale var(--slow) var(--ease);
      }
      a:hover img {
        scale: 1.03;
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      a:hover .name {
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  readonly #guide = new GuideFollower(this, () => this.lucarne);

  protected override render(): TemplateResult | typeof nothing {
    const { entries = [] } = this.#guide;
    if (entries.length === 0) return nothing;
    return html`<section aria-labelledby="on-now">
      <div class="head">
        <h2 id="on-now">${msg('On air now')}</h2>
        <a class="button" href="#/live">${msg('Zap through')}</a>
      </div>
      <ul>
        ${repeat(
          entries.slice(0, SHOWN_MAX),
          ({ broadcastId }) => broadcastId,
          (entry) => this.#renderEntry(entry),
        )}
      </ul>
    </section>`;
  }

  #renderEntry(entry: LiveEntry): TemplateResult {
    const picture = this.#guide.pictureOf(entry);
    return html`<li>
      <a href=${`#/${entry.broadcastId}`}>
        <span class="frame">${picture ? html`<img src=${picture} alt="" />` : nothing}</span>
        <span>
          <bdi class="name">${titleText(entry)}</bdi><br />
          <span class="soft">${factsText(entry)}</span>
        </span>
      </a>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-on-now': LucarneOnNow;
  }
}
