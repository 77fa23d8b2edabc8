// The page of the player's tests: makes a stream, delivers it with the faults that a scenario asks for, and reports
// what the player did.

import { openPlayer } from '../../../src/media/player.ts';
import type { CanvasPlayer } from '../../../src/media/player.ts';
import type { PlayerDetail } from '../../../src/media/player-messages.ts';
import { openClock } from '../../../src/platform/clock.ts';
import type { MediaFormat } from '../../../src/ports.ts';
import { CELLS, endUs, FRAME_RATE, HEIGHT, makeStream, WIDTH } from './player-stream.ts';
import type { Stream } from './player-stream.ts';

export interface Scenario {
  codec: string;
  layers: 1 | 2;
  seconds: number;
  groupS: number;
  hasAudio: boolean;
  /** What was captured before the viewer came, s, and arrives at once. */
  burstS: number;
  /** Each packet takes up to this much longer, ms, at random: so they also change places. */
  jitterMs: number;
  /** Packets (counted from the first) that never come. */
  lost?: number[];
  /** Nothing arrives from `atS` to `atS + forS`; then all of it. */
  gap?: { atS: number; forS: number };
}

export interface Report {
  /** From the first push to the first picture, ms. */
  firstMs: number;
  events: string[];
  stats: PlayerDetail;
  /** Samples taken while playing. */
  samples: PlayerDetail[];
  /** For each sample: when it was taken, and capture to presentation of the newest picture then, ms from the first push. */
  latencies: { atMs: number; latencyMs: number }[];
}

interface PageApi {
  prepare(scenario: Scenario): Promise<{ packets: number; videoPackets: number }>;
  open(): void;
  run(): Promise<Report>;
  failing(format: MediaFormat): Promise<string[]>;
  /** The number in the picture on the canvas, and that of the frame which the player says it shows. */
  numbers(): Promise<{ painted: number; claimed: number }>;
  /** The run that the address asked for, without a hand on the page: a test's own calls count as a user's gesture. */
  byItself: Promise<Report> | undefined;
  player: CanvasPlayer | undefined;
  events: string[];
}

declare global {
  interface Window {
    page: PageApi;
  }
}

const clock = openClock();
const START_US = 1_790_000_000_000_000;
let stream: Stream;
let scenario: Scenario;

/** Mulberry32: the same faults each time. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const page: PageApi = {
  byItself: undefined,
  player: undefined,
  events: [],

  async prepare(wanted) {
    scenario = wanted;
    stream = await makeStream({ ...wanted, firstSeq: 1000, startUs: START_US });
    const videoPackets = stream.packets.filter((packet) => packet.track === 'video').length;
    return { packets: stream.packets.length, videoPackets };
  },

  open() {
    const events = page.events;
    const note = (name: string) => () => void events.push(name);
    page.player = openPlayer({
      firstFrame: note('firstFrame'),
      stalled: note('stalled'),
      resumed: note('resumed'),
      keyNeeded: note('keyNeeded'),
      soundBlocked: (isBlocked) => {
        events.push(isBlocked ? 'blocked' : 'audible');
        console.log(isBlocked ? 'blocked' : 'audible');
      },
      failed: (error) => events.push(`failed ${error.message}`),
    });
    document.body.append(page.player.element);
    const { player } = page;
    document.body.addEventListener('click', () => (player.muted = false));
    page.player.configure(stream.format, 1, 1000);
  },

  async run() {
    const player = page.player!;
    const chance = random(7);
    const startUs = endUs(stream.packets[0]!);
    const due = stream.packets.map((packet, i) => {
      const captureMs = (endUs(packet) - startUs) / 1000 - scenario.burstS * 1000;
      const isBurst = captureMs < 0;
      let atMs = isBurst ? i * 0.5 : captureMs + chance() * scenario.jitterMs;
      const gap = scenario.gap;
      if (gap && atMs > gap.atS * 1000 && atMs < (gap.atS + gap.forS) * 1000)
        atMs = (gap.atS + gap.forS) * 1000;
      return { packet, atMs };
    });
    const queue = due.filter((_, i) => !scenario.lost?.includes(i)).sort((a, b) => a.atMs - b.atMs);
    const samples: PlayerDetail[] = [];
    const latencies: Report['latencies'] = [];
    const beganMs = performance.now();
    let sampledMs = 0;
    await new Promise<void>((resolve) => {
      // The app's clock ticks in a worker: delivery is punctual also when the page is hidden.
      const stop = clock.every(4, () => {
        const nowMs = performance.now() - beganMs;
        while (queue[0] && queue[0].atMs <= nowMs) player.push(queue.shift()!.packet);
        if (nowMs - sampledMs > 100) {
          sampledMs = nowMs;
          void player.stats().then((stats) => {
            samples.push(stats);
            const { shownAtMs = NaN, shownTimeUs = NaN } = stats;
            const captureMs = (shownTimeUs - startUs) / 1000 - scenario.burstS * 1000;
            latencies.push({ atMs: nowMs, latencyMs: shownAtMs - beganMs - captureMs });
            if (samples.length === 20) console.log(`playing ${stats.clock}${player.muted ? ' muted' : ''}`);
          });
        }
        if (queue.length === 0) {
          stop();
          resolve();
        }
      });
    });
    const stats = await player.stats();
    return {
      firstMs: (stats.firstShownAtMs ?? NaN) - beganMs,
      events: page.events,
      stats,
      samples,
      latencies,
    };
  },

  async numbers() {
    const { shownTimeUs = 0 } = await page.player!.stats();
    const copy = new OffscreenCanvas(WIDTH, HEIGHT).getContext('2d')!;
    copy.drawImage(page.player!.element, 0, 0);
    let painted = 0;
    for (let bit = 0; bit < CELLS; bit++) {
      const [red = 0] = copy.getImageData(((bit + 0.5) * WIDTH) / CELLS, 30, 1, 1).data;
      if (red > 128) painted |= 1 << bit;
    }
    return { painted, claimed: Math.round(((shownTimeUs - START_US) * FRAME_RATE) / 1e6) };
  },

  async failing(format) {
    const events: string[] = [];
    await new Promise<void>((resolve) => {
      const player = openPlayer({
        firstFrame: () => undefined,
        stalled: () => undefined,
        resumed: () => undefined,
        keyNeeded: () => events.push('keyNeeded'),
        soundBlocked: () => undefined,
        failed: (error) => {
          events.push(error.message);
          resolve();
        },
      });
      player.configure(format, 1, 0);
      for (let seq = 0; seq < 20; seq++) {
        const timeUs = seq * 33_333;
        const bytes = new Uint8Array([1, 2, 3, seq]);
        player.push({ seq, track: 'video', isKey: true, layer: 0, timeUs, durationUs: 33_333, bytes });
      }
    });
    return events;
  },
};

window.page = page;
if (location.hash) {
  page.byItself = page
    .prepare(JSON.parse(decodeURIComponent(location.hash.slice(1))) as Scenario)
    .then(() => {
      page.open();
      return page.run();
    });
}
