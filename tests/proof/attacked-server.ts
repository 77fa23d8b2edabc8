// A server process under attack: its memory as the system sees it, and what it must never write down (TESTS.md S9).

import { readFileSync } from 'node:fs';
import { startServerProcess, type ServerProcess } from '../e2e/server-process.ts';

/** 1 MB as TESTS.md counts. */
export const MEGABYTE = 1_000_000;

/** What would be an address, an id or a token of these attacks, or a title. */
const SECRETS = /\d+\.\d+\.\d+\.\d+|token|hostile-|bomber-|idle-|viewer-|victim|[a-z2-7]{26}/;

/** Starts it behind one proxy, which attackers play, each with an address of its own. */
export function startAttacked(): Promise<ServerProcess> {
  return startServerProcess(0, { TRUST_PROXY: '1' });
}

/** The resident memory of a process, bytes. */
export function rssBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('The server is gone');
  return Number(kilobytes) * 1024;
}

/** Stops it, and gives the first secret in its log, if any. */
export async function endAttacked(server: ServerProcess): Promise<string | undefined> {
  await server.end('SIGTERM');
  return SECRETS.exec(server.log())?.[0];
}
