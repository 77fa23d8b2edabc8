// Where one writes: comment or question, and a heart. What was typed stays until it went out; why it didn't is said.

import { localized, msg } from '@lit/localize';
import { LitElement, css, html, nothing, svg } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Room, SayResult, WatchRoom } from '../../session/room-api.ts';
import { baseStyles, buttonStyles, fieldStyles } from '../base-styles.ts';
import { RoomFollower } from './room-follower.ts';
import { modeNote, refusalText, waitText } from './room-words.ts';

const WAIT_TICK_MS = 500;

/** A heart was tapped here. */
export class LucarneHeartTapped extends Event {
  static readonly type = 'lucarne-heart-tapped';
  constructor() {
    super(LucarneHeartTapped.type, { bubbles: true, composed: true });
  }
}

const PLANE = svg`<path d="M20.500 3.500l-8 17-2.500-7-7-2.500zM10 13.500l4-4"></path>`;
const HEART = svg`<path d="M12 20C3 14 4 5.500 8.500 5.500c2 0 3.500 1.700 3.500 3 0-1.300 1.500-3 3.500-3C20 5.500 21 14 12 20z"></path>`;

/** Shows and fills `room`. `name` is what one calls oneself. `questions`: one may ask too. Fires LucarneHeartTapped. */
@customElement('lucarne-say')
@localized()
export class LucarneSay extends LitElement {
  static override readonly styles = [
    baseStyles,
    buttonStyles,
    fieldStyles,
    css`
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        gap: var(--space-2);
        align-items: center;
      }
      button {
        width: var(--tap);
        padding: 0;
      }
      .heart {
        color: var(--live-text);
      }
      .note {
        min-height: 1.5em;
        padding-top: var(--space-1);
        color: var(--ink-soft);
        font-size: var(--text-xs);
      }
      .kind {
        display: flex;
        gap: var(--space-2);
        align-items: center;
        min-height: 1.75rem;
        font-size: var(--text-xs);
        font-weight: 400;
      }
      .kind input {
        width: 1.1rem;
        min-height: 0;
        height: 1.1rem;
      }
      /* A phone on its side has no line to spare. */
      @media (max-height: 30rem) {
        .kind,
        .note:empty {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) room!: Room | WatchRoom;
  @property() name = '';
  @property({ type: Boolean, attribute: 'questions' }) hasQuestions = false;
  @state() private note = '';
  @state() private isQuestion = false;
  #isSending = false;
  @query('#text') private field!: HTMLInputElement;
  readonly #follower = new RoomFollower(this);
  #waiting: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#waiting);
    this.#waiting = undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('room')) this.#follower.follow(this.room);
  }

  protected override render(): TemplateResult {
    const { mode } = this.room;
    const isViewer = 'ask' in this.room;
    const isShut = isViewer && (mode === 'hearts' || mode === 'closed');
    return html`
      <form @submit=${this.#send}>
        <input
          id="text"
          type="text"
          autocomplete="off"
          enterkeyhint="send"
          aria-label=${msg('Comment')}
          aria-describedby="note"
          placeholder=${this.isQuestion ? msg('Ask a question…') : msg('Say something…')}
          ?disabled=${isShut}
        />
        <button aria-label=${msg('Send')} title=${msg('Send')} ?disabled=${isShut}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${PLANE}</svg>
        </button>
        <button
          type="button"
          class="heart"
          aria-label=${msg('Heart')}
          title=${msg('Heart')}
          ?disabled=${mode === 'closed'}
          @click=${this.#heart}
        >
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${HEART}</svg>
        </button>
      </form>
      ${this.hasQuestions && isViewer && !isShut ? this.#renderKind() : nothing}
      <p id="note" class="note" role="status">${this.note || (isViewer ? modeNote(mode) : nothing)}</p>
    `;
  }

  #renderKind(): TemplateResult {
    return html`<label class="kind">
      <input
        type="checkbox"
        .checked=${this.isQuestion}
        @change=${(event: Event) => (this.isQuestion = (event.target as HTMLInputElement).checked)}
      />
      ${msg('This is a question')}
    </label>`;
  }

  readonly #send = (event: Event): void => {
    event.preventDefault();
    if (!this.#isSending) void this.#say(this.field.value);
  };

  async #say(text: string): Promise<void> {
    this.#isSending = true;
    try {
      const isQuestion = this.isQuestion && 'ask' in this.room;
      const result = isQuestion
        ? await (this.room as WatchRoom).ask(text, this.name)
        : await this.room.comment(text, this.name);
      this.#show(result);
    } finally {
      this.#isSending = false;
    }
  }

  #show(result: SayResult): void {
    if (result.ok) {
      this.field.value = '';
      this.note = this.isQuestion ? msg('Your question is on its way.') : '';
      this.isQuestion = false;
      return;
    }
    this.note = refusalText(result);
    if (result.code !== 'too-soon') return;
    const untilMs = performance.now() + result.waitMs;
    clearInterval(this.#waiting);
    this.#waiting = setInterval(() => this.#countDown(untilMs - performance.now()), WAIT_TICK_MS);
  }

  #countDown(leftMs: number): void {
    this.note = leftMs > 0 ? waitText(leftMs) : '';
    if (leftMs > 0) return;
    clearInterval(this.#waiting);
    this.#waiting = undefined;
  }

  readonly #heart = (): void => {
    this.room.heart();
    this.dispatchEvent(new LucarneHeartTapped());
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-say': LucarneSay;
  }
}
