// Tells recalls from other control messages without knowing what is in them: a peer of whom nothing is recalled needs no more.

/** Types of the two messages on the control channel (docs/wire-control.md). */
export const RECALL_TYPE = 35;
export const RECALLED_TYPE = 36;

/** Whether a control message is one of them. */
export function isRecall(bytes: Uint8Array): boolean {
  return bytes[0] === RECALL_TYPE || bytes[0] === RECALLED_TYPE;
}
