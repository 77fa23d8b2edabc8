// S2: the id of a broadcast can't be taken by somebody without its key, however it is tried, and its owner is back at once.

import { base64 } from '../../src/base/bytes.ts';
import { challengeStatement } from '../../src/base/challenge.ts';
import type { Signer } from '../../src/ports.ts';
import { startServer } from '../../src/server/server.ts';
import { makeSigner } from '../unit/feed/samples.ts';
import { addressFor, Client, join } from '../unit/server/client.ts';

/** What came of it. */
export interface TheftResult {
  runs: number;
  thefts: number;
  /** Thefts that the server confirmed, and words to the owner that didn't reach it. */
  stolen: number;
  lost: number;
  /** Owners that didn't get their id back. */
  kept: number;
  backMs: number[];
}

/** Proves a broadcast's id with a key, right or wrong, for a host; gives the socket and what the server said. */
async function claim(
  port: number,
  id: string,
  token: string,
  by: Signer,
  as = by,
  host = `127.0.0.1:${port}`,
): Promise<{ client: Client; said: string }> {
  const client = new Client(addressFor(port, id, token));
  const { type, payload } = await client.next();
  if (type !== 'CHALLENGE') return { client, said: type };
  const { nonce } = payload as { nonce: string };
  const signature = base64(await by.sign('challenge', challengeStatement(host, nonce)));
  client.send({ type: 'PROOF', payload: { publicKey: base64(as.publicKey), signature } });
  return { client, said: (await client.next()).type };
}

/** So many owners, each robbed in every way. */
export async function robOwners(runs: number): Promise<TheftResult> {
  const server = await startServer({ host: '127.0.0.1', port: 0 });
  const { port } = server;
  const result: TheftResult = { runs, thefts: 0, stolen: 0, lost: 0, kept: 0, backMs: [] };
  for (let i = 0; i < runs; i++) {
    const [owner, thief] = [makeSigner(), makeSigner()];
    const id = owner.broadcastId;
    const first = await claim(port, id, `owner-${i}`, owner);
    const thefts = [
      // With a key of its own, with the owner's public key and no signature of it, with one for another host, and with the owner's token.
      () => claim(port, id, `thief-${i}`, thief),
      () => claim(port, id, `thief-${i}`, thief, owner),
      () => claim(port, id, `thief-${i}`, owner, owner, 'elsewhere.example'),
      () => claim(port, id, `owner-${i}`, thief, owner),
    ];
    for (const theft of thefts) {
      const { client, said } = await theft();
      result.thefts++;
      if (said === 'OPEN') result.stolen++;
      await client.closed;
    }
    const viewer = await join(port, `viewer-${i}`);
    viewer.send({ type: 'OFFER', dst: id, payload: i });
    if ((await first.client.next()).payload !== i) result.lost++;
    const startMs = performance.now();
    const back = await claim(port, id, `owner-${i}-again`, owner);
    result.backMs.push(performance.now() - startMs);
    if (first.said !== 'OPEN' || back.said !== 'OPEN') result.kept++;
    viewer.send({ type: 'OFFER', dst: id, payload: 'again' });
    if ((await back.client.next()).payload !== 'again') result.lost++;
    for (const { socket } of [viewer, back.client]) socket.terminate();
  }
  await server.close();
  return result;
}
