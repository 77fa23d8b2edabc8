// Answers how a relay is doing, on this machine only: `/stats` (JSON, as getStats() gives it) and `/metrics` (Prometheus).

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { respond } from '../server/responses.ts';
import { readTarget } from '../server/target.ts';
import type { WatchStats } from '../session/session-api.ts';
import { figuresMetrics } from './figures.ts';

const LOOPBACK = '127.0.0.1';

/** A listening status address. */
export interface StatusServer {
  origin: string;
  close(): void;
}

/** Listens on loopback; 0 takes a free port. Rejects with Node's error when it can't. */
export async function openStatusServer(
  port: number,
  getStats: () => Promise<WatchStats>,
): Promise<StatusServer> {
  const server = createServer((request, response) => {
    response.on('error', () => response.destroy());
    const pathname = readTarget(request.url)?.pathname;
    answer(pathname, response, getStats).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`, close };
}

async function answer(
  pathname: string | undefined,
  response: ServerResponse,
  getStats: () => Promise<WatchStats>,
): Promise<void> {
  if (pathname === '/stats') respond(response, 200, 'application/json', JSON.stringify(await getStats()));
  else if (pathname === '/metrics')
    respond(response, 200, 'text/plain; version=0.0.4', figuresMetrics(await getStats()));
  else respond(response, 404, 'text/plain', 'not found: /stats or /metrics\n');
}
