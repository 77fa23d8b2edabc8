// Records that were put back in: what the disk had lost and viewers still held. They lie beside the others under keys of their
// own, which say where they belong, so that no index has to be moved.

import type { Table } from '../ports.ts';

/** Key of the mark that says how much came back: `{ version, ms, bytes }`. It is written with each record, and only told. */
export const REFILLED_KEY = 'refilled';
/** The index of a record that was put back in: it has no place among those that were written in order. */
export const INSERTED_INDEX = -1;
const PREFIX = 'inserted-';
const DIGITS = 10;
const KEY = /^inserted-(\d{10})-(\d{10})$/;
const VERSION = 1;

/** Where such a record belongs. */
export interface InsertedPlace {
  key: string;
  epoch: number;
  fromSeq: number;
}

/** Key order is the order of the feed. */
export function insertedKey(epoch: number, fromSeq: number): string {
  const digits = (value: number): string => String(value).padStart(DIGITS, '0');
  return `${PREFIX}${digits(epoch)}-${digits(fromSeq)}`;
}

/** Undefined for keys of other things. */
export function insertedPlace(key: string): InsertedPlace | undefined {
  const [, epoch, fromSeq] = KEY.exec(key) ?? [];
  return epoch === undefined ? undefined : { key, epoch: Number(epoch), fromSeq: Number(fromSeq) };
}

/** How much of a recording came back. */
export interface Refilled {
  ms: number;
  bytes: number;
}

/** What the mark says; nothing when there is none. */
export async function readRefilled(table: Table): Promise<Refilled> {
  const mark = (await table.get(REFILLED_KEY)) as Partial<Refilled> | undefined;
  const { ms, bytes } = mark ?? {};
  return typeof ms === 'number' && typeof bytes === 'number' ? { ms, bytes } : { ms: 0, bytes: 0 };
}

/** The mark as it is kept. */
export function refilledMark(refilled: Refilled): { version: number } & Refilled {
  return { version: VERSION, ...refilled };
}
