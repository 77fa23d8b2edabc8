// What a broadcaster signs to be given its broadcast's id by a signaling server. The host is part of it, so that one server can't
// use what was signed for it at another.

import { utf8Bytes, type Bytes } from './bytes.ts';

/** The bytes under the label `challenge`: the host that was dialled (with its port, unless that is the usual one), a zero byte, and the server's nonce. */
export function challengeStatement(host: string, nonce: string): Bytes {
  return utf8Bytes(`${host.toLowerCase()}\0${nonce}`);
}
