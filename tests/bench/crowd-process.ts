// Many headless peers in one process, for where one process each would be too much. The parent process asks by messages,
// each answered once.

import { parseLink } from '../../src/base/link.ts';
import { startRelay, type RunningRelay } from '../../src/relay.ts';
import type { CrowdAnswer, CrowdAsk } from './crowd.ts';

const relays = new Map<number, RunningRelay>();
let joined = 0;

async function join(link: string, children: number): Promise<number> {
  const target = parseLink(link);
  if (!target.ok) throw new Error(`No link: ${link}`);
  const { broadcastId, servers, origin } = target.value;
  const name = joined++;
  relays.set(
    name,
    await startRelay({ broadcastId, children, servers: servers.length > 0 ? servers : [origin!] }),
  );
  return name;
}

/** The session alone: what a relay's `close` ends besides would end the others too. */
async function leave(name: number): Promise<void> {
  const relay = relays.get(name);
  relays.delete(name);
  await relay?.session.leave();
}

async function answer(ask: CrowdAsk): Promise<CrowdAnswer> {
  if (ask.ask === 'join') return { name: await join(ask.link, ask.children) };
  if (ask.ask === 'leave') {
    await leave(ask.name);
    return {};
  }
  if (ask.ask === 'stats') {
    const stats = await Promise.all(
      [...relays].map(async ([name, { session }]) => ({ name, stats: await session.getStats() })),
    );
    return { members: stats };
  }
  // So that the heap holds what is in use.
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, heapBytes: process.memoryUsage().heapUsed };
}

process.on('message', ({ id, ...ask }: CrowdAsk & { id: number }) => {
  void answer(ask).then((answered) => process.send!({ id, ...answered }));
});
// The parent is gone.
process.on('disconnect', () => process.exit());
