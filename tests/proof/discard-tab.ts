// A live tab that the browser discards to save memory (TESTS.md R3). No tab is discarded that a debugger holds, so this lets go of it
// first, and asks the browser's own page for it: chrome://discards.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { WebSocket } from 'ws';
import { CHROMIUM_FLAGS, CHROMIUM_PATH, DEVICE_FLAGS } from '../browsers.ts';
import { tapSigned } from '../e2e/feed-tap.ts';
import { until } from '../e2e/station.ts';
import { judge, liveFor, recover, type KilledRecording } from './kill-recording.ts';

const DISCARDS_URL = 'chrome://discards/';
/** What lets a profile open the browser's pages for its developers. */
const LOCAL_STATE = JSON.stringify({ internal_only_uis_enabled: true });

/** One target of the browser, as its `/json` lists it. */
interface Target {
  id: string;
  url: string;
  webSocketDebuggerUrl: string;
}

/** Discards a live tab `livedMs` after the first acknowledgement. The file is left in `folder`. */
export async function discardTabWhileLive(
  origin: string,
  livedMs: number,
  folder: string,
): Promise<KilledRecording> {
  const profile = await mkdtemp(join(tmpdir(), 'lucarne-discarded-'));
  await writeFile(join(profile, 'Local State'), LOCAL_STATE);
  const process = spawn(CHROMIUM_PATH, [
    ...CHROMIUM_FLAGS,
    ...DEVICE_FLAGS,
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
  ]);
  try {
    const address = await debuggingAddress(process.stderr);
    const before = await connect(address);
    const signed = await tapSigned(before.context);
    // Without a title: no tab is discarded in which somebody has typed.
    const page = await before.context.newPage();
    await page.goto(`${origin}/?source=testcard&quality=360p#/studio`);
    await page.getByRole('button', { name: 'Start broadcast' }).click();
    await page.getByRole('textbox', { name: 'Link' }).waitFor({ timeout: 30_000 });
    const recordedSeq = await liveFor(page, livedMs);
    const acknowledgedSeq = recordedSeq();
    await before.browser.close();
    await discard(address, origin);
    const after = await connect(address);
    // What was signed since nobody listened, the next page says.
    const signedLater = await tapSigned(after.context);
    const path = await recover(after.context, origin, folder, livedMs);
    await after.browser.close();
    const all = [...signed, ...signedLater];
    // The browser's list of tabs is up to two seconds late: the last signature says better how long the tab lived.
    const killedAtMs = Math.max(...all.map(({ timeUs }) => timeUs)) / 1000;
    return judge(path, all, { livedMs, acknowledgedSeq, killedAtMs });
  } finally {
    process.kill();
    await once(process, 'exit');
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Where the browser that has just been started listens: it says so on its standard error. */
async function debuggingAddress(stderr: NodeJS.ReadableStream): Promise<string> {
  let said = '';
  for await (const chunk of stderr) {
    said += String(chunk);
    const [, host] = /DevTools listening on ws:\/\/([^/]+)\//.exec(said) ?? [];
    if (host) return `http://${host}`;
  }
  throw new Error(`The browser ended: ${said}`);
}

async function connect(address: string): Promise<{ browser: Browser; context: BrowserContext }> {
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  if (!context) throw new Error('The browser has no context');
  return { browser, context };
}

/** Discards the tab of `origin`, and closes what is left of it: it would load again as soon as a debugger looks at it, and be live. */
async function discard(address: string, origin: string): Promise<void> {
  const opened = await fetch(`${address}/json/new?${encodeURIComponent(DISCARDS_URL)}`, { method: 'PUT' });
  const list = (await opened.json()) as Target;
  const socket = new WebSocket(list.webSocketDebuggerUrl);
  await once(socket, 'open');
  try {
    await until(() => evaluate(socket, pressDiscard, origin), Boolean, 'the tab among the tabs');
    await until(() => evaluate(socket, isDiscarded, origin), Boolean, 'the tab being discarded');
  } finally {
    socket.close();
  }
  const targets = (await (await fetch(`${address}/json`)).json()) as Target[];
  const left = targets.filter(({ id, url }) => id === list.id || url.startsWith(`${origin}/?`));
  if (left.length !== 2) throw new Error('The discarded tab is not there any more');
  for (const { id } of left) await fetch(`${address}/json/close/${id}`);
}

/** What `read` gives inside the page behind the socket. */
async function evaluate(
  socket: WebSocket,
  read: (origin: string) => boolean,
  origin: string,
): Promise<boolean> {
  const id = Math.floor(Math.random() * 2 ** 31);
  const expression = `(${read.toString()})(${JSON.stringify(origin)})`;
  const answer = new Promise<boolean>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      const message = JSON.parse(data.toString()) as {
        id?: number;
        result?: { result?: { value?: unknown }; exceptionDetails?: { text: string } };
      };
      if (message.id !== id) return;
      socket.off('message', hear);
      const { exceptionDetails, result } = message.result ?? {};
      if (exceptionDetails) reject(new Error(exceptionDetails.text));
      else resolve(result?.value === true);
    };
    socket.on('message', hear);
  });
  const params = { expression, returnByValue: true };
  socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
  return answer;
}

// No named function in the two below: what runs this file outside the tests would wrap it in a helper that the page lacks.

/** In chrome://discards: presses the button of the origin's tab; false when the list isn't there yet. */
function pressDiscard(origin: string): boolean {
  const roots: ParentNode[] = [document];
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
    for (const row of root.querySelectorAll('tr')) {
      const link = [...row.querySelectorAll<HTMLElement>('[is=action-link]')].find(
        ({ textContent }) => textContent.trim() === '[Urgent Discard]',
      );
      if (!link || !row.textContent.includes(origin)) continue;
      link.click();
      return true;
    }
  }
  return false;
}

/** In chrome://discards: whether the origin's tab is called discarded. */
function isDiscarded(origin: string): boolean {
  const roots: ParentNode[] = [document];
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
    for (const row of root.querySelectorAll('tr'))
      if (row.textContent.includes(origin) && row.textContent.includes('discarded (urgent)')) return true;
  }
  return false;
}
