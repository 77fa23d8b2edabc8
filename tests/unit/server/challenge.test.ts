// A broadcast's id is for whoever holds its key (TESTS.md S2): the rules by themselves, then over real sockets with real keys.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64 } from '../../../src/base/bytes.ts';
import { challengeStatement } from '../../../src/base/challenge.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import type { Label, Signer } from '../../../src/ports.ts';
import { Exchange } from '../../../src/server/exchange.ts';
import type { Effect } from '../../../src/server/effect.ts';
import { startServer } from '../../../src/server/server.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { addressFor, Client, join } from './client.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';
const PROOF = JSON.stringify({
  type: 'PROOF',
  payload: { publicKey: base64(new Uint8Array(32)), signature: base64(new Uint8Array(64)) },
});

class World {
  nonces = 0;
  readonly exchange = new Exchange({ makeNonce: () => `nonce-${++this.nonces}` });

  ask(connection: number, token: string): Effect[] {
    return this.exchange.connect(connection, { key: 'peerjs', id: ID, token }, 0);
  }

  /** Asks, and proves it. */
  hold(connection: number, token: string): Effect[] {
    this.ask(connection, token);
    this.exchange.receive(connection, PROOF, 0);
    return this.exchange.proved(connection, true, 0);
  }
}

function types(effects: Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === 'send')
      return `${effect.connection} ${(JSON.parse(effect.text) as { type: string }).type}`;
    if (effect.kind === 'pass') return `pass ${effect.type}`;
    return `${effect.connection} ${effect.kind}${effect.kind === 'close' ? ` ${effect.reason}` : ''}`;
  });
}

describe('the id of a broadcast', () => {
  it('is given after a right proof, and what waited for it comes then', () => {
    const { exchange, ...world } = new World();
    exchange.connect(9, { key: 'peerjs', id: 'viewer', token: 't' }, 0);
    exchange.receive(9, JSON.stringify({ type: 'OFFER', dst: ID, payload: 1 }), 0);
    expect(types(exchange.connect(1, { key: 'peerjs', id: ID, token: 't' }, 0))).toEqual(['1 CHALLENGE']);
    expect(exchange.has(ID)).toBe(false);
    expect(types(exchange.receive(1, PROOF, 0))).toEqual(['1 verify']);
    expect(types(exchange.proved(1, true, 0))).toEqual(['1 OPEN', '1 OFFER']);
    expect(exchange.has(ID)).toBe(true);
    expect(world.nonces).toBe(0);
  });

  it('is refused with a wrong proof, with none, and to whoever says something else first', () => {
    const { exchange } = new World();
    const ask = (connection: number) =>
      exchange.connect(connection, { key: 'peerjs', id: ID, token: 't' }, 0);
    ask(1);
    exchange.receive(1, PROOF, 0);
    expect(types(exchange.proved(1, false, 0))).toEqual(['1 ERROR', '1 close not-proved']);
    for (const payload of [null, 7, {}, { publicKey: 'x', signature: 'y' }, { publicKey: 'A'.repeat(1e4) }]) {
      ask(2);
      const effects = exchange.receive(2, JSON.stringify({ type: 'PROOF', payload }), 0);
      expect(types(effects)).toEqual(['2 ERROR', '2 close not-proved']);
    }
    ask(3);
    expect(exchange.receive(3, JSON.stringify({ type: 'OFFER', dst: 'viewer', payload: 1 }), 0)).toEqual([]);
    expect(types(exchange.tick(60_000))).toEqual(['3 ERROR', '3 close silent']);
    expect(exchange.load.waitingBytes).toBe(0);
    expect(exchange.has(ID)).toBe(false);
  });

  it('is checked once for each challenge', () => {
    const { exchange } = new World();
    exchange.connect(1, { key: 'peerjs', id: ID, token: 't' }, 0);
    expect(exchange.proved(1, true, 0)).toEqual([]);
    exchange.receive(1, PROOF, 0);
    expect(exchange.receive(1, PROOF, 0)).toEqual([]);
    exchange.proved(1, true, 0);
    expect(exchange.proved(1, true, 0)).toEqual([]);
    expect(exchange.receive(1, PROOF, 0)).toEqual([]);
    expect(exchange.has(ID)).toBe(true);
  });

  it('goes over to the same broadcaster’s new socket at once, and not back to the old one', () => {
    const world = new World();
    world.hold(1, 'before');
    expect(types(world.hold(2, 'after'))).toEqual(['1 close replaced', '2 OPEN']);
    expect(types(world.ask(3, 'before'))).toEqual(['3 ID-TAKEN', '3 close id-taken']);
    expect(types(world.hold(4, 'after'))).toEqual(['2 close replaced', '4 OPEN']);
    expect(world.exchange.has(ID)).toBe(true);
  });

  it('stays with its holder while others only ask', () => {
    const world = new World();
    world.hold(1, 'holder');
    world.ask(2, 'thief');
    world.exchange.receive(2, PROOF, 0);
    world.exchange.proved(2, false, 0);
    world.ask(3, 'thief');
    world.exchange.disconnect(3);
    world.exchange.connect(9, { key: 'peerjs', id: 'viewer', token: 't' }, 0);
    const offer = world.exchange.receive(9, JSON.stringify({ type: 'OFFER', dst: ID, payload: 1 }), 0);
    expect(types(offer)).toEqual(['1 OFFER']);
  });
});

describe('a server', () => {
  let server: RunningServer;
  let signer: Signer;

  beforeAll(async () => {
    server = await startServer({ host: '127.0.0.1' });
    signer = await signerOf(await createKey());
  });

  afterAll(() => server.close());

  /** Asks for an id and answers the challenge; gives what the server says then. */
  async function claim(
    token: string,
    by = signer,
    {
      host = `127.0.0.1:${server.port}`,
      label = 'challenge',
      nonce = '',
    }: { host?: string; label?: Label; nonce?: string } = {},
  ): Promise<{ client: Client; said: string }> {
    const client = new Client(addressFor(server.port, signer.broadcastId, token));
    const asked = await client.next();
    const given = (asked.payload as { nonce: string }).nonce;
    const signature = base64(await by.sign(label, challengeStatement(host, nonce || given)));
    client.send({ type: 'PROOF', payload: { publicKey: base64(by.publicKey), signature } });
    return { client, said: (await client.next()).type };
  }

  it('gives a broadcast’s id to its key, 100 attempts of others notwithstanding', async () => {
    const { client: owner, said } = await claim('owner');
    expect(said).toBe('OPEN');
    const stranger = await signerOf(await createKey());
    const attempts = [
      () => claim('thief', stranger),
      () => claim('thief', signer, { host: 'another.example' }),
      () => claim('thief', signer, { label: 'list' }),
      () => claim('thief', signer, { nonce: 'of-another-day' }),
    ];
    for (let i = 0; i < 100; i++) {
      const { client, said: answer } = await attempts[i % attempts.length]!();
      expect(answer).toBe('ERROR');
      expect((await client.closed).reason).toBe('not-proved');
    }
    const viewer = await join(server.port, 'viewer-of-it');
    viewer.send({ type: 'OFFER', dst: signer.broadcastId, payload: 1 });
    expect(await owner.next()).toMatchObject({ type: 'OFFER', src: 'viewer-of-it' });
    const { client: again, said: back } = await claim('owner-after-a-crash');
    expect(back).toBe('OPEN');
    expect((await owner.closed).reason).toBe('replaced');
    again.socket.close();
    viewer.socket.close();
  });
});
