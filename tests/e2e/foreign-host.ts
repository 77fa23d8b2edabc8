// Somebody else's web server, with the example pages for embedders: of another origin than ours, and with no header of ours.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

const FOLDER = 'docs/examples';
const ID = 'a'.repeat(26);
const TYPES: Record<string, string> = { css: 'text/css', html: 'text/html; charset=utf-8' };

/** A running host. */
export interface ForeignHost {
  origin: string;
  close(): void;
}

/** Serves the examples with the names in them replaced: `lucarne` is the origin of our app, `id` the broadcast. */
export async function startForeignHost(lucarne: string, id: string): Promise<ForeignHost> {
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? '/', 'http://x').pathname);
    readFile(join(FOLDER, name), 'utf8').then(
      (text) => {
        const page = text
          .replaceAll('https://lucarne.example', lucarne)
          .replaceAll('wss://lucarne.example', lucarne.replace('http', 'ws'))
          .replaceAll(ID, id);
        response.writeHead(200, { 'Content-Type': TYPES[name.split('.').at(-1) ?? ''] }).end(page);
      },
      // Browsers ask for a sign of the page, which isn't ours to give.
      () => response.writeHead(name === 'favicon.ico' ? 204 : 404).end(),
    );
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
