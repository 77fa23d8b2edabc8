// What one holder of a broadcast's key says to another who is on air at the same time, through the signaling server. docs/wire-control.md.

import { base64Bytes, type Bytes } from '../base/bytes.ts';
import { fieldsOf } from './fields.ts';

/** Whoever signed is on air in the epoch `own`, and has heard another under this key in the epoch `other`; `signature`: base64 of 64 bytes. */
export interface TwinNotice {
  v: 1;
  twin: { own: number; other: number; signature: string };
}

const SIGNATURE_CHARS = 88;
const EPOCH_MAX = 0xffff_ffff;

/** What is signed of it, under the label `twin`. */
export function twinSigned(own: number, other: number): Bytes {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, own);
  view.setUint32(4, other);
  return bytes;
}

/** Reads what may be a notice; undefined when it is none. */
export function readTwinNotice(
  payload: unknown,
): { own: number; other: number; signature: Bytes } | undefined {
  const { v, twin } = fieldsOf(payload);
  const { own, other, signature } = fieldsOf(twin);
  if (v !== 1 || !isEpoch(own) || !isEpoch(other)) return undefined;
  if (typeof signature !== 'string' || signature.length !== SIGNATURE_CHARS) return undefined;
  const bytes = base64Bytes(signature);
  return bytes?.length === 64 ? { own, other, signature: bytes } : undefined;
}

function isEpoch(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= EPOCH_MAX;
}
