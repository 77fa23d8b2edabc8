// The other side of `hops`: a chain of RTCPeerConnections that pass the remote track on with addTrack.

import type { Page } from 'playwright-core';
import { DEPTH_MAX, FORMAT, openPages, readGlass, readPsnr } from './hops-measure.ts';
import type { Arrangement, ChainRun, HopsTiming } from './hops-measure.ts';
import type { PathProxy } from './path-proxy.ts';
import type { Stage } from './stage.ts';

const READY_MS_MAX = 30_000;

/** Connects the node at `depth` to the one after it. */
async function connect(pages: readonly Page[], depth: number, mimeType: string): Promise<void> {
  const [from, to] = [pages[depth]!, pages[depth + 1]!];
  const offer = await from.evaluate(([at, format]) => window.benchPeer.offer(at, format), [
    depth,
    { ...FORMAT, mimeType },
  ] as const);
  const answer = await to.evaluate(([at, sdp]) => window.benchPeer.answer(at, sdp), [
    depth + 1,
    offer,
  ] as const);
  await from.evaluate(([at, sdp]) => window.benchPeer.accept(at, sdp), [depth, answer] as const);
  await to.waitForFunction((at) => window.benchPeer.isShowing(at), depth + 1, { timeout: READY_MS_MAX });
}

/** Plays one chain from its start to its end; it settles for `settleMs` before it is read. */
export async function runPeerChain(
  stage: Stage,
  arrangement: Arrangement,
  mimeType: string,
  timing: HopsTiming,
  settleMs: number,
  proxy?: PathProxy,
): Promise<ChainRun> {
  const { pages, close } = await openPages(stage, 'hops-peer', arrangement, proxy);
  try {
    const startMs = await pages[0]!.evaluate((format) => window.benchPeer.draw(format), {
      ...FORMAT,
      mimeType,
    });
    for (let depth = 0; depth < DEPTH_MAX; depth++) await connect(pages, depth, mimeType);
    await pages[0]!.waitForTimeout(settleMs);
    const chain = { pages, startMs };
    const glass = await readGlass(chain, timing);
    const last = DEPTH_MAX - 1;
    const lastHop = await pages[last]!.evaluate((at) => window.benchPeer.outbound(at), last);
    const psnrDb = await readPsnr(chain);
    return { ...glass, arrivalMs: new Map(), psnrDb, settledMs: settleMs, details: { lastHop } };
  } finally {
    await close();
  }
}
