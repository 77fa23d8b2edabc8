// PeerJS's own class, wherever it was loaded: in Node the package counts as CommonJS, and all of it is its default export.

import * as peerjs from 'peerjs';

type Exports = typeof peerjs;

export const Peer = (peerjs as Partial<Exports>).Peer ?? (peerjs.default as unknown as Exports).Peer;
