// What stands behind the id in a moderator's link: a secret that all keys of the moderator come from, and the broadcaster's signature
// for the key that requests are signed with.

import { base64Url, base64UrlBytes, concatBytes, type Bytes } from '../base/bytes.ts';

/** Bytes of the secret: nobody guesses 128 bits, and the link stays short. */
export const SECRET_BYTES = 16;
const SIGNATURE_BYTES = 64;

/** An invitation, taken apart. */
export interface Invitation {
  secret: Bytes;
  /** The broadcaster's signature (`delegationSigned`). */
  delegation: Bytes;
}

/** The text in the link. */
export function encodeInvitation({ secret, delegation }: Invitation): string {
  return base64Url(concatBytes(secret, delegation));
}

/** Reads the text; undefined when it is none. */
export function decodeInvitation(text: string): Invitation | undefined {
  const bytes = base64UrlBytes(text);
  if (bytes?.length !== SECRET_BYTES + SIGNATURE_BYTES) return undefined;
  return { secret: bytes.slice(0, SECRET_BYTES), delegation: bytes.slice(SECRET_BYTES) };
}

/** Somebody who was invited. */
export interface Moderator {
  /** The first 8 bytes of the key in hex. */
  author: string;
  /** As the broadcaster calls this person; '' for none. */
  name: string;
  /** As it stands in the link (`encodeInvitation`). */
  invitation: string;
}
