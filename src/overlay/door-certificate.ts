// A door's certificate: the broadcaster's word, under the label `door`, that an id is a door of its broadcast, until a time. It names no holder:
// doors are dealt hop by hop, and whoever was dealt one has the certificate. docs/wire-control.md is the law for its bytes.

import { concatBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';
import { uint32 } from '../base/uint32.ts';

const SIGNATURE_BYTES = 64;

/** Bytes of a certificate: expiry, signature. */
export const DOOR_CERTIFICATE_BYTES = 4 + SIGNATURE_BYTES;

/** What a certificate says; nothing of it is believed before its signature was checked. */
export interface DoorCertificate {
  /** Unix time by the broadcaster's clock, s. Of two certificates of one door the one that expires later is the newer. */
  expiryS: number;
  signature: Bytes;
}

/** What the broadcaster signs for the door `id` (`<broadcast id>-<number>`). */
export function doorStatement(id: string, expiryS: number): Bytes {
  return concatBytes(utf8Bytes(`${id}\0`), uint32(expiryS));
}

/** The bytes. */
export function encodeDoorCertificate({ expiryS, signature }: DoorCertificate): Bytes {
  return concatBytes(uint32(expiryS), signature);
}

/** Reads the DOOR_CERTIFICATE_BYTES bytes of a certificate. Undefined: they aren't so many. */
export function decodeDoorCertificate(bytes: Bytes): DoorCertificate | undefined {
  if (bytes.length !== DOOR_CERTIFICATE_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { expiryS: view.getUint32(0), signature: bytes.slice(4) };
}
