// What the end report tells of one stretch on air, and the files made of it.

import { describe, expect, it } from 'vitest';
import { AirMeter } from '../../../src/session/air-meter.ts';
import type { AirReport } from '../../../src/session/session-api.ts';
import { qualityOf, reportCsv, reportJson, totalsOf } from '../../../src/ui/end-report/report-files.ts';

const STARTED_AT_MS = 1_700_000_000_000;
const SUMS = { hearts: 3, comments: 2, leftOut: 1, questions: 1, reports: 0 };

/** So many for so long, one after the other; looked at ten times a second. */
function measure(...crowds: [viewers: number, forMs: number][]): ReturnType<AirMeter['stretch']> {
  let nowMs = 500;
  const meter = new AirMeter(STARTED_AT_MS, nowMs);
  meter.note(nowMs, 0);
  for (const [viewers, forMs] of crowds) {
    meter.note(nowMs, viewers);
    for (let passed = 0; passed < forMs; passed += 100) meter.note((nowMs += 100), viewers);
  }
  return meter.stretch(SUMS);
}

describe('the meter of a broadcast', () => {
  it('knows for how long, how many at most, and how long all of them together', () => {
    expect(measure([0, 5000], [3, 10_000], [1, 2500])).toEqual({
      ...{ version: 1, startedAtMs: STARTED_AT_MS, durationMs: 17_500, viewersMax: 3, stepMs: 5000 },
      watchedMs: 32_500,
      viewers: [0, 3, 3, 3],
      ...SUMS,
    });
  });

  it('keeps a bounded line, however long it lasts, with the peak in it', () => {
    const stretch = measure([10, 3_600_000], [500, 1000], [20, 7_200_000]);
    expect(stretch.viewers.length).toBeLessThanOrEqual(240);
    expect(stretch.viewers.length * stretch.stepMs).toBeGreaterThanOrEqual(stretch.durationMs);
    expect(Math.max(...stretch.viewers)).toBe(500);
    expect(stretch.viewers[Math.floor(3_600_000 / stretch.stepMs)]).toBe(500);
    expect(stretch.watchedMs).toBe(10 * 3_600_000 + 500 * 1000 + 20 * 7_200_000);
  });
});

describe('the files of a report', () => {
  const later = { ...measure([2, 10_000]), startedAtMs: STARTED_AT_MS + 60_000 };
  const seen = { watchedMs: 60_000, timedMs: 60_000, latencyMs: 300, stalls: 1, stallMs: 2000, reparents: 0 };
  const near = { depth: 1, ...seen };
  const far = { depth: 3, ...seen, timedMs: 0, latencyMs: 0 };
  const stretches = [
    { ...measure([7, 5000]), quality: [far] },
    { ...later, quality: [near] },
    { ...later, quality: [{ ...near, timedMs: 20_000, latencyMs: 700, stalls: 4 }] },
  ];
  const report: AirReport = { broadcastId: 'b', title: 'Title', stretches: [stretches[0]!, later] };

  it('put together how well viewers saw, each latency by how long it was known', () => {
    expect(qualityOf({ ...report, stretches })).toEqual([
      { ...near, watchedMs: 120_000, timedMs: 80_000, latencyMs: 400, stalls: 5, stallMs: 4000 },
      far,
    ]);
    const csv = reportCsv({ ...report, stretches });
    expect(csv).toContain('"depth 1: latency, ms",,400\r\n"depth 1: stalls",,5\r\n');
    expect(csv).not.toContain('depth 3: latency');
    expect(JSON.parse(reportJson({ ...report, stretches }))).toMatchObject({ quality: [{ depth: 1 }, far] });
    // A report from before this was measured.
    expect(qualityOf({ ...report, stretches: [later] })).toEqual([]);
  });

  it('add up what happened, and take the most that watched at once', () => {
    expect(totalsOf(report)).toEqual({
      ...{ durationMs: 15_000, viewersMax: 7, watchedMs: 55_000 },
      ...{ hearts: 6, comments: 4, leftOut: 2, questions: 2, reports: 0 },
    });
  });

  it('hold it as JSON', () => {
    expect(JSON.parse(reportJson(report))).toMatchObject({
      ...{ format: 'lucarne-report', version: 1, broadcastId: 'b', totals: totalsOf(report) },
      stretches: [{ startedAt: '2023-11-14T22:13:20.000Z' }, { viewers: [2, 2, 2] }],
    });
  });

  it('hold it as CSV of three columns', () => {
    const rows = reportCsv(report).trimEnd().split('\r\n');
    expect(rows.every((row) => row.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).length === 3)).toBe(true);
    expect(rows).toContain('"most watching at once",,7');
    expect(rows).toContain('viewers,2023-11-14T22:14:20.000Z,2');
  });
});
