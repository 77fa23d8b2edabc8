// A crowd comes to a real broadcast: the broadcaster sends it to doors that viewers hold, and everybody finds a place. A stranger who
// wanted all doors before has none.

import { setTimeout } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKey, signerOf } from '../../src/identity/keys.ts';
import { doorId } from '../../src/overlay/door-ids.ts';
import { DOOR_OPENING_MS, DOORS_MAX } from '../../src/overlay/timing.ts';
import { startCrowd, type Crowd } from '../bench/crowd.ts';
import { askFor, certifiedDoor, posingAs } from '../unit/server/door-holder.ts';
import { goLive, launchStudio, startStation, until, type Station } from './station.ts';

/** Who is there before the crowd: enough for two doors. */
const AUDIENCE = 9;
/** Who comes at once: enough offers in a moment to open the doors, then those who are sent there. */
const FIRST_WAVE = 14;
const SECOND_WAVE = 8;

let station: Station;
let browser: Browser;
let crowd: Crowd;
let link: string;
/** What the broadcaster's tab sent to the signaling server. */
const said: string[] = [];
/** Offers that wait to come in at once: how fast a crowd gathers depends on the machine, what it does to a broadcaster doesn't. */
let held: (() => void)[] | undefined;

beforeAll(async () => {
  station = await startStation();
  browser = await launchStudio();
  const context = await browser.newContext();
  await context.routeWebSocket(/peerjs/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      said.push(String(frame));
      server.send(frame);
    });
    server.onMessage((frame) => {
      const pass = (): void => socket.send(frame);
      if (held && String(frame).includes('"OFFER"')) held.push(pass);
      else pass();
    });
  });
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

it('has no door for a stranger who asks for all of them', async () => {
  const { port } = new URL(station.origin);
  const broadcastId = /#\/([a-z2-7]{26})/.exec(link)![1]!;
  const stranger = posingAs(broadcastId, await signerOf(await createKey()));
  const answers = Array.from({ length: DOORS_MAX }, async (_, number) => {
    const id = doorId(broadcastId, number);
    const shown = await certifiedDoor(stranger, number);
    const { client, said } = await askFor(Number(port), id, 'stranger', shown);
    return [said, (await client.closed).reason];
  });
  expect(new Set((await Promise.all(answers)).flat())).toEqual(new Set(['ERROR', 'not-certified']));
});

it('sends a crowd to doors, and everybody in it is fed', async () => {
  const gathered: (() => void)[] = (held = []);
  for (let i = 0; i < FIRST_WAVE + SECOND_WAVE; i++) await crowd.join(link, 4);
  await until(
    () => Promise.resolve(gathered.length),
    (offers) => offers >= FIRST_WAVE + SECOND_WAVE,
    'the offers of the crowd',
  );
  for (const pass of gathered.splice(0, FIRST_WAVE)) pass();
  await setTimeout(2 * DOOR_OPENING_MS);
  held = undefined;
  for (const pass of gathered) pass();
  const members = await allAreLive(AUDIENCE + FIRST_WAVE + SECOND_WAVE);
  expect(said.some((frame) => frame.includes('"doors"'))).toBe(true);
  // Their answers come by other ways than the broadcaster's.
  const answered = said.filter((frame) => frame.includes('"type":"answer"')).length;
  console.log(
    `${members.length} peers, ${answered} answers carried by the broadcaster, depth ${Math.max(...members.map(({ stats }) => stats.depth ?? 0))}`,
  );
  expect(answered).toBeLessThan(members.length);
});
