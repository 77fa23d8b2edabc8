// Edges in real Chromium: the contract suite inside a page, and what only real connections show.

import { createSocket } from 'node:dgram';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MESSAGE_BYTES_MAX } from '../../src/base/limits.ts';
import { EDGE_CONTRACT } from '../contract/edge-contract.ts';
import { startPages } from './page-server.ts';
import type { PageServer } from './page-server.ts';

let pages: PageServer;
let page: Page;
const thrown: string[] = [];

beforeAll(async () => {
  pages = await startPages('edge', ['--js-flags=--expose-gc']);
  page = await pages.open('edge');
  page.on('pageerror', (error) => thrown.push(error.message));
});

afterAll(async () => {
  await pages.close();
});

/** What a loaded browser may take to free a closed connection, ms. */
const FREED_MS_MAX = 15_000;

describe('an edge on WebRTC', () => {
  test.for(Object.keys(EDGE_CONTRACT))('%s', async (name) => {
    await page.evaluate((name) => window.edgeTest.contract(name), name);
  });

  test.for(['text', 'oversize', 'third-channel'] as const)(
    'is closed by a peer that sends: %s',
    async (how) => {
      const log = await page.evaluate((how) => window.edgeTest.misbehave(how), how);
      expect(log).toEqual(['signal', 'opened', 'closed']);
    },
  );

  test('takes over an offer that was made before, with all that it said', async () => {
    const { said, signalled, carried } = await page.evaluate(() => window.edgeTest.early());
    expect(carried).toEqual([1, 2]);
    expect(said[0]?.type).toBe('offer');
    expect(signalled).toEqual(said);
  });

  test('takes over a connection that was open before, and all that it was told', async () => {
    const heard = await page.evaluate(() => window.edgeTest.earlyAnswer(false));
    expect(heard[0]).toBe('silent');
    expect(heard.filter((what) => what === 'signal').length).toBeGreaterThan(0);
    expect(heard.filter((what) => what !== 'signal')).toEqual([
      'silent',
      'opened',
      'media',
      'control',
      'closed',
      String(MESSAGE_BYTES_MAX),
      '2',
    ]);
  });

  test('closes when it is told another answer than its connection was given', async () => {
    const heard = await page.evaluate(() => window.edgeTest.earlyAnswer(true));
    expect(heard.filter((what) => what === 'opened' || what === 'media')).toEqual([]);
    expect(heard).toContain('closed');
  });

  test('refuses an offer that holds more than data', async () => {
    expect(await page.evaluate(() => window.edgeTest.hostileOffer())).toEqual(['closed']);
  });

  test('is closed when the browser has no connection left', async () => {
    expect(await page.evaluate(() => window.edgeTest.refused())).toEqual(['closed']);
  });

  test('closes when nobody answers in time', async () => {
    const log = await page.evaluate(() => window.edgeTest.unanswered());
    expect(log.at(-1)).toBe('closed');
    expect(log).not.toContain('opened');
  });

  test('sends its description without waiting for a STUN server that does not answer', async () => {
    const silent = createSocket('udp4');
    const asked = new Promise((resolve) => silent.once('message', resolve));
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const { descriptionMs, openedMs } = await page.evaluate(
      (server) => window.edgeTest.blockedStun(server),
      `stun:127.0.0.1:${silent.address().port}`,
    );
    await asked;
    silent.close();
    console.log(
      `description after ${descriptionMs.toFixed()} ms, opened after ${openedMs.toFixed()} ms, STUN silent`,
    );
    // Chromium itself gives up on a silent STUN server after about 10 s.
    expect(descriptionMs).toBeLessThan(5000);
  });

  test('frees its connection: 60 edges opened and closed leave none behind, and asked no server', async () => {
    const iceServers = await page.evaluate(() => window.edgeTest.churn(30));
    expect(iceServers).toEqual(Array.from({ length: 60 }, () => []));
    const collect = 'gc(), window.edgeTest.alive()';
    // Two may still be held by what ran last. The browser lets go of closed connections when it finds the time.
    const untilFreed = { timeout: FREED_MS_MAX };
    await expect.poll(() => page.evaluate<number>(collect), untilFreed).toBeLessThanOrEqual(2);
  });

  test('opens between two pages', async () => {
    const context = await pages.browser.newContext();
    const [near, far] = [await pages.open('edge', context), await pages.open('edge', context)];
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      // It listens when this returns: an offer that nobody hears yet would be lost.
      await far.evaluate(() => window.edgeTest.answerAcross());
      times.push(await near.evaluate(() => window.edgeTest.acrossPages('offer')));
      await far.evaluate(() => window.edgeTest.answered);
    }
    console.log(`opened between two pages after ${times.map((ms) => ms.toFixed()).join(', ')} ms`);
    await context.close();
    expect(times).toHaveLength(5);
  });

  test('moves media and says how fast', async () => {
    const rate = await page.evaluate(() => window.edgeTest.throughput(8 * 2 ** 20));
    console.log(`one edge in one page: ${rate.toFixed(1)} MB/s`);
    expect(rate).toBeGreaterThan(0);
  });

  test('threw nothing in the page', () => {
    expect(thrown).toEqual([]);
  });
});
