// The app: one page at a time, loaded when its address is opened, and nobody leaves a live studio by accident.

import { localized, msg } from '@lit/localize';
import { LitElement, html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { linkOf, parseQuery } from '../base/link.ts';
import type { LinkQuery } from '../base/link.ts';
import type { Lucarne } from '../session/session-api.ts';
import { appStyles } from './app-styles.ts';
import { baseStyles } from './base-styles.ts';
import type { ShownFault } from './fault-codes.ts';
import type { LucarneOpenRequest } from './home/lucarne-home.ts';
import { later, PICTURE_MS } from './later.ts';
import { startLanguage } from './locale.ts';
import { mark } from './mark.ts';
import { Router } from './router.ts';
import type { Route } from './router.ts';
import type { LucarneLeaveAnswer } from './studio/lucarne-leave.ts';
import type { LucarneAirChanged, LucarneStudio } from './studio/lucarne-studio.ts';

/** Loads the code of a page; the watch page never loads the studio's. */
const LOAD: Record<Route['page'], () => Promise<unknown>> = {
  home: () => import('./home/lucarne-home.ts'),
  studio: () => import('./studio/lucarne-studio.ts'),
  watch: () => import('./watch/lucarne-watch.ts'),
  recordings: () => import('./recordings/lucarne-recordings.ts'),
  verify: () => import('./verify/lucarne-verify.ts'),
  live: () => import('./live/lucarne-live.ts'),
  lost: () => import('./lucarne-lost.ts'),
};

/** Needs `lucarne`. */
@customElement('lucarne-app')
@localized()
export class LucarneApp extends LitElement {
  static override readonly styles = [baseStyles, appStyles];

  @property({ attribute: false }) lucarne!: Lucarne;
  @state() private route: Route | undefined;
  @state() private fault: ShownFault | undefined;
  /** Where one wanted to go while on air. */
  @state() private wished: string | undefined;
  @query('lucarne-studio') private studio?: LucarneStudio;
  @query('main') private main!: HTMLElement;
  readonly #query: LinkQuery = parseQuery(location.search);
  #isOnAir = false;
  readonly #router = new Router(
    window,
    (route) => void this.#open(route),
    (hash) => (this.wished = hash),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    this.#router.isHeld = () => this.#isOnAir;
    this.#router.start();
    window.addEventListener('beforeunload', this.#beforeUnload);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#router.stop();
    window.removeEventListener('beforeunload', this.#beforeUnload);
  }

  protected override render(): TemplateResult {
    const { route } = this;
    const isWatch = route?.page === 'watch';
    return html`
      ${isWatch ? nothing : this.#renderHeader()}
      <main
        class=${isWatch ? 'bare' : ''}
        tabindex="-1"
        @lucarne-air-changed=${this.#airChanged}
        @lucarne-open-request=${(event: LucarneOpenRequest) => location.assign(event.address)}
      >
        <lucarne-notice .fault=${this.fault} ?hidden=${!this.fault}></lucarne-notice>
        ${route ? this.#renderPage(route) : nothing}
      </main>
      <lucarne-leave
        role="alert"
        .asking=${this.wished !== undefined}
        ?hidden=${this.wished === undefined}
        @lucarne-leave-answer=${this.#answered}
      ></lucarne-leave>
    `;
  }

  #renderHeader(): TemplateResult {
    return html`<header>
      <a class="home" href="#/">${mark}<span>Lucarne</span></a>
      <lucarne-language></lucarne-language>
    </header>`;
  }

  #renderPage(route: Route): TemplateResult {
    const { lucarne } = this;
    switch (route.page) {
      case 'home':
        return html`<lucarne-home .lucarne=${lucarne} .query=${this.#query}></lucarne-home>`;
      case 'studio':
        return html`<lucarne-studio
          .lucarne=${lucarne}
          .query=${this.#query}
          .resumeId=${route.resumeId}
        ></lucarne-studio>`;
      case 'recordings':
        return html`<lucarne-recordings .lucarne=${lucarne}></lucarne-recordings>`;
      case 'verify':
        return html`<lucarne-verify .lucarne=${lucarne}></lucarne-verify>`;
      case 'live':
        return html`<lucarne-live .lucarne=${lucarne}></lucarne-live>`;
      case 'watch':
        return html`<lucarne-watch .lucarne=${lucarne} link=${this.#linkTo(route)}></lucarne-watch>`;
      case 'lost':
        return html`<lucarne-lost .fault=${route.code} hash=${route.hash}></lucarne-lost>`;
    }
  }

  #linkTo(route: Extract<Route, { page: 'watch' }>): string {
    const { servers, isRelayOnly = false } = this.#query;
    return linkOf(location.origin + location.pathname, { ...route, servers, isRelayOnly });
  }

  async #open(route: Route): Promise<void> {
    this.fault = undefined;
    const isFirst = this.route === undefined;
    try {
      await LOAD[route.page]();
      this.route = route;
    } catch {
      this.fault = 'unexpected';
    }
    await this.updateComplete;
    document.title = titleOf(route);
    if (isFirst) {
      // No page waits for the switch of its language, nor for what says that something is wrong; but that is here before the network may be gone.
      const afterMs = route.page === 'watch' ? PICTURE_MS : 0;
      later(() => import('./lucarne-language.ts'), afterMs);
      later(() => import('./words/lucarne-notice.ts'), afterMs);
      return;
    }
    // A new page begins at its top, for eyes and for screen readers alike.
    window.scrollTo(0, 0);
    this.main.focus({ preventScroll: true });
  }

  readonly #answered = async ({ isLeaving }: LucarneLeaveAnswer): Promise<void> => {
    const { wished = '' } = this;
    this.wished = undefined;
    if (!isLeaving) {
      // The one link that leads away from a studio on air.
      this.renderRoot.querySelector<HTMLElement>('.home')?.focus();
      return;
    }
    await this.studio?.stopBroadcast();
    location.hash = wished;
  };

  readonly #airChanged = ({ isOnAir, broadcastId }: LucarneAirChanged): void => {
    this.#isOnAir = isOnAir;
    if (isOnAir) this.#router.rename(`#/studio/${broadcastId}`);
    else this.wished = undefined;
  };

  readonly #beforeUnload = (event: BeforeUnloadEvent): void => {
    if (this.#isOnAir) event.preventDefault();
  };
}

function titleOf({ page }: Route): string {
  const names = {
    home: msg('Lucarne: live from your browser'),
    studio: msg('Studio – Lucarne'),
    watch: msg('Live – Lucarne'),
    recordings: msg('My recordings – Lucarne'),
    verify: msg('Verify a recording – Lucarne'),
    live: msg('On air now – Lucarne'),
    lost: msg('Lucarne'),
  };
  return names[page];
}

/** Shows the app in `root`, in the person's language; resolves when it is there. */
export async function mountApp(root: HTMLElement, lucarne: Lucarne): Promise<void> {
  // English is in the source: a language that can't be loaded must not keep the app away.
  await startLanguage(parseQuery(location.search).lang).catch(() => undefined);
  const app = document.createElement('lucarne-app');
  app.lucarne = lucarne;
  root.replaceChildren(app);
}

declare global {
  interface HTMLElementTagNameMap {
    'lucarne-app': LucarneApp;
  }
}
