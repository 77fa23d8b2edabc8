// A tree of real peers that die: pages of real browsers and headless relays, all on paths that can be cut. What the
// survivors lost is read from their own figures.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { longestPauseMs } from '../bench/feed-figures.ts';
import type {} from '../bench/pages/feed-log.ts';
import { serveDetours } from '../bench/detour-server.ts';
import { openPathProxy, symmetric } from '../bench/path-proxy.ts';
import type { Attachment, PathProxy } from '../bench/path-proxy.ts';
import type { Stage } from '../bench/stage.ts';
import { goOnAir, openViewer, readStats } from '../bench/watch-pages.ts';
import { killPages } from '../browsers.ts';
import { startHeadlessRelay } from '../e2e/headless-relay.ts';
import { studioStats, until } from '../e2e/station.ts';
import type { WatchStats } from '../../src/session/session-api.ts';

/** How a peer dies: each is unlike the others for those who depend on it. */
export type Death = 'kill-page' | 'stop-relay' | 'close-tab' | 'cut-network';
export const DEATHS: readonly Death[] = ['kill-page', 'stop-relay', 'close-tab', 'cut-network'];

/** A living peer of the tree. */
export interface TreePeer {
  id: string;
  kind: 'page' | 'relay';
  /** The ways in which it can die. */
  deaths: Partial<Record<Death, () => Promise<unknown>>>;
  stats(): Promise<WatchStats>;
  /** Longest pause between new packets since a moment of the wall clock, ms; only where packets can be seen. */
  pauseMs?(sinceMs: number): Promise<number>;
  /** Ends what is left of it. */
  clear(): Promise<void>;
}

const SETTLED_MS_MAX = 60_000;

/** A studio on air and its peers. */
export class KillTree {
  readonly peers: TreePeer[] = [];
  /** Everybody who ever was one of them, the dead too: they may be named for a while, or only later again. */
  readonly #known = new Set<string>();
  readonly #stage: Stage;
  readonly #proxy: PathProxy;
  readonly #studio: Page;
  readonly #link: string;
  readonly #context: BrowserContext;

  private constructor(stage: Stage, proxy: PathProxy, context: BrowserContext, studio: Page, link: string) {
    this.#stage = stage;
    this.#proxy = proxy;
    this.#context = context;
    this.#studio = studio;
    this.#link = link;
  }

  /** Goes on air at 360p with this many slots. */
  static async open(stage: Stage, rootSlots: number): Promise<KillTree> {
    const proxy = openPathProxy(symmetric({}));
    const context = await stage.openContext({ attachment: proxy.attach('upper'), scripts: [] });
    const { page, link } = await goOnAir(stage.origin, context, rootSlots);
    return new KillTree(stage, proxy, context, page, link);
  }

  /** A viewer's page; one that is to be killed needs a browser of its own. */
  async addPage(children: number, hasOwnBrowser: boolean): Promise<TreePeer> {
    const attachment = this.#proxy.attach('lower');
    const browser = hasOwnBrowser ? await this.#stage.launchBrowser() : undefined;
    const context = await this.#stage.openContext({
      attachment,
      scripts: ['feed-log'],
      ...(browser && { browser }),
    });
    return this.#add(async () => {
      const { page } = await openViewer(this.#link, context, children);
      return pagePeer(page, context, browser, attachment);
    });
  }

  /** A headless relay in a process of its own. */
  async addRelay(children: number): Promise<TreePeer> {
    const attachment = this.#proxy.attach('lower');
    const detours = await serveDetours(attachment);
    return this.#add(async () => {
      const relay = await startHeadlessRelay(this.#link, {
        args: ['--children', String(children)],
        preload: new URL('../bench/node-detour.ts', import.meta.url),
        env: { LUCARNE_DETOUR: detours.origin },
      });
      const isFed = ({ state, packetsReceived }: WatchStats): boolean =>
        state === 'live' && packetsReceived > 0;
      await until(() => relay.stats(), isFed, 'the feed at a relay', SETTLED_MS_MAX);
      return {
        kind: 'relay',
        stats: () => relay.stats(),
        deaths: {
          'stop-relay': () => Promise.resolve(process.kill(relay.pid, 'SIGSTOP')),
          'cut-network': () => cut(attachment),
        },
        async clear() {
          await relay.end('SIGKILL');
          detours.close();
        },
      };
    });
  }

  /** A living peer that feeds others and can die this way. */
  async feeding(death: Death): Promise<TreePeer | undefined> {
    for (const peer of this.peers) {
      if (peer.deaths[death] && (await peer.stats()).childIds.length > 0) return peer;
    }
    return undefined;
  }

  find(id: string | null): TreePeer | undefined {
    return this.peers.find((peer) => peer.id === id);
  }

  /** Peers fed by the broadcaster itself. */
  async levelOne(): Promise<TreePeer[]> {
    const { childIds } = await studioStats(this.#studio);
    return this.peers.filter(({ id }) => childIds.includes(id));
  }

  /** Takes a dead peer out of the tree. */
  async bury(peer: TreePeer): Promise<void> {
    this.peers.splice(this.peers.indexOf(peer), 1);
    await peer.clear();
  }

  async close(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.clear()));
    await this.#context.close();
    this.#proxy.close();
  }

  /** Nobody says who he is, but everybody who his children are: the new one is the newcomer. */
  async #add(open: () => Promise<Omit<TreePeer, 'id'>>): Promise<TreePeer> {
    const opened = await open();
    const newcomers = async (): Promise<string[]> =>
      [...(await this.#childIds())].filter((id) => !this.#known.has(id));
    const [id] = await until(newcomers, (ids) => ids.length === 1, 'the newcomer at its parent');
    const peer = { ...opened, id: id! };
    this.#known.add(peer.id);
    this.peers.push(peer);
    return peer;
  }

  async #childIds(): Promise<Set<string>> {
    const all = await Promise.all([studioStats(this.#studio), ...this.peers.map((peer) => peer.stats())]);
    return new Set(all.flatMap(({ childIds }) => childIds));
  }
}

function cut(attachment: Attachment): Promise<void> {
  attachment.cut();
  return Promise.resolve();
}

function pagePeer(
  page: Page,
  context: BrowserContext,
  browser: Browser | undefined,
  attachment: Attachment,
): Omit<TreePeer, 'id'> {
  return {
    kind: 'page',
    stats: async () => (await readStats(page))!,
    pauseMs: async (sinceMs) => longestPauseMs(await page.evaluate(() => window.benchFeed.arrivals), sinceMs),
    deaths: {
      ...(browser && { 'kill-page': () => killPages(browser) }),
      'close-tab': () => page.close(),
      'cut-network': () => cut(attachment),
    },
    async clear() {
      await (browser ?? context).close();
    },
  };
}
