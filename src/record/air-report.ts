// The end report lies beside the recording, one value for each stretch on air, and is there after a crash as it was some seconds before.

import type { AirReport, AirStretch, KeepStretch } from '../session/session-api.ts';
import type { Table } from '../ports.ts';
import { givenTitle } from './given-title.ts';

const KEY_PREFIX = 'report-';
const KEY_DIGITS = 12;

/** Keeps the newest state of one epoch's stretch. What the disk refuses is left out: the page still has it. */
export function openStretchKeeper(table: Table, epoch: number): KeepStretch {
  const key = KEY_PREFIX + String(epoch).padStart(KEY_DIGITS, '0');
  return (stretch) => table.set([[key, stretch]]).catch(() => undefined);
}

/** All stretches in order; undefined when none was kept. Rejects with the table's LucarneError. */
export async function readReport(
  table: Table,
  about: Omit<AirReport, 'stretches'>,
): Promise<AirReport | undefined> {
  const keys = (await table.keys()).filter((key) => key.startsWith(KEY_PREFIX));
  const values = await Promise.all(keys.map((key) => table.get(key)));
  const stretches = values.filter(isStretch);
  if (stretches.length === 0) return undefined;
  return { ...about, title: (await givenTitle(table)) ?? about.title, stretches };
}

function isStretch(value: unknown): value is AirStretch {
  return (value as AirStretch | undefined)?.version === 1;
}
