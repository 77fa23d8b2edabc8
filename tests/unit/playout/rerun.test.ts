// The rules of a rerun, by number, over logs that are made up.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachUs, Rerun, startOf, type LoggedPacket, type PacketLog } from '../../../src/playout/rerun.ts';

const FRAME_US = 40_000;
const GROUP = 25;

/** Frames every 40 ms from `lowestSeq` on, a key every second; without these. */
function logOf(newestSeq: number, lowestSeq = 0, missing: readonly number[] = []): PacketLog {
  const gone = new Set(missing);
  return {
    lowestSeq,
    newestSeq,
    at: (seq) =>
      seq < lowestSeq || seq > newestSeq || gone.has(seq)
        ? undefined
        : { seq, timeUs: 1e15 + seq * FRAME_US, isKey: seq % GROUP === 0 },
  };
}

const timeOf = (log: PacketLog, seq: number): number => (log.at(seq) as LoggedPacket).timeUs;

describe('a rerun', () => {
  it('1: begins at the newest key at or before the moment', () => {
    const log = logOf(1000);
    const start = startOf(log, 10_000_000);
    expect(start).toEqual({ seq: 750, momentUs: timeOf(log, 750) });
    expect(startOf(log, 10_500_000)).toEqual({ seq: 725, momentUs: timeOf(log, 1000) - 10_500_000 });
  });

  it('1: begins where what is held begins, but not with what goes next', () => {
    const log = logOf(1000, 510);
    expect(reachUs(log)).toBe((1000 - 525) * FRAME_US - 4_000_000);
    expect(startOf(log, 1e12)).toEqual({ seq: 625, momentUs: timeOf(log, 625) });
  });

  it('1: begins at the oldest key where no older one is held', () => {
    const log = logOf(40, 10);
    expect(startOf(log, 1e12)).toEqual({ seq: 25, momentUs: timeOf(log, 40) });
    expect(reachUs(log)).toBe(0);
  });

  it('1: doesn’t begin without a key', () => {
    expect(startOf(logOf(20, 1), 1e6)).toBeUndefined();
    expect(startOf(logOf(-1), 1e6)).toBeUndefined();
    expect(reachUs(logOf(20, 1))).toBe(0);
  });

  it('2, 3: gives what lies before the moment at once, and the rest when its time has come again', () => {
    const log = logOf(1000);
    const rerun = new Rerun(log, { seq: 725, momentUs: timeOf(log, 737) }, 5000);
    expect(rerun.read(5000)).toEqual({ seqs: Array.from({ length: 13 }, (_, i) => 725 + i), holes: [] });
    expect(rerun.read(5039)).toEqual({ seqs: [], holes: [] });
    expect(rerun.read(5040).seqs).toEqual([738]);
    expect(rerun.read(5400).seqs).toEqual([739, 740, 741, 742, 743, 744, 745, 746, 747]);
  });

  it('4: names a hole when what follows it is due, not before', () => {
    const log = logOf(1000, 0, [740, 741]);
    const rerun = new Rerun(log, { seq: 725, momentUs: timeOf(log, 739) }, 0);
    expect(rerun.read(79)).toEqual({ seqs: Array.from({ length: 15 }, (_, i) => 725 + i), holes: [] });
    expect(rerun.read(120)).toEqual({ seqs: [742], holes: [[740, 741]] });
  });

  it('is over when everything was read, and goes on when more has come', () => {
    const log = logOf(1000);
    const rerun = new Rerun(log, { seq: 975, momentUs: timeOf(log, 975) }, 0);
    expect(rerun.isOver).toBe(false);
    expect(rerun.read(1000).seqs).toHaveLength(26);
    expect(rerun.isOver).toBe(true);
    expect(rerun.behindUs(1000)).toBe(0);
    log.newestSeq = 1001;
    const later = { ...logOf(1001), lowestSeq: 0 };
    log.at = (seq) => later.at(seq);
    expect(rerun.isOver).toBe(false);
    expect(rerun.read(1040).seqs).toEqual([1001]);
  });

  it('2: gives or names each seq exactly once, whatever is missing and however it is read', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(400), { maxLength: 200 }),
        fc.nat(400),
        fc.array(fc.nat(3000), { minLength: 1, maxLength: 30 }),
        (missing, behindFrames, steps) => {
          const log = logOf(400, 0, missing);
          const start = startOf(log, behindFrames * FRAME_US);
          if (!start) return;
          const rerun = new Rerun(log, start, 0);
          const seen: number[] = [];
          let nowMs = 0;
          for (const step of [...steps, 60_000]) {
            nowMs += step;
            const { seqs, holes } = rerun.read(nowMs);
            for (const seq of seqs) expect(timeOf(log, seq)).toBeLessThanOrEqual(rerun.momentUs(nowMs));
            for (const [from, to] of holes)
              for (let seq = from; seq <= to; seq++) {
                expect(log.at(seq)).toBeUndefined();
                seen.push(seq);
              }
            seen.push(...seqs);
          }
          const lastHeld = [...Array(401).keys()].findLast((seq) => log.at(seq))!;
          const wanted = Array.from({ length: lastHeld - start.seq + 1 }, (_, i) => start.seq + i);
          expect(seen.sort((a, b) => a - b)).toEqual(wanted);
        },
      ),
    );
  });
});
