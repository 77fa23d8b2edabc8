// PeerJS, in browsers and in Node, where the package counts as CommonJS and all of it is its default export.

import * as peerjs from 'peerjs';

type Exports = typeof peerjs;

/** PeerJS's client. */
export const Peer = (peerjs as Partial<Exports>).Peer ?? (peerjs.default as unknown as Exports).Peer;

/** One of them. */
export type Peer = peerjs.Peer;
