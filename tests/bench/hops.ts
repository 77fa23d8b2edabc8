// `npm run bench -- hops`: glass to glass through five hops, our verbatim relays against connections that encode anew at
// every hop. Chains of both sides play by turns in one browser, first on bare connections, then on narrow ones.

import type { Benchmark, BenchmarkResult } from './benchmark.ts';
import { thousandth } from './benchmark.ts';
import { DEPTHS, poolRuns } from './hops-measure.ts';
import type { Arrangement, ChainRun, HopsTiming, SideFigures } from './hops-measure.ts';
import { runOurChain } from './hops-ours.ts';
import { runPeerChain } from './hops-peer.ts';
import { openPathProxy, symmetric } from './path-proxy.ts';
import type { PathProxy } from './path-proxy.ts';
import { openStage } from './stage.ts';
import type { Stage } from './stage.ts';

/** Two cores carry six nodes in one page; docs/benchmarks.md says what a page each adds. */
const ARRANGEMENT: Arrangement = 'one page';
const TIMING: HopsTiming = { windowMs: 3000, rounds: 2 };
const RUNS = 2;
const NARROW_RUNS = 1;
/** What store-and-forward would show on: a key chunk of 30 KB takes 80 ms at this rate. */
const NARROW = { bitsPerSecond: 3_000_000, queueMsMax: 300 };
/** The codec of the app's broadcasts. */
const PEER_CODEC = 'video/H264';

interface Comparison {
  ours: SideFigures;
  peer: SideFigures;
  ratio: number;
  addedPerHopRatio: number;
}

async function compare(
  stage: Stage,
  runs: number,
  openProxy: () => PathProxy | undefined,
  log: (line: string) => void,
): Promise<Comparison> {
  const ourRuns: ChainRun[] = [];
  const peerRuns: ChainRun[] = [];
  for (let run = 0; run < runs; run++) {
    const proxy = openProxy();
    try {
      const ours = await runOurChain(stage, ARRANGEMENT, TIMING, proxy);
      ourRuns.push(ours);
      log(`  run ${run + 1} of ${runs}, ours:        ${lineOf(poolRuns([ours]))}`);
      log(`    ${JSON.stringify(ours.details)}`);
      // Theirs settles for as long as ours did.
      const peer = await runPeerChain(stage, ARRANGEMENT, PEER_CODEC, TIMING, ours.settledMs, proxy);
      peerRuns.push(peer);
      log(`  run ${run + 1} of ${runs}, re-encoding: ${lineOf(poolRuns([peer]))}`);
    } finally {
      proxy?.close();
    }
  }
  const ours = poolRuns(ourRuns);
  const peer = poolRuns(peerRuns);
  return {
    ours,
    peer,
    ratio: thousandth(ours.depths[5]!.p50 / peer.depths[5]!.p50),
    addedPerHopRatio: thousandth(ours.addedPerHopMs / peer.addedPerHopMs),
  };
}

function lineOf({ depths, heard, addedPerHopMs, psnrDb, shownRate }: SideFigures): string {
  const glass = (of: SideFigures['depths']) =>
    DEPTHS.map((depth) => `${of[depth]!.p50}/${of[depth]!.p95}`).join('  ');
  const each = (of: Record<number, number>) => DEPTHS.map((depth) => of[depth]).join(' ');
  return [
    `p50/p95 at 1, 3, 5: ${glass(depths)} ms`,
    ...(heard ? [`with sound ${glass(heard)} ms`] : []),
    `per hop ${addedPerHopMs.toFixed(1)} ms`,
    `PSNR ${each(psnrDb)} dB`,
    `${each(shownRate)} pictures/s`,
  ].join('; ');
}

async function run(log: (line: string) => void): Promise<BenchmarkResult> {
  const stage = await openStage(['hops-ours', 'hops-peer'], { hasApp: false, hasDevices: false });
  try {
    log('Bare connections:');
    const bare = await compare(stage, RUNS, () => undefined, log);
    log(`${NARROW.bitsPerSecond / 1e6} Mbit/s each way on every edge:`);
    const narrow = await compare(stage, NARROW_RUNS, () => openPathProxy(symmetric(NARROW)), log);
    for (const [name, side] of [
      ['bare', bare],
      ['narrow', narrow],
    ] as const) {
      log(`${name}: ours ${lineOf(side.ours)}`);
      log(`${name}: peer ${lineOf(side.peer)}`);
      log(`${name}: depth-5 p50 ratio ${side.ratio}, added delay per hop ratio ${side.addedPerHopRatio}`);
    }
    return {
      name: 'hops',
      unit: 'ms',
      ours: { p50: bare.ours.depths[5]!.p50, ...bare.ours },
      peer: { p50: bare.peer.depths[5]!.p50, codec: PEER_CODEC, ...bare.peer },
      ratio: bare.ratio,
      addedPerHopRatio: bare.addedPerHopRatio,
      arrangement: ARRANGEMENT,
      narrow: { ...NARROW, runs: NARROW_RUNS, ...narrow },
      runs: RUNS,
      machine: stage.machine,
    };
  } finally {
    await stage.close();
  }
}

export const hops: Benchmark = {
  name: 'hops',
  summary: 'glass to glass at depth 1, 3 and 5, against connections that encode anew at every hop',
  run,
};
