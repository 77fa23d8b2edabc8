// `npm run proof -- flood` (TESTS.md M1): 200 hostile seats around a broadcaster in a real Chromium and relays below it, which together say
// 10,000 comments a second. Judged by counts: nobody misses a packet, the pictures are encoded, and the page hears few messages.

import { thousandth } from '../bench/benchmark.ts';
import { startCrowd, type Crowd } from '../bench/crowd.ts';
import { stretch } from '../bench/flood.ts';
import { setApart } from '../bench/machine.ts';
import { openStage } from '../bench/stage.ts';
import { goOnAir } from '../bench/watch-pages.ts';
import { until } from '../e2e/station.ts';
import { startHostile } from '../hostile/hostile.ts';
import type { Proof } from './proof.ts';

const SEATS = 200;
const PER_SECOND = 10_000;
const RELAYS = 25;
const ROOT_SLOTS = 8;
const RELAY_SLOTS = 8;
/** Until the hostile peers have their seats, and have signed what they will say. */
const READY_MS = 20_000;
/** The share of idle pictures, and how many messages of the room the page may hear a second. */
const FRAMES_SHARE_MIN = 0.98;
const RISES_MAX = 100;

async function missing(crowd: Crowd): Promise<number> {
  return (await crowd.stats()).reduce((sum, { stats }) => sum + stats.packetsMissing, 0);
}

/** `npm run proof -- flood`. */
export const flood: Proof = {
  name: 'flood',
  summary:
    'seconds of 10,000 comments a second from 200 hostile seats: no packet missing, no picture dropped',
  runsDefault: 60,
  async run(seconds, log) {
    const stage = await openStage([]);
    const crowd = startCrowd();
    try {
      const context = await stage.openContext({ scripts: ['naive-list'] });
      const { page, link } = await goOnAir(stage.origin, context, ROOT_SLOTS);
      for (let i = 0; i < RELAYS; i++) await crowd.join(link, RELAY_SLOTS);
      await until(
        () => crowd.stats(),
        (all) => all.every(({ stats }) => stats.state === 'live' && stats.packetsReceived > 0),
        'a place for every relay',
      );
      const hostile = startHostile();
      setApart(hostile);
      try {
        const flooding = await hostile.attack('flood', link, { seats: SEATS });
        await page.waitForTimeout(READY_MS);
        const sent = async (): Promise<number> => (await flooding.figures())['offered'] ?? 0;
        const seated = (await flooding.figures())['seats'] ?? 0;
        const missingBefore = await missing(crowd);
        const ms = seconds * 1000;
        const idle = await stretch(page, { ms, perSecond: 0, sent });
        await flooding.set(PER_SECOND);
        const flooded = await stretch(page, { ms, perSecond: PER_SECOND, sent, idle });
        const figures = await flooding.figures();
        const packetsMissing = (await missing(crowd)) - missingBefore;
        const framesShare = thousandth(flooded.framesPerSecond / idle.framesPerSecond);
        const repaintsShare = thousandth(flooded.repaints / idle.repaints);
        const result = { seated, idle, flooded, framesShare, repaintsShare, packetsMissing, ...figures };
        log(JSON.stringify(result));
        const passed = framesShare >= FRAMES_SHARE_MIN && packetsMissing === 0 && flooded.rises <= RISES_MAX;
        return { name: 'flood', runs: seconds, passed, ...result };
      } finally {
        await hostile.close();
      }
    } finally {
      await crowd.close();
      await stage.close();
    }
  },
};
