// A crowd comes to a real broadcast: the broadcaster sends it to doors that viewers hold, and everybody finds a place.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCrowd, type Crowd } from '../bench/crowd.ts';
import { goLive, launchStudio, startStation, until, type Station } from './station.ts';

/** Who is there before the crowd: enough for two doors. */
const AUDIENCE = 18;
/** Who comes at once. */
const CROWD = 24;

let station: Station;
let browser: Browser;
let crowd: Crowd;
let link: string;
/** What the broadcaster's tab sent to the signaling server. */
const said: string[] = [];

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const context = await browser.newContext();
  context.on('page', (page) =>
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(String(payload)))),
  );
  const address = `${station.origin}/?children=4&source=testcard&quality=360p#/studio`;
  ({ link } = await goLive(context, address));
  crowd = startCrowd();
});

afterAll(async () => {
  await crowd.close();
  await browser.close();
  await station.close();
});

function allAreLive(count: number) {
  return until(
    () => crowd.stats(),
    (members) => members.length === count && members.every(({ stats }) => stats.state === 'live'),
    'everybody to be fed',
    120_000,
  );
}

it('is asked itself while viewers come one by one', async () => {
  for (let i = 1; i <= AUDIENCE; i++) {
    await crowd.join(link, 4);
    await allAreLive(i);
  }
  expect(said.filter((frame) => frame.includes('"doors"'))).toEqual([]);
});

it('sends a crowd to doors, and everybody in it is fed', async () => {
  // Two waves: the first opens the doors.
  for (let i = 0; i < CROWD / 2; i++) await crowd.join(link, 4);
  await allAreLive(AUDIENCE + CROWD / 2);
  for (let i = 0; i < CROWD / 2; i++) await crowd.join(link, 4);
  const members = await allAreLive(AUDIENCE + CROWD);
  expect(said.some((frame) => frame.includes('"doors"'))).toBe(true);
  // Their answers come by other ways than the broadcaster's.
  const answered = said.filter((frame) => frame.includes('"type":"answer"')).length;
  console.log(
    `${members.length} peers, ${answered} answers carried by the broadcaster, depth ${Math.max(...members.map(({ stats }) => stats.depth ?? 0))}`,
  );
  expect(answered).toBeLessThan(AUDIENCE + CROWD);
});
