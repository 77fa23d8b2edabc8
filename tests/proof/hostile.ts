// Hostile peers in the mass (TESTS.md A1, A3, S2): altered packets at the gate and over real edges, polluters among thirty peers, and thieves
// of ids. What decides are counts.

import { releaseWrtc } from '../../src/edge/node-wrtc.ts';
import { until } from '../e2e/station.ts';
import { Town } from '../fakes/town.ts';
import { Arena, type Viewer } from '../hostile/arena.ts';
import { startHostile } from '../hostile/hostile.ts';
import { makeSigner } from '../unit/feed/samples.ts';
import { sendMutated } from './mutated-packets.ts';
import type { Proof } from './proof.ts';
import { robOwners } from './stolen-ids.ts';

const THEFTS = 100;
const PEERS = 30;
const POLLUTERS = 9;
/** How long a crowd settles, and how long it is polluted then, ms of virtual time. */
const SETTLE_MS = 20_000;
const POLLUTED_MS = 60_000;
const KEPT_SHARE_MIN = 0.999;
const EDGE_ALTERED = 300;
const EDGE_RELAYS = 6;

type Result = Record<string, unknown> & { passed: boolean };

async function atTheGate(runs: number): Promise<Result> {
  const result = await sendMutated(runs, Math.random);
  return { passed: result.altered === 0 && result.lost === 0, ...result };
}

/** Real relays that alter a message as soon as they feed somebody, one life after the other. */
async function overEdges(): Promise<Result> {
  const arena = await Arena.open(EDGE_RELAYS);
  const attacker = startHostile();
  const options = { relays: EDGE_RELAYS, lives: EDGE_ALTERED, settledMs: 500, every: 1 };
  const hostile = await attacker.attack('pollute', arena.link, options);
  await hostile.set(1);
  const viewers = Array.from({ length: EDGE_RELAYS }, () => arena.watch(0));
  const { altered = 0, lives = 0 } = await until(
    () => hostile.figures(),
    (figures) => figures['altered']! >= EDGE_ALTERED,
    'packets to be altered',
    600_000,
  );
  await hostile.stop();
  const stats = await Promise.all(viewers.map(({ session }) => session.getStats()));
  const shown = viewers.reduce((sum, viewer) => sum + arena.altered(viewer), 0);
  const packets = viewers.reduce((sum, { played }: Viewer) => sum + played.length, 0);
  const rejected = stats.reduce((sum, one) => sum + one.rejected, 0);
  await arena.close();
  await attacker.close();
  releaseWrtc();
  return { passed: shown === 0 && packets > 0, altered, lives, rejected, packets, shown };
}

/** A3, on a virtual clock with the app's own sessions. */
async function amongThirty(): Promise<Result> {
  const town = new Town();
  const signer = makeSigner();
  town.broadcast(signer, 4);
  await town.clock.pass(200);
  const peers = [];
  for (let i = 0; i < PEERS; i++) {
    peers.push(town.watch(signer.broadcastId, 3));
    await town.clock.pass(100);
  }
  await town.clock.pass(SETTLE_MS);
  const honest = peers.filter((_, i) => (i * POLLUTERS) % PEERS >= POLLUTERS);
  const polluters = peers.filter((peer) => !honest.includes(peer));
  const read = async (): Promise<{ received: number; missing: number; rejected: number }> => {
    const all = await Promise.all(honest.map(({ session }) => session.getStats()));
    const sum = (of: (one: (typeof all)[number]) => number): number => all.reduce((n, one) => n + of(one), 0);
    return {
      received: sum((one) => one.packetsReceived),
      missing: sum((one) => one.packetsMissing),
      rejected: sum((one) => one.rejected),
    };
  };
  const before = await read();
  for (const peer of polluters) peer.pollute();
  await town.clock.pass(POLLUTED_MS);
  const after = await read();
  const received = after.received - before.received;
  const missing = after.missing - before.missing;
  const kept = received / (received + missing);
  const live = honest.filter(({ session }) => session.state === 'live').length;
  const figures = { polluters: polluters.length, honest: honest.length, live, received, missing, kept };
  return { passed: kept >= KEPT_SHARE_MIN, ...figures, rejected: after.rejected - before.rejected };
}

async function thieves(): Promise<Result> {
  const { backMs, ...result } = await robOwners(THEFTS);
  backMs.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(backMs[Math.floor((backMs.length - 1) * share)] ?? 0);
  const { stolen, lost, kept } = result;
  return { passed: stolen + lost + kept === 0, ...result, backP50Ms: at(0.5), backMaxMs: at(1) };
}

/** `npm run proof -- hostile`. */
export const hostile: Proof = {
  name: 'hostile',
  summary:
    'altered packets at the gate, some of them over edges; 9 polluters among 30; 100 thieves: nothing altered gets on',
  runsDefault: 100_000,
  async run(runs, log) {
    const parts: Record<string, Result> = {};
    for (const [name, part] of [
      ['gate', () => atTheGate(runs)],
      ['thieves', thieves],
      ['thirty', amongThirty],
      ['edges', overEdges],
    ] as const) {
      parts[name] = await part();
      log(`${name}: ${JSON.stringify(parts[name])}`);
    }
    const passed = Object.values(parts).every((part) => part.passed);
    return { name: 'hostile', runs, passed, ...parts };
  },
};
