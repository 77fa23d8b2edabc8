// A stock PeerServer in a process of its own, as `npx peerjs` runs it; says its port on standard output.

import type { AddressInfo } from 'node:net';
import { PeerServer } from 'peer';

const app = PeerServer({ port: 0, path: '/', host: '127.0.0.1' }, (server) => {
  process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`);
});
// Without a listener it ends the process on a malformed frame.
app.on('error', () => undefined);
