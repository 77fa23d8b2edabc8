// Our side of `hops`, as many nodes of the chain as it is asked for: the app's own composition, without its pages. The
// address says `children=1`, so that each node feeds one other.

import { takeArrivals } from './hops-arrivals.ts';
import type { Arrival } from './hops-arrivals.ts';
import { show } from './hops-reader.ts';
import { lucarne } from '../../../src/app.ts';
import type { WatchSession, WatchStats } from '../../../src/session/session-api.ts';

interface OursPage {
  /** Goes on air with the test card at 360p; resolves with the link. */
  broadcast(): Promise<string>;
  /** Watches at a depth; resolves when a picture is shown. */
  watch(link: string, depth: number): Promise<WatchStats>;
  /** Lets the viewers of this page be heard; needs a gesture before it. */
  unmute(): void;
  /** What the viewer at a depth says of itself. */
  stats(depth: number): Promise<WatchStats>;
  /** Packets that arrived since the last call, by the viewers of this page in the order in which they came. */
  arrivals(): Arrival[][];
}

declare global {
  interface Window {
    benchOurs: OursPage;
  }
}

const POLL_MS = 100;
const viewers = new Map<number, WatchSession>();

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

window.benchOurs = {
  async broadcast() {
    const programme = await lucarne.openProgramme({ source: 'testcard', quality: '360p' });
    show(0, programme.preview as HTMLCanvasElement);
    const session = await lucarne.startBroadcast(programme, 'Benchmark');
    while (session.state === 'starting') await pause(POLL_MS);
    return session.link;
  },

  async watch(link, depth) {
    const session = lucarne.watch(link);
    viewers.set(depth, session);
    show(depth, session.element as HTMLCanvasElement);
    for (;;) {
      const stats = await session.getStats();
      if (stats.state === 'live' && stats.videoFrames > 0) return stats;
      await pause(POLL_MS);
    }
  },

  unmute() {
    for (const viewer of viewers.values()) viewer.muted = false;
  },

  stats: (depth) => viewers.get(depth)!.getStats(),
  arrivals: takeArrivals,
};
