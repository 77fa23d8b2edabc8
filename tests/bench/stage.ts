// Where benchmarks play: the built app and the pages of the other side on our own server, and one real Chromium.
// Built into a folder of its own, so that a benchmark measures the sources as they are and disturbs no other build.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { startServer } from '../../src/server/server.ts';
import { LEAN_PACKAGES } from '../../tools/lean-packages.ts';
import { DEVICE_FLAGS, launchChromium } from '../browsers.ts';
import { currentLoad, describeMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import type { Attachment } from './path-proxy.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = fileURLToPath(new URL('./pages', import.meta.url));
/** A detour needs addresses, not the names that stand for them. */
const PLAIN_ADDRESSES = '--disable-features=WebRtcHideLocalIpsWithMdns';

/** Scripts of tests/bench/pages that are put into pages before their own. */
const SCRIPTS = [
  'probe',
  'detour',
  'waterfall',
  'feed-log',
  'plain-source',
  'plain-edge',
  'connection-log',
  'naive-list',
] as const;
type Script = (typeof SCRIPTS)[number];

/** What a context's pages carry. */
export interface ContextOptions {
  /** Whose edges these are: they go through its proxy. */
  attachment?: Attachment;
  /** The probe alone when nothing else is said. */
  scripts?: readonly Script[];
  /** Pages may run scripts that stand in them, which the app's policy refuses: a bare page needs no further request. */
  hasInlineScripts?: boolean;
  /** The stage's own when nothing else is said. */
  browser?: Browser;
}

/** A server, a browser and the scripts that are put into pages. */
export interface Stage {
  origin: string;
  browser: Browser;
  machine: Machine;
  openContext(options?: ContextOptions): Promise<BrowserContext>;
  /** Another browser like the stage's own, to be closed by the caller. */
  launchBrowser(): Promise<Browser>;
  /** Opens a page of tests/bench/pages in a context; `query` goes into its address. */
  openPage(name: string, context: BrowserContext, query?: string): Promise<Page>;
  close(): Promise<void>;
}

/** Bundles a script of tests/bench/pages for use at the start of a page. */
async function bundleScript(name: string): Promise<string> {
  const built = await build({
    configFile: false,
    root: PAGES,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: join(PAGES, `${name}.ts`), formats: ['iife'], name: 'benchScript' },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!('output' in output)) throw new Error(`${name} was not built`);
  return output.output[0].code;
}

/** What a stage can do without. */
interface StageOptions {
  /** Whether the app's own pages are built. */
  hasApp?: boolean;
  /** Whether pages have a camera and a microphone, and may play sound without a gesture. */
  hasDevices?: boolean;
}

/** Builds everything, then starts the server and the browser. */
export async function openStage(
  pages: readonly string[],
  { hasApp = true, hasDevices = true }: StageOptions = {},
): Promise<Stage> {
  const loadBefore = currentLoad();
  const dir = await mkdtemp(join(tmpdir(), 'lucarne-bench-'));
  if (hasApp) await build({ root: ROOT, logLevel: 'error', build: { outDir: dir, emptyOutDir: true } });
  if (pages.length > 0)
    await build({
      configFile: false,
      root: PAGES,
      base: './',
      logLevel: 'error',
      resolve: { alias: LEAN_PACKAGES },
      worker: { format: 'es' },
      build: {
        assetsInlineLimit: 0,
        outDir: join(dir, 'bench'),
        emptyOutDir: true,
        target: 'es2023',
        rolldownOptions: { input: pages.map((page) => join(PAGES, `${page}.html`)) },
      },
    });
  const bundled = new Map(
    await Promise.all(SCRIPTS.map(async (name) => [name, await bundleScript(name)] as const)),
  );
  const server = await startServer({ host: '127.0.0.1', distDir: dir });
  const launchBrowser = (): Promise<Browser> =>
    launchChromium(...(hasDevices ? DEVICE_FLAGS : []), PLAIN_ADDRESSES);
  const browser = await launchBrowser();
  return {
    origin: server.origin,
    browser,
    machine: describeMachine(`Chromium ${browser.version()}`, loadBefore),
    launchBrowser,
    async openContext({
      attachment,
      scripts = ['probe' as const],
      browser: chosen = browser,
      hasInlineScripts,
    } = {}) {
      const context = await chosen.newContext({ bypassCSP: hasInlineScripts ?? false });
      if (attachment) {
        await context.exposeFunction('benchDetour', (address: string, port: number) =>
          attachment.detour(address, port),
        );
      }
      const before: readonly Script[] = attachment ? ['detour'] : [];
      for (const name of before.concat(scripts)) await context.addInitScript({ content: bundled.get(name)! });
      return context;
    },
    async openPage(name, context, query = '') {
      const page = await context.newPage();
      await page.goto(`${server.origin}/bench/${name}.html${query}`);
      return page;
    },
    async close() {
      await browser.close();
      await server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
