// Lets a process of its own (a headless relay) ask for detours: GET /ADDRESS/PORT gives the place as JSON.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attachment } from './path-proxy.ts';

/** A listening server. */
export interface DetourServer {
  origin: string;
  close(): void;
}

/** Serves one peer's attachment on loopback. */
export async function serveDetours(attachment: Attachment): Promise<DetourServer> {
  const server = createServer((request, response) => {
    const [, address = '', port = ''] = (request.url ?? '').split('/');
    void attachment.detour(address, Number(port)).then((place) => response.end(JSON.stringify(place)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
