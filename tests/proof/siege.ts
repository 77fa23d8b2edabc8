// `npm run proof -- siege`: a thousand join from one address while people come (TESTS.md A9), with the overlay of the browser on a virtual
// clock, one seed after another. Nobody is left without a place, and 99 joins of people in 100 take less than 2 s. Then a school behind one
// address, beside people from their own: everybody is placed, and how much later the school is, is printed.

import { HERD_SHARE_MAX, runSchool, runSiege, SCHOOL, SIEGE, summaryOf } from '../sim/siege.ts';
import { range } from '../sim/seeds.ts';
import { quantile } from '../sim/uplinks.ts';
import type { Proof } from './proof.ts';

const JOIN_P99_MS_MAX = 2000;

/** A school that comes within a minute, one by one, and one that opens the link together, ms. */
const SCHOOL_WITHIN_MS = [SCHOOL.withinMs, 5000];

/** Whether everybody was placed, in the school and beside it. */
function holdsWithSchools(runs: number, withinMs: number, log: (line: string) => void): boolean {
  const [schoolMs, othersMs]: [number[], number[]] = [[], []];
  let isHeld = true;
  for (const seed of range(1, runs)) {
    const { pupilsMs, outsidersMs, placed } = runSchool({ seed, ...SCHOOL, withinMs });
    schoolMs.push(...pupilsMs);
    othersMs.push(...outsidersMs);
    isHeld &&= placed === SCHOOL.pupils + SCHOOL.outsiders;
    log(
      `  seed ${seed}: school ${summaryOf(pupilsMs)} ms; others ${summaryOf(outsidersMs)} ms; ${placed} placed`,
    );
  }
  log(`within ${withinMs} ms: school ${summaryOf(schoolMs)} ms; others ${summaryOf(othersMs)} ms`);
  return isHeld && [...schoolMs, ...othersMs].every(Number.isFinite);
}

/** `npm run proof -- siege`. */
export const siege: Proof = {
  name: 'siege',
  summary:
    '1,000 joins from one address while people come: everybody is placed, 99 in 100 within 2 s; then a school',
  runsDefault: 20,
  run(runs, log) {
    const joinsMs: number[] = [];
    let isHeld = true;
    for (const seed of range(1, runs)) {
      const report = runSiege({ seed, ...SIEGE });
      const { placed, people, herdPlaces, slots, violations } = report;
      joinsMs.push(...report.joinsMs);
      isHeld &&= placed === people && herdPlaces < slots * HERD_SHARE_MAX && violations.length === 0;
      log(
        `  seed ${seed}: ${summaryOf(report.joinsMs)} ms; ${placed} of ${people} placed, ${herdPlaces} of ${slots} slots held`,
      );
    }
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => quantile(joinsMs, share));
    log(`a thousand: ${summaryOf(joinsMs)} ms`);
    const areSchoolsPlaced = SCHOOL_WITHIN_MS.every((withinMs) => holdsWithSchools(runs, withinMs, log));
    const passed = isHeld && (p99 ?? Infinity) < JOIN_P99_MS_MAX && areSchoolsPlaced;
    return Promise.resolve({ name: 'siege', runs, passed, joins: joinsMs.length, p50, p95, p99 });
  },
};
