// The hostile peer as a process of its own. It is told by messages which attack to let loose on what, and answers each once.

import { parseLink } from '../../src/base/link.ts';
import { releaseWrtc } from '../../src/edge/node-wrtc.ts';
import type { Running } from './attack.ts';
import { ATTACKS } from './attacks.ts';
import type { HostileAnswer, HostileAsk } from './hostile.ts';

let running: Running | undefined;

async function answer(ask: HostileAsk): Promise<HostileAnswer> {
  if (ask.ask === 'attack') {
    const link = parseLink(ask.link);
    if (!link.ok) throw new Error(`No link: ${ask.link}`);
    const { servers, origin, broadcastId } = link.value;
    running = await ATTACKS[ask.attack]({ server: servers[0] ?? origin!, broadcastId }, ask.options);
  } else if (ask.ask === 'set') await running?.set(ask.value);
  return { figures: running?.figures() ?? {} };
}

process.on('message', ({ id, ...ask }: HostileAsk & { id: number }) => {
  void answer(ask).then((answered) => process.send!({ id, ...answered }));
});
// The parent is gone.
process.on('disconnect', () => {
  releaseWrtc();
  process.exit();
});
