// Tells the room's messages from others without knowing what is in them: a peer that has no room yet needs no more.

/** Type of the room's message on the control channel (docs/wire-control.md). */
export const RISE_TYPE = 34;

/** Type of a moderator's act. */
export const ACT_TYPE = 37;

/** Whether a control message is what viewers say. */
export function isRise(bytes: Uint8Array): boolean {
  return bytes[0] === RISE_TYPE;
}

/** Whether a control message is a moderator's act. */
export function isAct(bytes: Uint8Array): boolean {
  return bytes[0] === ACT_TYPE;
}
