// Worlds in which people only come: slowly and in great number, or all at once.

import { arrive, CONTROL, FULL, WARM_MS, type Scenario } from './scenario.ts';

/** Time to settle, promotions included, and the last minute in which the root's messages are counted. */
const REST_MS = 600_000;
/** Joins a second while a broadcast grows. */
const GROWTH_PER_SECOND = 100;

/** One viewer after the other, up to a million. */
export const growth: Scenario = {
  summary: 'viewers arrive steadily; control messages only',
  minutes: (peers) => Math.ceil((WARM_MS + REST_MS + (peers * 1000) / GROWTH_PER_SECOND) / 60_000),
  settings: () => CONTROL,
  plan(stage) {
    arrive(stage, WARM_MS, stage.endMs - REST_MS);
  },
};

/** Everybody within ten seconds. */
export const flash: Scenario = {
  summary: 'everybody arrives within 10 s',
  minutes: () => 1.5,
  settings: () => FULL,
  plan(stage) {
    arrive(stage, WARM_MS, WARM_MS + 10_000);
  },
};
