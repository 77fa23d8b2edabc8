// Comments by the thousand: rightly signed by keys that were made for the purpose, as anybody can make them.

import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { concatBytes, utf8Bytes, type Bytes } from '../../src/base/bytes.ts';
import { encodeSaidBody, saidSigned } from '../../src/room/comment-codec.ts';
import { RISE_TYPE } from '../../src/room/rise-type.ts';

const LABEL = utf8Bytes('lucarne/1/comment\0');
const RAW_KEY_BYTES = 32;
const RISE_HEAD_BYTES = 14;

/** Speaks with many keys, each at its turn. */
export class Mouths {
  readonly #keys: { secret: KeyObject; raw: Uint8Array }[] = [];
  readonly #broadcastId: string;
  #counter = 0;

  constructor(broadcastId: string, keys: number) {
    this.#broadcastId = broadcastId;
    for (let i = 0; i < keys; i++) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES);
      this.#keys.push({ secret: privateKey, raw });
    }
  }

  /** The bytes of a comment that no hop has a reason to refuse; `forge` spoils its signature. */
  comment(epoch: number, text: string, name = '', forge = false): Bytes {
    const counter = ++this.#counter;
    const { secret, raw } = this.#keys[counter % this.#keys.length]!;
    const body = encodeSaidBody({ kind: 'comment', epoch, counter, target: 0, name, text }, raw);
    const signature = new Uint8Array(
      sign(null, concatBytes(LABEL, saidSigned(this.#broadcastId, body)), secret),
    );
    if (forge) signature[0]! ^= 1;
    return concatBytes(body, signature);
  }
}

/** A `rise` with these comments; both sums stay as they are said. */
export function riseOf(said: readonly Bytes[], hearts = 0, leftOut = 0): Bytes {
  const head = new Uint8Array(RISE_HEAD_BYTES);
  const view = new DataView(head.buffer);
  head[0] = RISE_TYPE;
  view.setUint32(3, hearts);
  view.setUint32(9, leftOut);
  head[13] = said.length;
  return concatBytes(head, ...said.flatMap((one) => [[one.length >> 8, one.length & 0xff], one]));
}
