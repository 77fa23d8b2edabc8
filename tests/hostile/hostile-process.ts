// The hostile peer as a process of its own. It is told by messages which attacks to let loose on what, and answers each once.

import { parseLink } from '../../src/base/link.ts';
import { releaseWrtc } from '../../src/edge/node-wrtc.ts';
import type { Running } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import type { HostileAnswer, HostileAsk } from './hostile.ts';

const running = new Map<number, Running>();
let started = 0;

async function start({ link, attack, options }: HostileAsk & { ask: 'attack' }): Promise<number> {
  const target = parseLink(link);
  if (!target.ok) throw new Error(`No link: ${link}`);
  const { servers, origin, broadcastId } = target.value;
  const name = started++;
  running.set(name, await ATTACKS[attack]({ server: servers[0] ?? origin!, broadcastId }, options));
  return name;
}

async function answer(ask: HostileAsk): Promise<HostileAnswer> {
  const name = ask.ask === 'attack' ? await start(ask) : ask.name;
  const attack = running.get(name)!;
  if (ask.ask === 'set') await attack.set(ask.value);
  if (ask.ask === 'stop') attack.stop();
  return { name, figures: attack.figures() };
}

process.on('message', ({ id, ...ask }: HostileAsk & { id: number }) => {
  void answer(ask).then((answered) => process.send!({ id, ...answered }));
});
// The parent is gone.
process.on('disconnect', () => {
  releaseWrtc();
  process.exit();
});
