// A static host of the built app, of the kind that answers every unknown address with the app's own page.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

/** A running host. */
export interface StaticHost {
  origin: string;
  /** Addresses that were asked for and aren't files. */
  missed: string[];
  close(): void;
}

/** Serves `dist`, with `lucarne.json` if there is a text for it. */
export async function startStaticHost(lucarneJson?: string): Promise<StaticHost> {
  const files = sirv('dist', {
    dev: true,
    // As GitHub's and other hosts of open files do.
    setHeaders: (response) => void response.setHeader('Access-Control-Allow-Origin', '*'),
  });
  const missed: string[] = [];
  const server = createServer((request, response) => {
    if (lucarneJson !== undefined && request.url === '/lucarne.json') {
      response
        .writeHead(200, { 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' })
        .end(lucarneJson);
      return;
    }
    files(request, response, () => {
      missed.push(request.url ?? '');
      void readFile('dist/index.html').then((page) =>
        response.writeHead(200, { 'Content-Type': 'text/html' }).end(page),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    missed,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
