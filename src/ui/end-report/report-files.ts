// An end report as files: JSON for programs, CSV for a spreadsheet. Figures of several stretches on air are added up.

import type { AirReport, AirStretch, DepthQuality } from '../../session/session-api.ts';

/** What all stretches were together. */
export type AirTotals = Omit<AirStretch, 'version' | 'startedAtMs' | 'stepMs' | 'viewers' | 'quality'>;

/** Sums, and the most that watched at once. */
export function totalsOf({ stretches }: AirReport): AirTotals {
  const sum = (of: (stretch: AirStretch) => number): number =>
    stretches.reduce((total, stretch) => total + of(stretch), 0);
  return {
    durationMs: sum(({ durationMs }) => durationMs),
    viewersMax: Math.max(...stretches.map(({ viewersMax }) => viewersMax)),
    watchedMs: sum(({ watchedMs }) => watchedMs),
    hearts: sum(({ hearts }) => hearts),
    comments: sum(({ comments }) => comments),
    leftOut: sum(({ leftOut }) => leftOut),
    questions: sum(({ questions }) => questions),
    reports: sum(({ reports }) => reports),
  };
}

/** How well viewers saw in all stretches together, by depth. */
export function qualityOf({ stretches }: AirReport): DepthQuality[] {
  const byDepth = new Map<number, DepthQuality>();
  for (const row of stretches.flatMap(({ quality = [] }) => quality)) {
    const known = byDepth.get(row.depth);
    byDepth.set(row.depth, known ? together(known, row) : row);
  }
  return [...byDepth.values()].sort((a, b) => a.depth - b.depth);
}

function together(a: DepthQuality, b: DepthQuality): DepthQuality {
  const timedMs = a.timedMs + b.timedMs;
  const latencyMs = (a.latencyMs * a.timedMs + b.latencyMs * b.timedMs) / Math.max(1, timedMs);
  return {
    depth: a.depth,
    watchedMs: a.watchedMs + b.watchedMs,
    timedMs,
    latencyMs: Math.round(latencyMs),
    stalls: a.stalls + b.stalls,
    stallMs: a.stallMs + b.stallMs,
    reparents: a.reparents + b.reparents,
  };
}

/** Everything: totals, the picture's quality by depth, and each stretch with its line of viewers. */
export function reportJson(report: AirReport): string {
  const { broadcastId, title, stretches } = report;
  const plain = stretches.map((stretch) => ({
    ...stretch,
    startedAt: new Date(stretch.startedAtMs).toISOString(),
  }));
  const whole = { format: 'lucarne-report', version: 1, broadcastId, title };
  const together = { totals: totalsOf(report), quality: qualityOf(report) };
  return JSON.stringify({ ...whole, ...together, stretches: plain }, undefined, 1);
}

/**
 * One row a figure (`measure,at,value`): the totals and the quality at each depth without a time, then the viewers of each step with
 * its beginning.
 */
export function reportCsv(report: AirReport): string {
  const totals = totalsOf(report);
  const figures: [measure: string, value: number][] = [
    ['on air, s', Math.round(totals.durationMs / 1000)],
    ['most watching at once', totals.viewersMax],
    ['watched, min', minutesOf(totals.watchedMs)],
    ['hearts', totals.hearts],
    ['comments', totals.comments],
    ['comments not shown', totals.leftOut],
    ['questions', totals.questions],
    ['reports', totals.reports],
    ...qualityOf(report).flatMap(qualityFigures),
  ];
  const steps = report.stretches.flatMap(({ startedAtMs, stepMs, viewers }) =>
    viewers.map((count, i) => `viewers,${new Date(startedAtMs + i * stepMs).toISOString()},${count}`),
  );
  const rows = figures.map(([measure, value]) => `"${measure}",,${value}`);
  return ['measure,at,value', ...rows, ...steps, ''].join('\r\n');
}

function qualityFigures(row: DepthQuality): [measure: string, value: number][] {
  const figures: [measure: string, value: number][] = [
    ['watched, s', Math.round(row.watchedMs / 1000)],
    ...(row.timedMs > 0 ? [['latency, ms', row.latencyMs] as [string, number]] : []),
    ['stalls', row.stalls],
    ['stalled, s', Math.round(row.stallMs / 1000)],
    ['changes of parent', row.reparents],
  ];
  return figures.map(([measure, value]) => [`depth ${row.depth}: ${measure}`, value]);
}

/** Whole minutes; below ten with one decimal. */
export function minutesOf(ms: number): number {
  const minutes = ms / 60_000;
  return minutes < 10 ? Math.round(minutes * 10) / 10 : Math.round(minutes);
}
