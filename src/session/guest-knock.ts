// What a guest's page says when it calls, and how that is read: the caller may be anybody. By link it names a token; by a comment it
// shows that the comment's key is its own. docs/wire-room.md has the law for that proof.

import { base64, base64Bytes, concatBytes, hexBytes, utf8Bytes, type Bytes } from '../base/bytes.ts';
import { GUEST_CODE_CHARS } from '../base/limits.ts';
import type { GuestInvitation } from '../base/link.ts';
import type { CallerMarks, Signer } from '../ports.ts';
import { cleanName, isCleanName } from '../room/text-rules.ts';
import { fieldsOf } from './fields.ts';
import type { GuestPass } from './guest-api.ts';

/** What a caller says. */
export interface Knock {
  token: string;
  /** '' for none. */
  name: string;
}

/** What a caller says who was asked by a comment; nothing of it is believed before `signature` was checked. */
export interface KeyKnock {
  publicKey: Bytes;
  signature: Bytes;
}

const VERSION = 1;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** As it travels, from what was typed. */
export function knockOf(token: string, typed: string): object {
  const name = cleanName(typed);
  return { v: VERSION, token, name: name.ok ? name.value : '' };
}

/** Undefined when no page of ours says that. Total. */
export function readKnock(said: unknown): Knock | undefined {
  const { v, token, name } = fieldsOf(said);
  if (v !== VERSION || typeof token !== 'string' || token.length !== GUEST_CODE_CHARS) return undefined;
  if (typeof name !== 'string' || (name !== '' && !isCleanName(name))) return undefined;
  return { token, name };
}

/** What whoever has the link of a guest comes in with. */
export function passByLink({ seat, token }: GuestInvitation): GuestPass {
  return { seat, by: 'link', knock: (name) => Promise.resolve(knockOf(token, name)) };
}

/** What whoever was asked by a comment comes in with; `signer` has the comment's key. */
export function passByComment(signer: Signer, broadcastId: string, seat: string): GuestPass {
  return {
    ...{ seat, by: 'comment' },
    knock: async (_name, caller) => {
      const signed = guestSigned(broadcastId, seat, caller);
      // Where the browser names no certificate that could be signed, nobody is to be taken for this caller.
      const signature = signed ? await signer.sign('guest', signed) : new Uint8Array();
      return { v: VERSION, key: base64(signer.publicKey), proof: base64(signature) };
    },
  };
}

/** Undefined when no page of ours says that. Total. */
export function readKeyKnock(said: unknown): KeyKnock | undefined {
  const { v, key, proof } = fieldsOf(said);
  if (v !== VERSION || typeof key !== 'string' || typeof proof !== 'string') return undefined;
  const [publicKey, signature] = [base64Bytes(key), base64Bytes(proof)];
  if (publicKey?.length !== KEY_BYTES || signature?.length !== SIGNATURE_BYTES) return undefined;
  return { publicKey, signature };
}

/**
 * What a comment key signs to be let in, under the label `guest`: the call in hand and no other, at this seat of this broadcast.
 * Undefined when the caller's description names no certificate: then anybody might stand in for the caller.
 */
export function guestSigned(
  broadcastId: string,
  seat: string,
  { peer, fingerprint }: CallerMarks,
): Bytes | undefined {
  if (fingerprint === undefined) return undefined;
  return concatBytes(utf8Bytes(broadcastId + seat), hexBytes(fingerprint), utf8Bytes(peer));
}
