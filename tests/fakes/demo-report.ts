// An end report to look at: an evening of 48 minutes with a reload in it.

import type { AirReport, AirStretch, DepthQuality } from '../../src/session/session-api.ts';

const STARTED_AT_MS = Date.parse('2026-11-24T19:30:00Z');
const STEP_MS = 20_000;

function qualityAt(depth: number, steps: number): DepthQuality {
  const watchedMs = steps * STEP_MS * [0, 4, 14, 40, 110, 260][depth]!;
  return {
    ...{ depth, watchedMs, timedMs: watchedMs, latencyMs: 262 + 11 * depth },
    stalls: Math.round((depth * watchedMs) / 2_400_000),
    stallMs: Math.round((depth * watchedMs) / 6000),
    reparents: Math.round((depth * watchedMs) / 1_900_000),
  };
}

function stretch(afterMs: number, steps: number, from: number): AirStretch {
  const viewers = Array.from({ length: steps }, (_, i) =>
    Math.round(from + 1284 * Math.sin((Math.PI * (i + 1)) / (steps + 12)) ** 2 + 40 * Math.sin(i * 1.7)),
  ).map((count) => Math.max(0, count));
  return {
    version: 1,
    startedAtMs: STARTED_AT_MS + afterMs,
    durationMs: steps * STEP_MS,
    viewersMax: Math.max(...viewers),
    watchedMs: viewers.reduce((sum, count) => sum + count * STEP_MS, 0),
    stepMs: STEP_MS,
    viewers,
    quality: [1, 2, 3, 4, 5].map((depth) => qualityAt(depth, steps)),
    ...{ hearts: 5210, comments: 431, leftOut: 62, questions: 12, reports: 3 },
  };
}

/** Of a broadcast. */
export function demoReport(broadcastId: string, title: string): AirReport {
  return { broadcastId, title, stretches: [stretch(0, 90, 20), stretch(95 * STEP_MS, 54, 300)] };
}
