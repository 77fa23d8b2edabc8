// The `beat` packet: the root's sign of life, the number watching and the freshness proof. docs/wire.md is the law.

import type { Bytes } from '../base/bytes.ts';

const PROOF_BYTES = 32;
const BEAT_BYTES = 40;
const TWIN_OFFSET = 36;

/** What a beat says. */
export interface Beat {
  /** 32 bytes, or undefined when there is none. */
  proof?: Bytes;
  viewers: number;
  /** The root knows that somebody else is on air with its key. */
  hasTwin?: boolean;
}

/** The payload of a `beat` packet. */
export function encodeBeat(beat: Beat): Bytes {
  const payload = new Uint8Array(BEAT_BYTES);
  if (beat.proof) payload.set(beat.proof);
  const view = new DataView(payload.buffer);
  view.setUint32(PROOF_BYTES, beat.viewers);
  view.setUint32(TWIN_OFFSET, beat.hasTwin ? 1 : 0);
  return payload;
}

/** Reads a `beat` payload; undefined when it is malformed. */
export function decodeBeat(payload: Bytes): Beat | undefined {
  if (payload.length !== BEAT_BYTES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const twin = view.getUint32(TWIN_OFFSET);
  if (twin > 1) return undefined;
  const proof = payload.subarray(0, PROOF_BYTES);
  const beat = { viewers: view.getUint32(PROOF_BYTES), hasTwin: twin === 1 };
  return proof.some((byte) => byte !== 0) ? { ...beat, proof } : beat;
}
