// What PeerJS exports, wherever it was loaded: in Node the package counts as CommonJS, and all of it is its default export.

import * as peerjs from 'peerjs';

type Exports = typeof peerjs;

const inner = peerjs.default as unknown as Exports;

export const Peer = (peerjs as Partial<Exports>).Peer ?? inner.Peer;
export const MediaConnection = (peerjs as Partial<Exports>).MediaConnection ?? inner.MediaConnection;
