// An export with gaps keeps its times and names exactly what it lacks (TESTS.md R10).

import { beforeAll, describe, expect, test, vi } from 'vitest';
import { RECORDING_GAPS_MAX } from '../../../src/base/limits.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Signer } from '../../../src/ports.ts';
import { GapReport } from '../../../src/record/gap-report.ts';
import { recordKey, type StoredRecord } from '../../../src/record/record.ts';
import { privateFilesNavigator } from '../../fakes/private-files.ts';
import {
  chunksOf,
  exported,
  newSigner,
  signedEpoch,
  SOUND_ONLY,
  START_US,
  VP8,
  type Exported,
} from './proven-broadcast.ts';

vi.stubGlobal('navigator', privateFilesNavigator());

const SECONDS = 6;

let signer: Signer;
let packets: Packet[];

beforeAll(async () => {
  signer = await newSigner();
  packets = await signedEpoch(signer, { seconds: SECONDS });
});

/** Ms of the file at which packets of a kind begin. */
function timesMs(of: (packet: Packet['header']) => boolean, among = packets): number[] {
  return among.filter(({ header }) => of(header)).map(({ header }) => (header.timeUs - START_US) / 1000);
}

/** Exports with record `index` flipped or gone, and tells what was in it. */
async function without(
  index: number,
  how: 'flip' | 'remove',
): Promise<{ file: Exported; lost: StoredRecord }> {
  let lost: StoredRecord | undefined;
  const [file] = await exported(packets, (records) => {
    lost = records.get(recordKey(index)) as StoredRecord;
    if (how === 'flip') lost.packets[100]! ^= 1;
    else records.delete(recordKey(index));
  });
  return { file: file!, lost: lost! };
}

describe('a recording', () => {
  test('of which nothing is missing has no gap', async () => {
    expect((await exported(packets))[0]!.gaps).toEqual([]);
  });

  test.each(['flip', 'remove'] as const)(
    'with one record damaged (%s) lacks exactly its pictures and those that need them, at the right times',
    async (how) => {
      const { file, lost } = await without(5, how);
      const isLost = ({ seq }: Packet['header']): boolean => seq >= lost.fromSeq && seq <= lost.toSeq;
      const [fromMs] = timesMs((header) => header.kind === 'video' && isLost(header));
      const [toMs] = timesMs(({ kind, isKey, seq }) => kind === 'video' && isKey && seq > lost.toSeq);
      expect(file.gaps).toEqual([{ where: 'inside', why: 'lost', fromMs, toMs }]);
      const kept = (await chunksOf(file.video)).map(({ track, timeUs }) => [
        track,
        Math.round(timeUs / 1000),
      ]);
      const isKept = (header: Packet['header']): boolean =>
        !isLost(header) && (header.kind === 'audio' || !timeIsIn(header, fromMs!, toMs!));
      for (const kind of ['video', 'audio'] as const) {
        const expected = timesMs((header) => header.kind === kind && isKept(header)).map(Math.round);
        expect(kept.filter(([track]) => track === kind).map(([, timeMs]) => timeMs)).toEqual(expected);
      }
    },
  );

  test('of sound alone goes on with the next sound', async () => {
    packets = await signedEpoch(signer, { seconds: SECONDS, format: SOUND_ONLY });
    const { file, lost } = await without(5, 'flip');
    const [gap] = file.gaps;
    const offMs = timesMs(({ kind }) => kind === 'audio')[0]!;
    const [backMs] = timesMs(({ kind, seq }) => kind === 'audio' && seq > lost.toSeq);
    expect(file.gaps).toHaveLength(1);
    expect(gap!.toMs).toBeCloseTo(backMs! - offMs, 3);
    expect(gap!.toMs - gap!.fromMs).toBeGreaterThan(400);
    expect(gap!.toMs - gap!.fromMs).toBeLessThan(600);
    packets = await signedEpoch(signer, { seconds: SECONDS });
  });

  test('that was resumed was off the air in between', async () => {
    const again = await signedEpoch(signer, { seconds: 2, epoch: 8, atUs: 20_000_000 });
    const [file] = await exported([...packets, ...again]);
    expect(file!.gaps).toEqual([{ where: 'inside', why: 'off-air', fromMs: SECONDS * 1000, toMs: 20_000 }]);
  });

  test('that lost its first or its last record says so, without a length that nobody knows', async () => {
    const first = await without(0, 'flip');
    expect(first.file.gaps).toEqual([{ where: 'start', why: 'lost', fromMs: 0, toMs: 0 }]);
    let last = 0;
    const [file] = await exported(packets, (records) => {
      last = [...records.keys()].filter((key) => key.startsWith('record-')).length - 1;
      (records.get(recordKey(last)) as StoredRecord).packets[100]! ^= 1;
    });
    expect(file!.gaps).toMatchObject([{ where: 'end', why: 'lost' }]);
    expect(file!.gaps[0]!.fromMs).toBeGreaterThan(5000);
  });

  test('in two parts tells of each part alone', async () => {
    const again = await signedEpoch(signer, { seconds: 2, epoch: 8, atUs: 20_000_000, format: VP8 });
    const [first, second] = await exported([...packets, ...again]);
    expect([first!.gaps, second!.gaps]).toEqual([[], []]);
  });
});

function timeIsIn({ timeUs }: Packet['header'], fromMs: number, toMs: number): boolean {
  const timeMs = (timeUs - START_US) / 1000;
  return timeMs >= fromMs && timeMs < toMs;
}

test('too many gaps to name are told as one from there on', () => {
  const report = new GapReport(false);
  for (let i = 0; i < 10 * RECORDING_GAPS_MAX; i++)
    report.add({ track: 'audio', timeUs: i * 2000, durationUs: 1000, gapBefore: 'off-air' });
  expect(report.gaps).toHaveLength(RECORDING_GAPS_MAX);
  expect(report.gaps.at(-1)).toMatchObject({
    fromMs: 2 * RECORDING_GAPS_MAX - 1,
    toMs: 2 * (10 * RECORDING_GAPS_MAX - 1),
  });
});
