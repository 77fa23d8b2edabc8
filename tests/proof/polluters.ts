// `npm run proof -- polluters` (TESTS.md A3): thirty peers on one broadcast, nine of them hostile relays that feed their children honestly until
// they begin together to alter bits. Real sessions over real WebRTC and a real server, without pictures. Judged by counts.

import { setTimeout as pause } from 'node:timers/promises';
import { releaseWrtc } from '../../src/edge/node-wrtc.ts';
import type { WatchStats } from '../../src/session/session-api.ts';
import { until } from '../e2e/station.ts';
import { Arena, type Viewer } from '../hostile/arena.ts';
import { startHostile, type Hostile, type HostileAttack } from '../hostile/hostile.ts';
import type { Proof, ProofResult } from './proof.ts';

/** Three times: three hostile relays come, then seven honest viewers, so that polluters stand at every depth. */
const WAVES = 3;
const HOSTILE_A_WAVE = 3;
const HONEST_A_WAVE = 7;
const ROOT_SLOTS = 4;
const HONEST_SLOTS = 3;
/** What each hostile relay claims, and of so many messages it alters one. */
const POLLUTION = { relays: HOSTILE_A_WAVE, slots: 2, every: 7 };
/** So long viewers look for standbys before, ms. */
const SETTLED_MS = 10_000;
const POLLUTED_MS = 20_000;
/** What was asked for again in the last moment has come after this, ms. */
const HEALED_MS = 3_000;
/** The share of packets that honest viewers keep at least. */
const KEPT_SHARE_MIN = 0.999;

/** What one round came to. */
interface Outcome {
  altered: number;
  keptShare: number;
  [more: string]: number;
}

const allStats = (viewers: readonly Viewer[]): Promise<WatchStats[]> =>
  Promise.all(viewers.map(({ session }) => session.getStats()));

async function rejectedBy(viewers: readonly Viewer[]): Promise<number> {
  return (await allStats(viewers)).reduce((sum, { rejected }) => sum + rejected, 0);
}

/** Pictures and sounds that were signed, by seq. */
function mediaSeqs(arena: Arena): number[] {
  return [...arena.signed.values()]
    .filter(({ header }) => header.kind === 'video' || header.kind === 'audio')
    .map(({ header }) => header.seq);
}

/** How many of these reached the viewers' players, all together. */
function keptOf(seqs: readonly number[], viewers: readonly Viewer[]): number {
  return viewers.reduce((sum, { played }) => {
    const came = new Set(played.map(({ seq }) => seq));
    return sum + seqs.filter((seq) => came.has(seq)).length;
  }, 0);
}

async function victimsOf(attacks: readonly HostileAttack[]): Promise<number> {
  const figures = await Promise.all(attacks.map((attack) => attack.figures()));
  return figures.reduce((sum, { victims = 0 }) => sum + victims, 0);
}

/** Lets the hostile and the honest come, wave after wave, and the honest look for standbys. */
async function gather(
  arena: Arena,
  hostile: Hostile,
): Promise<{ attacks: HostileAttack[]; viewers: Viewer[] }> {
  const attacks: HostileAttack[] = [];
  const viewers: Viewer[] = [];
  for (let wave = 0; wave < WAVES; wave++) {
    attacks.push(await hostile.attack('pollute', arena.link, POLLUTION));
    for (let i = 0; i < HONEST_A_WAVE; i++) viewers.push(arena.watch(HONEST_SLOTS));
    await until(
      () => allStats(viewers),
      (all) => all.every(({ state, videoFrames }) => state === 'live' && videoFrames > 0),
      'everybody to be fed',
    );
  }
  await pause(SETTLED_MS);
  return { attacks, viewers };
}

/** Nine polluters among thirty, once. */
async function pollute(arena: Arena, hostile: Hostile): Promise<Outcome> {
  const { attacks, viewers } = await gather(arena, hostile);
  const withStandby = (await allStats(viewers)).filter(({ standbyIds }) => standbyIds.length > 0).length;
  const victims = await victimsOf(attacks);
  if (victims === 0) throw new Error('No honest viewer stands below a polluter: this would say nothing');
  const rejectedBefore = await rejectedBy(viewers);
  const signedBefore = new Set(mediaSeqs(arena));
  const startMs = performance.now();
  await Promise.all(attacks.map((attack) => attack.set(1)));
  await until(
    () => victimsOf(attacks),
    (left) => left === 0,
    'everybody to have left them',
  );
  const leftMs = Math.round(performance.now() - startMs);
  await pause(Math.max(0, POLLUTED_MS - leftMs));
  const seqs = mediaSeqs(arena).filter((seq) => !signedBefore.has(seq));
  await pause(HEALED_MS);
  const kept = keptOf(seqs, viewers);
  const due = seqs.length * viewers.length;
  const altered = viewers.reduce((sum, viewer) => sum + arena.altered(viewer), 0);
  const rejected = (await rejectedBy(viewers)) - rejectedBefore;
  return { victims, withStandby, leftMs, rejected, due, kept, altered, keptShare: kept / due };
}

async function once(log: (line: string) => void): Promise<Outcome> {
  const arena = await Arena.open(ROOT_SLOTS);
  const hostile = startHostile();
  try {
    const outcome = await pollute(arena, hostile);
    log(JSON.stringify(outcome));
    return outcome;
  } finally {
    await hostile.close();
    await arena.close();
  }
}

async function run(runs: number, log: (line: string) => void): Promise<ProofResult> {
  const outcomes: Outcome[] = [];
  try {
    for (let i = 0; i < runs; i++) outcomes.push(await once(log));
  } finally {
    releaseWrtc();
  }
  const passed = outcomes.every(({ altered, keptShare }) => altered === 0 && keptShare >= KEPT_SHARE_MIN);
  return { name: 'polluters', runs, passed, outcomes };
}

/** A3. */
export const polluters: Proof = {
  name: 'polluters',
  summary: 'nine of thirty peers pollute together: honest viewers keep 99.9 % of packets, none altered',
  runsDefault: 1,
  run,
};
