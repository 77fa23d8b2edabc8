// Bytes of the two messages that prove freshness (docs/wire-control.md). They travel on the control channel, under types of
// their own, and the overlay knows nothing of them. The decoder is total.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import { FRESHNESS_STEPS_MAX, FRESHNESS_VALUES_MAX } from '../base/limits.ts';

const NONCE_TYPE = 32;
const PROOF_TYPE = 33;
/** Bytes of a nonce, and of a hash on its way up or down. */
export const FRESHNESS_VALUE_BYTES = 16;

/** What one hop hashed together, and which of it came from below. */
export interface FreshnessStep {
  index: number;
  values: Bytes[];
}

/** A value on its way up, or the way from a value up to the root. */
export type FreshnessMessage = { type: 'nonce'; value: Bytes } | { type: 'proof'; steps: FreshnessStep[] };

/** Whether a control message is one of these. */
export function isFreshnessMessage(bytes: Uint8Array): boolean {
  return bytes[0] === NONCE_TYPE || bytes[0] === PROOF_TYPE;
}

/** Child to parent. */
export function encodeNonce(value: Bytes): Bytes {
  return concatBytes([NONCE_TYPE], value);
}

/** Parent to child; the parent's own step comes first, the root's last. */
export function encodeProof(steps: readonly FreshnessStep[]): Bytes {
  const parts = steps.flatMap(({ index, values }) => [[index, values.length], ...values]);
  return concatBytes([PROOF_TYPE, steps.length], ...parts);
}

/** The message; undefined when it is malformed. */
export function decodeFreshness(bytes: Bytes): FreshnessMessage | undefined {
  if (bytes[0] === NONCE_TYPE)
    return bytes.length === 1 + FRESHNESS_VALUE_BYTES ? { type: 'nonce', value: bytes.slice(1) } : undefined;
  const [type, count = 0] = bytes;
  if (type !== PROOF_TYPE || count < 1 || count > FRESHNESS_STEPS_MAX) return undefined;
  const steps: FreshnessStep[] = [];
  let at = 2;
  for (let i = 0; i < count; i++) {
    const index = bytes[at] ?? 0;
    const length = bytes[at + 1] ?? 0;
    at += 2;
    if (index >= length || length > FRESHNESS_VALUES_MAX) return undefined;
    const end = at + length * FRESHNESS_VALUE_BYTES;
    if (end > bytes.length) return undefined;
    const values = Array.from({ length }, (_, j) =>
      bytes.slice(at + j * FRESHNESS_VALUE_BYTES, at + (j + 1) * FRESHNESS_VALUE_BYTES),
    );
    steps.push({ index, values });
    at = end;
  }
  return at === bytes.length ? { type: 'proof', steps } : undefined;
}
