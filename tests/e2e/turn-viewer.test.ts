// A viewer whose network lets no UDP through (TESTS.md B7, S8): it watches over TURN/TCP, by Debian's coturn and nothing else.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '../browsers.ts';
import { startCoturn } from './coturn.ts';
import type { ServiceProcess } from './service-process.ts';
import { goLive, launchStudio, startStation, until, watchStats, type Station } from './station.ts';

/** Chromium opens no UDP socket then, as if a firewall let none out. */
const NO_UDP_FLAG = '--webrtc-ip-handling-policy=disable_non_proxied_udp';
const SECRET = 'shared-with-coturn-only';
const PICTURES = 60;

/** Both ends of the path that a connection has chosen, as the browser tells of it. */
interface ChosenPath {
  local: Record<string, string>;
  remote: Record<string, string>;
}

declare global {
  var testConnections: RTCPeerConnection[];
  var testCandidates: string[];
}

let coturn: ServiceProcess;
let station: Station;
let studioBrowser: Browser;
let browser: Browser;
let link: string;

/** Keeps every connection that a page makes where a test finds it, and all candidates of them. */
async function followConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.testConnections = [];
    globalThis.testCandidates = [];
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        globalThis.testConnections.push(this);
        this.addEventListener('icecandidate', ({ candidate }) => {
          if (candidate?.candidate) globalThis.testCandidates.push(candidate.candidate);
        });
      }
    };
  });
}

function chosenPaths(page: Page): Promise<ChosenPath[]> {
  return page.evaluate(async () => {
    const paths: ChosenPath[] = [];
    for (const connection of globalThis.testConnections) {
      const all = (await connection.getStats()) as Map<string, { type: string } & Record<string, string>>;
      const transport = [...all.values()].find(({ type }) => type === 'transport');
      const pair = all.get(transport?.['selectedCandidatePairId'] ?? '');
      const [local, remote] = ['localCandidateId', 'remoteCandidateId'].map((id) =>
        all.get(pair?.[id] ?? ''),
      );
      if (local && remote) paths.push({ local, remote });
    }
    return paths;
  });
}

beforeAll(async () => {
  coturn = await startCoturn({ secret: SECRET, reachesThisMachine: true });
  station = await startStation({
    TURN_URLS: `turn:127.0.0.1:${coturn.port}?transport=tcp`,
    TURN_SECRET: SECRET,
  });
  [studioBrowser, browser] = await Promise.all([launchStudio(), launchChromium(NO_UDP_FLAG)]);
  const address = `${station.origin}/?source=testcard&quality=360p#/studio`;
  ({ link } = await goLive(await studioBrowser.newContext(), address));
});

afterAll(async () => {
  await Promise.all([studioBrowser.close(), browser.close()]);
  await station.close();
  await coturn.end();
});

it('watches, with nothing missing, over TCP to the relay', async () => {
  const page = await (await browser.newContext()).newPage();
  await followConnections(page);
  await page.goto(link);
  const stats = await until(
    () => watchStats(page),
    ({ videoFrames, freshness }) => videoFrames > PICTURES && freshness === 'live',
    'pictures without UDP',
  );
  expect(stats).toMatchObject({ state: 'live', depth: 1, packetsMissing: 0, rejected: 0 });
  const candidates = await page.evaluate(() => globalThis.testCandidates);
  expect(candidates.length).toBeGreaterThan(0);
  for (const candidate of candidates) expect(candidate).toMatch(/ typ relay /);
  const paths = await chosenPaths(page);
  expect(paths.length).toBeGreaterThan(0);
  for (const { local } of paths)
    expect(local).toMatchObject({ candidateType: 'relay', relayProtocol: 'tcp' });
  await page.close();
});
