// Whether somebody's key is the one that the link names.

import { base64Bytes, type Bytes } from '../base/bytes.ts';
import type { Hello } from '../overlay/message.ts';
import type { Verifier } from '../ports.ts';

const KEY_BYTES = 32;

/** The public key in a `hello`, if it is this broadcast's. */
export async function provenKey(
  verifier: Verifier,
  broadcastId: string,
  { publicKey }: Hello,
): Promise<Bytes | undefined> {
  const key = publicKey === undefined ? undefined : base64Bytes(publicKey);
  const isGenuine = key?.length === KEY_BYTES && (await verifier.broadcastIdOf(key)) === broadcastId;
  return isGenuine ? key : undefined;
}
