// Descriptions that were packed and unpacked still connect: Chromium, Firefox and Node, each with each, both ways round.

import type { Browser, Page } from 'playwright-core';
import type { Browser as Firefox, Page as FirefoxPage } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEdges } from '../../src/edge/edges.ts';
import { nodeWrtc, releaseWrtc } from '../../src/edge/node-wrtc.ts';
import { packDescription, unpackDescription } from '../../src/overlay/packed-description.ts';
import type { Edge, EdgeEvents, EdgeSignal } from '../../src/ports.ts';
import { launchChromium, launchFirefox } from '../browsers.ts';

/** One side of a connection. */
interface Side {
  offer(): Promise<string>;
  answer(sdp: string): Promise<string>;
  take(sdp: string): Promise<void>;
  /** Resolves once both channels are open. */
  opened(): Promise<void>;
}

const PREPARE = `
  pc = new RTCPeerConnection();
  channels = [pc.createDataChannel('media', { negotiated: true, id: 0, ordered: false }),
    pc.createDataChannel('control', { negotiated: true, id: 1 })];
  gathered = new Promise((resolve) => pc.addEventListener('icegatheringstatechange',
    () => pc.iceGatheringState === 'complete' && resolve()));
  open = Promise.all(channels.map((channel) => new Promise((resolve) => (channel.onopen = resolve))));`;
const DESCRIBE = 'await pc.setLocalDescription(); await gathered; return pc.localDescription.sdp;';

/** A browser's own connection, without any code of ours. */
function pageSide(evaluate: (code: string) => Promise<unknown>): Side {
  const run = (code: string) => evaluate(`(async () => { ${code} })()`);
  const set = (type: string, sdp: string) =>
    `await pc.setRemoteDescription({ type: '${type}', sdp: ${JSON.stringify(sdp)} });`;
  return {
    offer: () => run(PREPARE + DESCRIBE) as Promise<string>,
    answer: (sdp) => run(PREPARE + set('offer', sdp) + DESCRIBE) as Promise<string>,
    async take(sdp) {
      await run(set('answer', sdp));
    },
    async opened() {
      await run('await open;');
    },
  };
}

/** Our edge, in Node. */
function nodeSide(): Side {
  const edges = openEdges([], nodeWrtc);
  let edge: Edge;
  let resolveOpened: () => void;
  let failed: (why: Error) => void;
  const isOpen = new Promise<void>((resolve, reject) => {
    resolveOpened = resolve;
    failed = reject;
  });
  const begin = (open: (events: EdgeEvents) => Edge, signal?: EdgeSignal) =>
    new Promise<string>((resolve) => {
      edge = open({
        signal: (own) => 'sdp' in own && resolve(own.sdp),
        opened: () => resolveOpened(),
        media: () => undefined,
        control: () => undefined,
        drained: () => undefined,
        closed: () => failed(new Error('the edge closed before it opened')),
      });
      if (signal) edge.signal(signal);
    });
  return {
    offer: () => begin((events) => edges.offer(events)),
    answer: (sdp) => begin((events) => edges.answer(events), { type: 'offer', sdp }),
    take(sdp) {
      edge.signal({ type: 'answer', sdp });
      return Promise.resolve();
    },
    opened: () => isOpen,
  };
}

let chromium: Browser;
let firefox: Firefox;
let chromiumPage: Page;
let firefoxPage: FirefoxPage;

beforeAll(async () => {
  // Without names in place of addresses, which nothing here resolves.
  chromium = await launchChromium('--disable-features=WebRtcHideLocalIpsWithMdns');
  firefox = await launchFirefox({ 'media.peerconnection.ice.obfuscate_host_addresses': false });
  chromiumPage = await chromium.newPage();
  firefoxPage = await firefox.newPage();
});

afterAll(async () => {
  await chromium.close();
  await firefox.close();
  releaseWrtc();
});

const SIDES: Record<string, () => Side> = {
  Chromium: () => pageSide((code) => chromiumPage.evaluate(code)),
  Firefox: () => pageSide((code) => firefoxPage.evaluate(code)),
  Node: nodeSide,
};

function carried(sdp: string): string {
  const packed = packDescription(sdp) ?? '';
  expect(packed.length).toBeLessThan(sdp.length);
  return unpackDescription(packed) ?? '';
}

it.each([
  ['Chromium', 'Firefox'],
  ['Firefox', 'Chromium'],
  ['Chromium', 'Node'],
  ['Node', 'Chromium'],
  ['Firefox', 'Node'],
  ['Node', 'Firefox'],
])('%s meets %s', async (offering, answering) => {
  const [near, far] = [SIDES[offering]!(), SIDES[answering]!()];
  const answer = await far.answer(carried(await near.offer()));
  await near.take(carried(answer));
  await Promise.all([near.opened(), far.opened()]);
});
