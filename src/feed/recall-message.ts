// Bytes of the two messages by which packets are called back up the tree (docs/wire-control.md). The packets themselves travel as
// on the media channel (docs/wire.md). The decoder is total.

import type { Bytes } from '../base/bytes.ts';
import { RECALL_HOPS_MAX, RECALL_SPANS_MAX } from '../base/limits.ts';
import { RECALL_TYPE, RECALLED_TYPE } from './recall-type.ts';
import type { SeqSpan } from './seq-spans.ts';

const EPOCH_BYTES = 4;
const SPAN_BYTES = 8;
const RECALL_HEAD_BYTES = 7;

/** Parent to child: give back what you hold of these packets. */
export interface Recall {
  epoch: number;
  /** How many hops below the receiver may be asked for the rest. */
  hops: number;
  /** None: nothing is wanted any more. */
  spans: readonly SeqSpan[];
}

/** Either of the two; `recalled`, child to parent: that was all. */
export type RecallMessage = ({ type: 'recall' } & Recall) | { type: 'recalled'; epoch: number };

/** At most RECALL_SPANS_MAX spans; those beyond are left out. */
export function encodeRecall({ epoch, hops, spans }: Recall): Bytes {
  const said = spans.slice(0, RECALL_SPANS_MAX);
  const bytes = new Uint8Array(RECALL_HEAD_BYTES + said.length * SPAN_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, RECALL_TYPE);
  view.setUint32(1, epoch);
  view.setUint8(5, hops);
  view.setUint8(6, said.length);
  for (const [i, [from, to]] of said.entries()) {
    view.setUint32(RECALL_HEAD_BYTES + i * SPAN_BYTES, from);
    view.setUint32(RECALL_HEAD_BYTES + i * SPAN_BYTES + 4, to);
  }
  return bytes;
}

/** "That was all." */
export function encodeRecalled(epoch: number): Bytes {
  const bytes = new Uint8Array(1 + EPOCH_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, RECALLED_TYPE);
  view.setUint32(1, epoch);
  return bytes;
}

/** The message; undefined when it is malformed. */
export function decodeRecall(bytes: Bytes): RecallMessage | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === RECALLED_TYPE)
    return bytes.length === 1 + EPOCH_BYTES ? { type: 'recalled', epoch: view.getUint32(1) } : undefined;
  if (bytes[0] !== RECALL_TYPE || bytes.length < RECALL_HEAD_BYTES) return undefined;
  const hops = view.getUint8(5);
  const count = view.getUint8(6);
  if (hops > RECALL_HOPS_MAX || count > RECALL_SPANS_MAX) return undefined;
  if (bytes.length !== RECALL_HEAD_BYTES + count * SPAN_BYTES) return undefined;
  const spans: SeqSpan[] = [];
  let nextSeq = 0;
  for (let i = 0; i < count; i++) {
    const from = view.getUint32(RECALL_HEAD_BYTES + i * SPAN_BYTES);
    const to = view.getUint32(RECALL_HEAD_BYTES + i * SPAN_BYTES + 4);
    if (from < nextSeq || to < from) return undefined;
    spans.push([from, to]);
    nextSeq = to + 1;
  }
  return { type: 'recall', epoch: view.getUint32(1), hops, spans };
}
