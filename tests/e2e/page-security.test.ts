// What the pages may do, over a whole story in a real browser: nobody breaks the policy, nobody asks anybody else for anything.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadRecording, stopBroadcast } from './recording-steps.ts';
import { goLive, launchStudio, startStation, until, watchStats, type Station } from './station.ts';
import { startStaticHost, type StaticHost } from './static-host.ts';

interface Violation {
  directive: string;
  blocked: string;
  page: string;
}

/** What no page of ours does, with the directive that it breaks. */
const ATTACKS: readonly (readonly [directive: string, code: string])[] = [
  [
    'require-trusted-types-for',
    `const inline = document.createElement('script'); inline.append('window.ran = 1'); document.head.append(inline)`,
  ],
  ['script-src-elem', `void import('https://elsewhere.invalid/x.js').catch(() => undefined)`],
  ['img-src', `new Image().src = 'https://elsewhere.invalid/pixel.png'`],
  ['require-trusted-types-for', `document.body.setAttribute('onclick', 'window.ran = 1')`],
  ['style-src-attr', `document.body.setAttribute('style', 'color: red')`],
  [
    'frame-src',
    `const frame = document.createElement('iframe'); frame.src = 'https://elsewhere.invalid/'; document.body.append(frame)`,
  ],
  ['require-trusted-types-for', `new Worker('/assets/x.js')`],
  ['trusted-types', `trustedTypes.createPolicy('another', {})`],
  ['require-trusted-types-for', `document.body.innerHTML = '<b>bold</b>'`],
];

let station: Station;
/** A host that sends no header of ours: the policy stands in the page. */
let host: StaticHost;
let browser: Browser;
let context: BrowserContext;
let folder: string;
let studio: Page;
let link: string;
let recording: string;
let proof: string;
const violations: Violation[] = [];
/** Origins, or the scheme where there is none, of everything that was asked for, with what for. */
const asked = new Map<string, Set<string>>();
/** STUN and TURN servers that connections gathered with, and how many connections did. */
const iceServers: RTCIceServer[] = [];
let gatherings = 0;

declare global {
  var tellViolation: (violation: Violation) => void;
  var tellIceServers: (servers: RTCIceServer[]) => void;
}

function note(address: string, kind: string): void {
  const { origin, protocol, host } = new URL(address);
  const key = /^wss?:$/.test(protocol) ? `${protocol}//${host}` : origin === 'null' ? protocol : origin;
  asked.set(key, (asked.get(key) ?? new Set()).add(kind));
}

/** A context in which everything is noted. */
async function openContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en' });
  await context.exposeFunction('tellViolation', (violation: Violation) => void violations.push(violation));
  await context.exposeFunction('tellIceServers', (servers: RTCIceServer[]) => {
    gatherings++;
    iceServers.push(...servers);
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      globalThis.tellViolation({ directive: effectiveDirective, blocked: blockedURI, page: location.href });
    });
    // Servers are asked from here on. PeerJS tries out a connection that names others, and asks none of them.
    const original: (description?: RTCLocalSessionDescriptionInit) => Promise<void> =
      // eslint-disable-next-line @typescript-eslint/unbound-method, @typescript-eslint/no-deprecated -- called with its connection below; only an old form of it is deprecated
      RTCPeerConnection.prototype.setLocalDescription;
    Object.assign(RTCPeerConnection.prototype, {
      setLocalDescription(this: RTCPeerConnection, description?: RTCLocalSessionDescriptionInit) {
        globalThis.tellIceServers(this.getConfiguration().iceServers ?? []);
        return original.call(this, description);
      },
    });
  });
  context.on('request', (request) => note(request.url(), request.resourceType()));
  context.on('page', (page) => {
    page.on('websocket', (socket) => note(socket.url(), 'websocket'));
    // What a worker breaks is told to its own scope, and to the console.
    page.on('console', (message) => {
      if (/content security policy|trusted ?(type|html|script)/i.test(message.text()))
        violations.push({ directive: 'console', blocked: message.text(), page: page.url() });
    });
  });
  return context;
}

async function showsPictures(page: Page): Promise<void> {
  await until(
    () => watchStats(page),
    ({ videoFrames }) => videoFrames > 30,
    'pictures',
  );
}

beforeAll(async () => {
  station = await startStation();
  host = await startStaticHost();
  folder = await mkdtemp(join(tmpdir(), 'lucarne-security-'));
  browser = await launchStudio();
  context = await openContext();
});

afterAll(async () => {
  await browser.close();
  host.close();
  await station.close();
  await rm(folder, { recursive: true, force: true });
});

describe('through a whole evening', () => {
  it('home, the studio on air, and a viewer who comments', async () => {
    const home = await context.newPage();
    await home.goto(station.origin);
    await home.getByRole('link', { name: 'Go live' }).waitFor();
    await home.goto(`${station.origin}/#/live`);
    await home.getByRole('heading', { level: 1 }).waitFor();
    await home.close();
    const address = `${station.origin}/?children=1&source=camera&quality=360p#/studio`;
    ({ page: studio, link } = await goLive(context, address));
    const viewer = await context.newPage();
    await viewer.goto(link);
    await showsPictures(viewer);
    await viewer.getByRole('textbox', { name: 'Comment', exact: true }).fill('Good evening');
    await viewer.getByRole('button', { name: 'Send', exact: true }).click();
    await studio.getByRole('log', { name: 'Comments' }).getByText('Good evening').waitFor();
    await viewer.close();
  });

  it('the recording: stopped, downloaded, played', async () => {
    await stopBroadcast(studio);
    recording = await downloadRecording(studio, folder);
    proof = await downloadRecording(studio, folder, 'Download proof');
    const page = await context.newPage();
    await page.goto(`${station.origin}/#/recordings`);
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.locator('video').evaluate((video) => (video as HTMLVideoElement).play());
    await page.close();
  });

  it('the proof: verified', async () => {
    const page = await context.newPage();
    await page.goto(`${station.origin}/#/verify`);
    await page.locator('#video-input').setInputFiles(recording);
    await page.locator('#proof-input').setInputFiles(proof);
    await page.getByRole('textbox').fill(link);
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page
      .getByRole('status')
      .filter({ has: page.getByRole('heading') })
      .waitFor({ timeout: 60_000 });
    await page.close();
  });

  it('nobody has broken the policy', () => {
    expect(violations).toEqual([]);
  });

  it('nobody but our own server was asked for anything', () => {
    for (const [place, kinds] of asked) console.log(`asked: ${place} for ${[...kinds].join(', ')}`);
    const own = [station.origin, station.origin.replace('http', 'ws'), 'blob:', 'data:'];
    expect([...asked.keys()].filter((place) => !own.includes(place))).toEqual([]);
    expect([...(asked.get(station.origin) ?? [])]).toEqual(
      expect.arrayContaining(['document', 'script', 'fetch']),
    );
    expect(asked.get(own[1] ?? '')).toContain('websocket');
    expect(gatherings).toBeGreaterThan(1);
    expect(iceServers).toEqual([]);
  });
});

describe('the policy', () => {
  it('goes out with the documents and the workers’ programs', async () => {
    const policyOf = (response: Response): string => response.headers.get('content-security-policy') ?? '';
    const document = await fetch(station.origin);
    expect(policyOf(document)).toMatch(/^default-src 'none'; script-src 'self' 'sha256-[^']+'; /);
    expect(policyOf(document)).not.toMatch(/unsafe|\*|frame-ancestors/);
    expect(Object.fromEntries(document.headers)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('payment=()') as string,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(policyOf(await fetch(`${station.origin}/healthz`))).toContain("default-src 'none'");
  });

  it.each([
    ['sent with the document', () => station.origin],
    ['in the document, where a host sends none', () => host.origin],
  ])('stops what it should stop, and says so (%s)', async (_where, origin) => {
    const page = await (await openContext()).newPage();
    await page.goto(`${origin()}/#/verify`);
    await page.getByRole('button', { name: 'Verify', exact: true }).waitFor();
    violations.length = 0;
    for (const [directive, attack] of ATTACKS) {
      await page.evaluate(attack).catch(() => undefined);
      await until(
        () => Promise.resolve(violations),
        (all) => all.some((violation) => violation.directive === directive),
        `${directive} to be broken by ${attack}`,
      );
      violations.length = 0;
    }
    expect(await page.evaluate(() => 'ran' in globalThis)).toBe(false);
    await page.context().close();
  });
});
