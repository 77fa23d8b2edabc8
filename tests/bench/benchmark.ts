// What a benchmark is, and the few statistics that all of them print. One rule: both sides are measured in the same run.

import type { Machine } from './machine.ts';

/** What `npm run bench` runs. */
export interface Benchmark {
  name: string;
  /** One line: what is measured against what. */
  summary: string;
  /** What `--part` may name, where a benchmark is long and its parts stand on their own. */
  parts?: readonly string[];
  /** Runs it, or only these parts; `log` takes lines for a person. Rejects when a side can't be measured. */
  run(log: (line: string) => void, parts: readonly string[]): Promise<BenchmarkResult>;
}

/** The JSON object of a benchmark; `ratio` is ours / peer of the headline figure. */
export interface BenchmarkResult {
  name: string;
  unit: string;
  ours: Record<string, unknown>;
  peer: Record<string, unknown>;
  ratio: number;
  runs: number;
  machine: Machine;
  [more: string]: unknown;
}

/** Median and 95th percentile of `count` samples. */
export interface Spread {
  p50: number;
  p95: number;
  count: number;
}

/** The smallest sample that at least `share` of all samples don't exceed; NaN when there are none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** Rounded to a tenth. */
export function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Rounded to a thousandth. */
export function thousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Median and 95th percentile, rounded to a tenth. */
export function spread(samples: readonly number[]): Spread {
  return {
    p50: tenth(percentile(samples, 0.5)),
    p95: tenth(percentile(samples, 0.95)),
    count: samples.length,
  };
}

/** Least-squares slope per hour of what was sampled after the warm-up, or of all when there was no time for one. */
export function slopePerHour(samples: readonly { atMs: number; value: number }[], warmUpMs: number): number {
  const late = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const used = late.length >= 3 ? late : samples;
  const mean = (of: (sample: { atMs: number; value: number }) => number): number =>
    used.reduce((sum, sample) => sum + of(sample), 0) / used.length;
  const [atMean, valueMean] = [mean(({ atMs }) => atMs), mean(({ value }) => value)];
  const spread = mean(({ atMs }) => (atMs - atMean) ** 2);
  return (mean(({ atMs, value }) => (atMs - atMean) * (value - valueMean)) / spread) * 3_600_000;
}
