// `npm run proof -- kills`: relays die in every way while a broadcast is on air (TESTS.md B1), then several at once (B2).
// What must hold: no survivor misses a packet. How long it took is printed, not judged.

import { percentile, tenth } from '../bench/benchmark.ts';
import { openStage } from '../bench/stage.ts';
import type { Stage } from '../bench/stage.ts';
import { until } from '../e2e/station.ts';
import type { WatchStats } from '../../src/session/session-api.ts';
import { DEATHS, KillTree } from './kill-tree.ts';
import type { Death, TreePeer } from './kill-tree.ts';
import type { Proof } from './proof.ts';

/** A new tree settles before anybody dies: standbys are there by then, ms. */
const SETTLE_MS = 4000;
/** After everybody is fed again, the playout passes the hole within this, ms. */
const PASSED_MS = 2500;
const RECOVERED_MS_MAX = 30_000;
/** What arrived this shortly before the death may be in the longest pause, ms. */
const BEFORE_MS = 300;
const SLOTS = 2;

/** What one death (or several at once) cost the survivors, all of them. */
export interface Loss {
  death: string;
  /** Children that the dead were feeding. */
  orphans: number;
  survivors: number;
  /** Where those stand that weren't fed again in time: states and depths. */
  lost: string[];
  packetsMissing: number;
  packetsSkipped: number;
  repairs: number;
  reparents: number;
  stalls: number;
  stallMsMax: number;
  /** Longest pause between new packets at any page that was fed through the dead, ms. */
  pauseMsMax: number;
}

function passTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether nobody missed a packet and everybody was fed again. */
export function isHarmless({ packetsMissing, lost }: Loss): boolean {
  return packetsMissing === 0 && lost.length === 0;
}

/** Two pages that relay and two that only watch, four headless relays; the pages that relay come first. */
async function plant(stage: Stage, rootSlots: number): Promise<KillTree> {
  const tree = await KillTree.open(stage, rootSlots);
  await tree.addPage(SLOTS, true);
  await tree.addPage(SLOTS, true);
  for (let i = 0; i < 4; i++) await tree.addRelay(SLOTS);
  await tree.addPage(0, false);
  await tree.addPage(0, false);
  return tree;
}

/** Lets them die at once, and waits until all others are fed again and the hole is behind them. */
export async function killAndJudge(
  tree: KillTree,
  dying: readonly { peer: TreePeer; death: Death }[],
): Promise<Loss> {
  const orphans = (await Promise.all(dying.map(({ peer }) => peer.stats()))).flatMap(
    ({ childIds }) => childIds,
  );
  const survivors = tree.peers.filter((peer) => !dying.some((one) => one.peer === peer));
  const read = (): Promise<WatchStats[]> => Promise.all(survivors.map((peer) => peer.stats()));
  const before = await read();
  const diedAtMs = performance.timeOrigin + performance.now();
  await Promise.all(dying.map(({ peer, death }) => peer.deaths[death]!()));
  const isFed = (now: WatchStats, then: WatchStats): boolean =>
    now.state === 'live' && now.packetsReceived > then.packetsReceived;
  // Silence takes a while to be noticed: only a second look tells who was really fed.
  await passTime(PASSED_MS);
  const then = await read();
  await until(
    read,
    (now) => now.every((stats, i) => isFed(stats, then[i]!)),
    'the feed at all survivors',
    RECOVERED_MS_MAX,
  ).catch(() => undefined);
  await passTime(PASSED_MS);
  const after = await read();
  const more = (name: 'packetsMissing' | 'packetsSkipped' | 'repairs' | 'reparents' | 'stalls'): number =>
    after.reduce((sum, stats, i) => sum + stats[name] - before[i]![name], 0);
  const pauses = await Promise.all(
    survivors.map((peer) => peer.pauseMs?.(diedAtMs - BEFORE_MS) ?? Promise.resolve(0)),
  );
  for (const { peer } of dying) await tree.bury(peer);
  return {
    death: dying.map(({ death }) => death).join(' + '),
    orphans: orphans.length,
    survivors: survivors.length,
    lost: after
      .filter((stats, i) => !isFed(stats, then[i]!))
      .map(({ state, depth, parentId }) => `${state} at ${depth} below ${parentId}`),
    packetsMissing: more('packetsMissing'),
    packetsSkipped: more('packetsSkipped'),
    repairs: more('repairs'),
    reparents: more('reparents'),
    stalls: more('stalls'),
    stallMsMax: Math.round(Math.max(...after.map((stats, i) => stats.stallMs - before[i]!.stallMs))),
    pauseMsMax: tenth(Math.max(...pauses)),
  };
}

/** One of a kind comes for one that died. */
async function replace(tree: KillTree, { kind }: TreePeer): Promise<void> {
  if (kind === 'page') await tree.addPage(SLOTS, true);
  else await tree.addRelay(SLOTS);
}

async function killOneByOne(stage: Stage, runs: number, log: (line: string) => void): Promise<Loss[]> {
  const losses: Loss[] = [];
  let tree = await plant(stage, SLOTS);
  try {
    for (let run = 0; run < runs; run++) {
      const death = DEATHS[run % DEATHS.length]!;
      let peer = await tree.feeding(death);
      if (!peer) {
        await tree.close();
        tree = await plant(stage, SLOTS);
        peer = (await tree.feeding(death))!;
      }
      await passTime(SETTLE_MS);
      losses.push(await killAndJudge(tree, [{ peer, death }]));
      log(`  ${run + 1} of ${runs}: ${JSON.stringify(losses.at(-1))}`);
      await replace(tree, peer);
    }
  } finally {
    await tree.close();
  }
  return losses;
}

/** How this peer dies when it is to die without a word. */
function suddenDeath({ deaths }: TreePeer): Death {
  return deaths['kill-page'] ? 'kill-page' : deaths['stop-relay'] ? 'stop-relay' : 'cut-network';
}

/** A viewer's parent and its standbys at once; then half of those that the broadcaster feeds. */
async function killTogether(stage: Stage, log: (line: string) => void): Promise<Loss[]> {
  const losses: Loss[] = [];
  const tree = await plant(stage, 2 * SLOTS);
  try {
    await passTime(SETTLE_MS);
    const viewer = tree.peers.at(-1)!;
    const { parentId, standbyIds } = await viewer.stats();
    const needed = [parentId, ...standbyIds.slice(0, 1)].flatMap((id) => tree.find(id) ?? []);
    const half = async (): Promise<TreePeer[]> => (await tree.levelOne()).slice(0, SLOTS);
    for (const [name, peers] of [
      ['parent and standby', () => Promise.resolve(needed)],
      ['half of level 1', half],
    ] as const) {
      const dying = (await peers()).map((peer) => ({ peer, death: suddenDeath(peer) }));
      losses.push(await killAndJudge(tree, dying));
      log(`  ${name} at once: ${JSON.stringify(losses.at(-1))}`);
      for (const { peer } of dying) await replace(tree, peer);
      await passTime(SETTLE_MS);
    }
  } finally {
    await tree.close();
  }
  return losses;
}

/** `npm run proof -- kills`. */
export const kills: Proof = {
  name: 'kills',
  summary:
    'a relay dies in each way in a tree of 8 peers, then several at once: 0 packets missing at the others',
  runsDefault: 20,
  async run(runs, log) {
    const stage = await openStage([]);
    try {
      const single = await killOneByOne(stage, runs, log);
      const together = await killTogether(stage, log);
      const all = [...single, ...together];
      const figure = (of: (loss: Loss) => number, share: number): number => percentile(single.map(of), share);
      return {
        name: kills.name,
        runs: single.length,
        passed: single.length === runs && all.every(isHarmless),
        packetsMissing: all.reduce((sum, { packetsMissing }) => sum + packetsMissing, 0),
        stallMs: {
          p50: figure(({ stallMsMax }) => stallMsMax, 0.5),
          p95: figure(({ stallMsMax }) => stallMsMax, 0.95),
        },
        pauseMs: {
          p50: figure(({ pauseMsMax }) => pauseMsMax, 0.5),
          p95: figure(({ pauseMsMax }) => pauseMsMax, 0.95),
        },
        single,
        together,
        machine: stage.machine,
      };
    } finally {
      await stage.close();
    }
  },
};
