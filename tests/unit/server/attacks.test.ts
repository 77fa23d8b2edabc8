// A small sample of the attacks on the signaling server, over real sockets; `npm run proof -- server-…` does them in full.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import { QUEUE_BYTES_MAX, QUEUE_MESSAGES_MAX } from '../../../src/server/limits.ts';
import { startServer } from '../../../src/server/server.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { hangUp, registeredFrom, untilRead } from './attack-sockets.ts';
import { IdleCrowd, joinAll, layBomb, sendMalformed, startAnswering } from './attacks.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ host: '127.0.0.1', proxies: 1 });
});

afterAll(() => server.close());

describe('the server', () => {
  it('outlives malformed frames, and serves others as before (S1)', async () => {
    const witness = await registeredFrom(0xffffff, server.port, 'witness');
    await sendMalformed(server.port, 10_000);
    await untilRead(witness, 'witness');
    await hangUp(witness);
    expect({}).not.toHaveProperty('polluted');
  });

  it('lets no bomb be laid for who is absent (S3)', async () => {
    const { bytes, frames } = await layBomb(server.port, 200, 'victim');
    expect(frames).toBeGreaterThan(0);
    expect(frames).toBeLessThanOrEqual(QUEUE_MESSAGES_MAX);
    expect(bytes).toBeLessThanOrEqual(QUEUE_BYTES_MAX);
  });

  it('lets everybody join beside a crowd that only stands there (S4)', async () => {
    const signer = await signerOf(await createKey());
    const broadcaster = await startAnswering(server.port, signer);
    const crowd = new IdleCrowd();
    await crowd.arrive(server.port, 300);
    expect(await joinAll(server.port, signer.broadcastId, 100, 10)).toHaveLength(100);
    expect(crowd.here).toBe(300);
    crowd.leave();
    await hangUp(broadcaster);
  });
});
