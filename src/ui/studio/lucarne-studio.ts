// The studio: one page that goes from setup to live to the report. It holds the broadcast session;
// the parts only show it and send wishes up.

import { localized } from '@lit/localize';
import { LitElement, css, html } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { LinkQuery } from '../../base/link.ts';
import type { Programme } from '../../ports.ts';
import type { BroadcastSession, BroadcastStats, Lucarne, StartOptions } from '../../session/session-api.ts';
import { baseStyles } from '../base-styles.ts';
import { faultOf, unsupportedFault } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';
import { isFocusLost } from '../focus-keeper.ts';
import { SessionFollower } from '../session-follower.ts';
import type { LucarneStartRequest } from './lucarne-setup.ts';
import { dropNote, keepNote, NOTE_FRESH_MS, NOTE_RENEW_MS, readNote } from './resume-note.ts';
import type { ResumeNote } from './resume-note.ts';
import '../words/lucarne-notice.ts';
import './lucarne-leave.ts';
import './lucarne-on-air.ts';
import './lucarne-report.ts';
import './lucarne-setup.ts';

/** Whether leaving the page would end a broadcast has changed. */
export class LucarneAirChanged extends Event {
  static readonly type = 'lucarne-air-changed';
  readonly isOnAir: boolean;
  readonly broadcastId: string;
  constructor(isOnAir: boolean, broadcastId: string) {
    super(LucarneAirChanged.type, { bubbles: true, composed: true });
    this.isOnAir = isOnAir;
    this.broadcastId = broadcastId;
  }
}

/** Needs `lucarne`; fires LucarneAirChanged. */
@customElement('lucarne-studio')
@localized()
export class LucarneStudio extends LitElement {
  static override readonly styles = [
    baseStyles,
    css`
      :host {
        width: 100%;
        max-width: var(--page);
        margin-inline: auto;
      }
      [tabindex]:focus {
        outline: none;
      }
    `,
  ];

  @property({ attribute: false }) lucarne!: Lucarne;
  @property({ attribute: false }) query: LinkQuery = { servers: [] };
  /** The broadcast to go on with, when it is not a new one. */
  @property({ attribute: 'resume-id' }) resumeId: string | undefined;
  @state() private session: BroadcastSession | undefined;
  @state() private isStarting = false;
  @state() private fault: ShownFault | undefined;
  @state() private resumeTitle: string | undefined;
  /** What this tab had on air before its reload. */
  #note: ResumeNote | undefined;
  #renewing: ReturnType<typeof setInterval> | undefined;
  readonly #follower = new SessionFollower(this, () => this.#track());
  #isOnAir = false;
  /** The part after the setup that was shown last. */
  #shown: Element | null = null;

  /** The root's figures, or null before going live. */
  async getStats(): Promise<BroadcastStats | null> {
    return (await this.session?.getStats()) ?? null;
  }

  /** Ends the broadcast, if one is on air; resolves when the recording is complete. */
  async stopBroadcast(): Promise<void> {
    try {
      await this.session?.stop();
    } catch (error) {
      this.fault = faultOf(error);
    }
    this.#track();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#renewing);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!(changed.has('resumeId') || changed.has('lucarne')) || !this.resumeId) return;
    this.#note = readNote(this.resumeId);
    if (this.#note) this.resumeTitle = this.#note.title;
    else void this.#findTitle(this.resumeId);
  }

  /**
   * A keyboard goes on in what has come, not at the top of the page. What takes the focus stands around the part: an element with a
   * shadow root and this tabindex would be passed over with all that is in it.
   */
  protected override updated(): void {
    const shown = this.renderRoot.querySelector('[tabindex]');
    if (shown === this.#shown) return;
    this.#shown = shown;
    if (isFocusLost()) (shown as HTMLElement | null)?.focus({ preventScroll: true });
  }

  protected override render(): TemplateResult {
    const { session } = this;
    if (!this.lucarne.supports().broadcast) {
      return html`<lucarne-notice .fault=${unsupportedFault()}></lucarne-notice>`;
    }
    if (!session) return this.#renderSetup();
    if (session.state === 'stopped' || session.state === 'failed') return this.#renderReport(session);
    return html`<div class="on-air" tabindex="-1">
      <lucarne-on-air
        .session=${session}
        @lucarne-stop-request=${() => void this.stopBroadcast()}
        @lucarne-programme-changed=${() => this.#keepNote(session)}
      ></lucarne-on-air>
    </div>`;
  }

  #renderSetup(): TemplateResult {
    const { resumeTitle } = this;
    const isFresh = this.#note !== undefined && Date.now() - this.#note.seenAtMs < NOTE_FRESH_MS;
    return html`<lucarne-setup
      .resumeOptions=${this.#note?.options}
      ?resume-at-once=${isFresh}
      .lucarne=${this.lucarne}
      .query=${this.query}
      .resumeTitle=${resumeTitle}
      .fault=${this.fault}
      ?starting=${this.isStarting}
      @lucarne-start-request=${this.#start}
    ></lucarne-setup>`;
  }

  #renderReport({ broadcastId, title, failure, stretch }: BroadcastSession): TemplateResult {
    const report = { broadcastId, title, stretch };
    return html`<div class="report" tabindex="-1">
      <lucarne-report
        .report=${report}
        .recordings=${this.lucarne.recordings}
        .fault=${this.fault ?? (failure && faultOf(failure))}
        ?resuming=${this.isStarting}
        @lucarne-resume-request=${() => void this.#resume()}
      ></lucarne-report>
    </div>`;
  }

  readonly #start = (request: LucarneStartRequest): void => {
    const { programme, broadcastTitle, wishes } = request;
    const { resumeId } = this;
    void this.#goLive(() => Promise.resolve(programme), broadcastTitle, { resumeId, ...wishes });
  };

  async #resume(): Promise<void> {
    if (!this.session) return;
    const { title, broadcastId, programme } = this.session;
    await this.#goLive(() => this.lucarne.openProgramme(programme.options), title, { resumeId: broadcastId });
  }

  async #goLive(open: () => Promise<Programme>, title: string, start: StartOptions): Promise<void> {
    this.isStarting = true;
    this.fault = undefined;
    let programme: Programme | undefined;
    try {
      programme = await open();
      this.session = await this.lucarne.startBroadcast(programme, title, start);
      this.#follower.follow(this.session);
      this.#track();
    } catch (error) {
      void programme?.close();
      this.fault = faultOf(error);
    } finally {
      this.isStarting = false;
    }
  }

  /** Says when going on or off air. */
  #track(): void {
    const { session } = this;
    if (!session) return;
    const isOnAir = session.state !== 'stopped' && session.state !== 'failed';
    if (isOnAir === this.#isOnAir) return;
    this.#isOnAir = isOnAir;
    clearInterval(this.#renewing);
    if (isOnAir) {
      this.#keepNote(session);
      this.#renewing = setInterval(() => this.#keepNote(session), NOTE_RENEW_MS);
    } else dropNote();
    this.dispatchEvent(new LucarneAirChanged(isOnAir, session.broadcastId));
  }

  #keepNote({ broadcastId, title, programme }: BroadcastSession): void {
    keepNote({ broadcastId, title, options: programme.options, seenAtMs: Date.now() });
  }

  async #findTitle(id: string): Promise<void> {
    try {
      const recordings = await this.lucarne.recordings.list();
      this.resumeTitle = recordings.find((recording) => recording.id === id)?.title ?? '';
    } catch (error) {
      this.fault = faultOf(error);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-studio': LucarneStudio;
  }
}
