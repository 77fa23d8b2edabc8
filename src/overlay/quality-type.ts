// Tells messages about the picture's quality from others without knowing what is in them: a peer needs no more before its first picture.

/** Type of the message on the control channel (docs/wire-control.md). */
export const QUALITY_TYPE = 38;

/** Whether a control message says how viewers fare. */
export function isQuality(bytes: Uint8Array): boolean {
  return bytes[0] === QUALITY_TYPE;
}
