// A browser with the test pages, served by Vite as the app is in development. Not watched: files may change while a test runs.

import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createServer } from 'vite';
import { launchChromium } from '../browsers.ts';

/** A running page server with its browser. */
export interface PageServer {
  origin: string;
  browser: Browser;
  /** Opens a page of tests/e2e/pages in a context (a new one by default) and waits for its script. */
  open(name: string, context?: BrowserContext): Promise<Page>;
  close(): Promise<void>;
}

/** Serves the pages and starts Chromium. `cache` names this test's folder of prepared dependencies. */
export async function startPages(cache: string, flags: readonly string[] = []): Promise<PageServer> {
  const vite = await createServer({
    cacheDir: `node_modules/.vite-${cache}`,
    clearScreen: false,
    logLevel: 'warn',
    optimizeDeps: { include: ['simple-peer', 'peerjs'], noDiscovery: true },
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  });
  await vite.listen();
  const address = vite.httpServer?.address();
  if (address === null || typeof address !== 'object') throw new Error('The page server has no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const browser = await launchChromium(...flags);
  return {
    origin,
    browser,
    async open(name, context) {
      const page = await (context ?? (await browser.newContext())).newPage();
      const failures: string[] = [];
      page.on('pageerror', (error) => failures.push(error.message));
      await page.goto(`${origin}/tests/e2e/pages/${name}.html`, { waitUntil: 'load' });
      if (failures.length > 0) throw new Error(`The page failed: ${failures.join('; ')}`);
      return page;
    },
    async close() {
      await browser.close();
      await vite.close();
    },
  };
}
