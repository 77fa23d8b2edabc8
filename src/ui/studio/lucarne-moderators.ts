// Who helps the broadcaster to moderate: a link for each, and a way to take it back.

import { localized, msg, str } from '@lit/localize';
import { LitElement, css, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { moderatorLinkOf } from '../../base/link.ts';
import type { Moderator } from '../../room/invitation.ts';
import type { DeskRoom } from '../../session/room-api.ts';
import { countText } from '../amounts.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { FocusKeeper } from '../focus-keeper.ts';
import { RoomFollower } from '../room/room-follower.ts';
import { copyLink, linkRowStyles, renderLinkField } from './link-row.ts';

/** Needs `room` and the `link` of the broadcast. */
@customElement('lucarne-moderators')
@localized()
export class LucarneModerators extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    linkRowStyles,
    css`
      :host {
        display: block;
        font-size: var(--text-s);
      }
      summary {
        min-height: 2rem;
        cursor: pointer;
        font-size: var(--text-xs);
      }
      .inside {
        display: grid;
        gap: var(--space-3);
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
        align-items: end;
      }
      form .field {
        flex: 1 1 11rem;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) room!: DeskRoom;
  @property() link = '';
  @state() private said = '';
  @state() private isInviting = false;
  @query('form input') private field!: HTMLInputElement;
  protected readonly focusKeeper = new FocusKeeper(this);
  readonly #follower = new RoomFollower(this);

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) this.#follower.follow(this.room);
  }

  protected override render(): TemplateResult {
    const { moderators, canInvite } = this.room;
    return html`<details>
      <summary>
        ${msg('Moderators')}
        ${moderators.length > 0 ? html`<span class="soft">${countText(moderators.length)}</span>` : nothing}
      </summary>
      <div class="inside">
        <p class="soft">
          ${msg(
            'A moderator can hide and mute, approve what waits, pick questions and raise the shield, on the watch page. Whoever has the link can: make one for each person.',
          )}
        </p>
        ${repeat(
          moderators,
          ({ author }) => author,
          (moderator) => this.#renderModerator(moderator),
        )}
        <form @submit=${this.#invite}>
          <label class="field">
            <span>${msg('What you call this person')}</span>
            <input type="text" autocomplete="off" />
          </label>
          <button ?disabled=${!canInvite || this.isInviting}>${msg('Create link')}</button>
        </form>
        <p class="soft" role="status">
          ${canInvite ? this.said : msg('No more at the same time: take an invitation back first.')}
        </p>
      </div>
    </details>`;
  }

  #renderModerator({ author, name, invitation }: Moderator): TemplateResult {
    const link = moderatorLinkOf(this.link, invitation);
    const called = name || msg('Moderator');
    return html`<div class="row">
      ${renderLinkField(msg(str`Link for ${called}`), link)}
      <button @click=${() => void this.#copy(link)}>${msg('Copy link')}</button>
      <button class="quiet" @click=${() => this.room.revoke(author)}>${msg('Take back')}</button>
    </div>`;
  }

  readonly #invite = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.isInviting = true;
    this.said = '';
    try {
      await this.room.invite(this.field.value);
      this.field.value = '';
    } catch {
      this.said = msg('The link couldn’t be made.');
    } finally {
      this.isInviting = false;
    }
  };

  async #copy(link: string): Promise<void> {
    this.said = await copyLink(link, msg('The link is copied. Send it to this person only.'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-moderators': LucarneModerators;
  }
}
