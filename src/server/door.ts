// A door of a broadcast, `<broadcast id>-<number>`, is for whoever shows the broadcaster's certificate of it (overlay/door-certificate.ts).
// The certificate names no holder, and whoever held a door before still has the old one: of two that want a door, the later
// certificate has it, and of two with the same the one that came first. So nobody who held it keeps it for longer than the broadcaster
// takes to sign the next one, and nobody who has seen only an old one can take it back.

import type { Bytes } from '../base/bytes.ts';
import {
  decodeDoorCertificate,
  DOOR_CERTIFICATE_BYTES,
  type DoorCertificate,
} from '../overlay/door-certificate.ts';
import { bytesOf, KEY_BYTES } from './challenge.ts';
import type { Registration } from './registration.ts';

const DOOR = /^([a-z2-7]{26})-\d+$/;

/** A certificate as it was shown. */
export interface ShownCertificate extends DoorCertificate {
  publicKey: Bytes;
}

/** The id of the broadcast that this id is a door of; undefined: of none. */
export function broadcastOfDoor(id: string): string | undefined {
  return DOOR.exec(id)?.[1];
}

/** The certificate in the payload of a PROOF message; undefined when there is none. */
export function readShown(payload: unknown): ShownCertificate | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const fields = payload as Record<string, unknown>;
  const publicKey = bytesOf(fields.publicKey, KEY_BYTES);
  const certificate = bytesOf(fields.certificate, DOOR_CERTIFICATE_BYTES);
  const read = certificate && decodeDoorCertificate(certificate);
  return publicKey && read && { publicKey, ...read };
}

/** Whether `peer` may have the id that `owner` holds: it is the same one, the broadcaster, or at a door with a later certificate. */
export function hasBetterRight(peer: Registration, owner: Registration | undefined): boolean {
  if (!owner || peer.isProven || owner.token === peer.token) return true;
  return (peer.expiryS ?? 0) > (owner.expiryS ?? 0);
}
