// Things said, really signed, for tests of the room.

import {
  encodeSaidBody,
  saidSigned,
  decodeSaid,
  type Said,
  type SignedSaid,
} from '../../../src/room/comment-codec.ts';
import { concatBytes } from '../../../src/base/bytes.ts';
import type { Signer } from '../../../src/ports.ts';

export const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';
export const EPOCH = 7;

/** One comment of a signer, complete but for what the test cares about. */
export async function say(
  signer: Signer,
  said: Partial<Said> = {},
  broadcastId = BROADCAST_ID,
): Promise<SignedSaid> {
  const whole: Said = {
    ...{ kind: 'comment', epoch: EPOCH, counter: 1, target: 0, name: '', text: 'Bonjour' },
    ...said,
  };
  const body = encodeSaidBody(whole, signer.publicKey);
  const signature = await signer.sign('comment', saidSigned(broadcastId, body));
  const decoded = decodeSaid(concatBytes(body, signature));
  if (!decoded.ok) throw new Error(`the sample is no comment: ${decoded.code}`);
  return decoded.value;
}

let counter = 0;

/** A comment whose signature nobody looks at here. */
export function unsignedComment(author: string, changes: Partial<SignedSaid> = {}): SignedSaid {
  return {
    ...{ kind: 'comment', epoch: EPOCH, counter: ++counter, target: 0, name: '', text: 'Salut', author },
    ...{ publicKey: new Uint8Array(32), body: new Uint8Array(), signature: new Uint8Array(64) },
    bytes: new Uint8Array(),
    ...changes,
  };
}
