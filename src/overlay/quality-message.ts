// Bytes of the one message about the picture's quality (docs/wire-control.md): sums since the edge opened, by depth. The decoder is total.

import type { Bytes } from '../base/bytes.ts';
import type { Result } from '../base/errors.ts';
import { isPlausible, QUALITY_DEPTH_MAX, QUALITY_FIELDS, type QualityRow } from './quality.ts';
import { QUALITY_TYPE } from './quality-type.ts';

const HEAD_BYTES = 2;
const SUM_BYTES = 6;
const ROW_BYTES = 1 + QUALITY_FIELDS.length * SUM_BYTES;
/** The high bytes of a sum are worth so much. */
const HIGH = 2 ** 32;

/** Why a message is refused. */
export type QualityCode = 'length' | 'depth' | 'sums';

/** The bytes. `rows`: by depth, at most QUALITY_DEPTH_MAX. */
export function encodeQuality(rows: readonly QualityRow[]): Bytes {
  const bytes = new Uint8Array(HEAD_BYTES + rows.length * ROW_BYTES);
  const view = new DataView(bytes.buffer);
  bytes[0] = QUALITY_TYPE;
  bytes[1] = rows.length;
  for (const [i, row] of rows.entries()) {
    const at = HEAD_BYTES + i * ROW_BYTES;
    view.setUint8(at, row.depth);
    for (const [j, field] of QUALITY_FIELDS.entries()) writeSum(view, at + 1 + j * SUM_BYTES, row[field]);
  }
  return bytes;
}

/** Reads one. */
export function decodeQuality(bytes: Uint8Array): Result<QualityRow[], QualityCode> {
  const count = bytes[1] ?? 0;
  if (count > QUALITY_DEPTH_MAX || bytes.length !== HEAD_BYTES + count * ROW_BYTES)
    return { ok: false, code: 'length' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = Array.from({ length: count }, (_, i) => readRow(view, HEAD_BYTES + i * ROW_BYTES));
  let above = 0;
  for (const { depth } of rows) {
    if (depth <= above || depth > QUALITY_DEPTH_MAX) return { ok: false, code: 'depth' };
    above = depth;
  }
  return rows.every(isPlausible) ? { ok: true, value: rows } : { ok: false, code: 'sums' };
}

function readRow(view: DataView, at: number): QualityRow {
  const [spells, timed, latencyMs, stalls, stallMs, moves] = QUALITY_FIELDS.map((_, j) =>
    readSum(view, at + 1 + j * SUM_BYTES),
  ) as [number, number, number, number, number, number];
  return { depth: view.getUint8(at), spells, timed, latencyMs, stalls, stallMs, moves };
}

function writeSum(view: DataView, at: number, sum: number): void {
  view.setUint16(at, Math.floor(sum / HIGH));
  view.setUint32(at + 2, sum % HIGH);
}

function readSum(view: DataView, at: number): number {
  return view.getUint16(at) * HIGH + view.getUint32(at + 2);
}
