// An end report as files: JSON for programs, CSV for a spreadsheet. Figures of several stretches on air are added up.

import type { AirReport, AirStretch } from '../../session/session-api.ts';

/** What all stretches were together. */
export type AirTotals = Omit<AirStretch, 'version' | 'startedAtMs' | 'stepMs' | 'viewers'>;

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

/** Everything: totals, and each stretch with its line of viewers. */
export function reportJson(report: AirReport): string {
  const { broadcastId, title, stretches } = report;
  const plain = stretches.map((stretch) => ({
    ...stretch,
    startedAt: new Date(stretch.startedAtMs).toISOString(),
  }));
  const whole = { format: 'lucarne-report', version: 1, broadcastId, title };
  return JSON.stringify({ ...whole, totals: totalsOf(report), stretches: plain }, undefined, 1);
}

/** One row a figure (`measure,at,value`): the totals without a time, then the viewers of each step with its beginning. */
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
  ];
  const steps = report.stretches.flatMap(({ startedAtMs, stepMs, viewers }) =>
    viewers.map((count, i) => `viewers,${new Date(startedAtMs + i * stepMs).toISOString()},${count}`),
  );
  const rows = figures.map(([measure, value]) => `"${measure}",,${value}`);
  return ['measure,at,value', ...rows, ...steps, ''].join('\r\n');
}

/** Whole minutes; below ten with one decimal. */
export function minutesOf(ms: number): number {
  const minutes = ms / 60_000;
  return minutes < 10 ? Math.round(minutes * 10) / 10 : Math.round(minutes);
}
