// A door of a broadcast is for whoever has the broadcaster's certificate of it: the rules by themselves, then over real sockets with
// real keys.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base64, base64Bytes } from '../../../src/base/bytes.ts';
import { nodeVerifier } from '../../../src/identity/node-verifier.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import { doorId } from '../../../src/overlay/door-ids.ts';
import { DOORS_MAX } from '../../../src/overlay/timing.ts';
import type { DoorProof, Signer } from '../../../src/ports.ts';
import type { Effect } from '../../../src/server/effect.ts';
import { Exchange } from '../../../src/server/exchange.ts';
import { startServer } from '../../../src/server/server.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { addressFor, Client, join } from './client.ts';
import { askFor, certifiedDoor, inS, posingAs } from './door-holder.ts';

let signer: Signer;
let stranger: Signer;

beforeAll(async () => {
  [signer, stranger] = [await signerOf(await createKey()), await signerOf(await createKey())];
});

/** What each connection is told, and why it is closed. */
function types(effects: Effect[]): string[] {
  return effects.map((effect) => {
    if (effect.kind === 'send')
      return `${effect.connection} ${(JSON.parse(effect.text) as { type: string }).type}`;
    if (effect.kind === 'close') return `${effect.connection} ${effect.reason}`;
    return effect.kind;
  });
}

/** One server, at which every signature is right. */
class World {
  unixS = 1000;
  readonly exchange: Exchange;
  readonly id = doorId('abcdefghijklmnopqrstuvwxyz', 3);

  constructor(hasNeighbours = false) {
    this.exchange = new Exchange({ makeNonce: () => 'nonce', unixS: () => this.unixS, hasNeighbours });
  }

  ask(connection: number, token: string): Effect[] {
    return this.exchange.connect(connection, { key: 'peerjs', id: this.id, token }, 0);
  }

  /** Asks for the door, and shows a certificate until then. */
  show(connection: number, token: string, expiryS: number): string[] {
    const certificate = new Uint8Array(68);
    new DataView(certificate.buffer).setUint32(0, expiryS);
    const payload = { publicKey: base64(new Uint8Array(32)), certificate: base64(certificate) };
    const asked = this.ask(connection, token);
    const checked = this.exchange.receive(connection, JSON.stringify({ type: 'PROOF', payload }), 0);
    return types([...asked, ...checked, ...this.exchange.proved(connection, true, 0)]);
  }
}

describe('a door', () => {
  it('is given for a certificate, and what waited for it comes then', () => {
    const world = new World();
    world.exchange.connect(9, { key: 'peerjs', id: 'viewer', token: 't' }, 0);
    world.exchange.receive(9, JSON.stringify({ type: 'OFFER', dst: world.id, payload: 1 }), 0);
    expect(world.show(1, 'holder', 1300)).toEqual(['1 CHALLENGE', 'verify', '1 OPEN', '1 OFFER']);
  });

  it('is nobody’s who shows none, an expired one or one that its key didn’t sign, and the reason is said', () => {
    const world = new World();
    expect(world.show(1, 'late', 1000)).toEqual(['1 CHALLENGE', '1 ERROR', '1 certificate-expired']);
    world.ask(2, 'a');
    const payload = { publicKey: base64(new Uint8Array(32)), signature: base64(new Uint8Array(64)) };
    const proof = world.exchange.receive(2, JSON.stringify({ type: 'PROOF', payload }), 0);
    expect(types(proof)).toEqual(['2 ERROR', '2 not-certified']);
    expect(JSON.stringify(proof)).toContain('a door of a broadcast');
    world.ask(3, 'b');
    expect(world.exchange.receive(3, JSON.stringify({ type: 'OFFER', dst: 'x', payload: 1 }), 0)).toEqual([]);
    expect(types(world.exchange.tick(60_000))).toEqual(['3 ERROR', '3 silent']);
    expect(world.exchange.has(world.id)).toBe(false);
  });

  it('goes over to a later certificate, and not back to an earlier one or to the same', () => {
    const world = new World();
    world.show(1, 'before', 1300);
    expect(world.show(2, 'now', 1300)).toEqual(['2 CHALLENGE', 'verify', '2 ID-TAKEN', '2 id-taken']);
    expect(world.show(3, 'now', 1360)).toEqual(['3 CHALLENGE', 'verify', '1 replaced', '3 OPEN']);
    expect(world.show(4, 'before', 1300)).toEqual(['4 CHALLENGE', 'verify', '4 ID-TAKEN', '4 id-taken']);
    expect(world.show(5, 'another', 1360)).toEqual(['5 CHALLENGE', 'verify', '5 ID-TAKEN', '5 id-taken']);
    // Dealt to it once more.
    expect(world.show(6, 'before', 1420)).toEqual(['6 CHALLENGE', 'verify', '3 replaced', '6 OPEN']);
  });

  it('goes over to its holder’s own new socket, and stays when its certificate expires', () => {
    const world = new World();
    world.show(1, 'holder', 1300);
    expect(world.show(2, 'holder', 1300)).toEqual(['2 CHALLENGE', 'verify', '1 replaced', '2 OPEN']);
    world.unixS = 2000;
    world.exchange.heard(2, 1_000_000);
    expect(world.exchange.tick(1_000_000)).toEqual([]);
    expect(world.exchange.has(world.id)).toBe(true);
  });

  it('is asked of the other processes with its certificate’s expiry, and is whose is later when two meet', () => {
    const world = new World(true);
    expect(world.show(1, 'one', 1300)).toEqual(['1 CHALLENGE', 'verify', 'claim']);
    world.show(2, 'two', 1360);
    expect(types(world.exchange.claimed(2, true, 0))).toEqual(['2 OPEN']);
    expect(types(world.exchange.claimed(1, true, 0))).toEqual(['1 ID-TAKEN', '1 id-taken']);
  });
});

describe.each([
  ['a server', false],
  ['a server for one broadcast, as a headless relay has it', true],
])('%s', (_, isForOne) => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer({
      host: '127.0.0.1',
      ...(isForOne && { broadcastId: signer.broadcastId }),
    });
  });

  afterAll(() => server.close());

  it('gives none of 64 doors to a stranger, whatever it shows', async () => {
    const refused: Record<string, number> = {};
    for (let number = 0; number < DOORS_MAX; number++) {
      const tries: object[] = [
        {},
        await certifiedDoor(posingAs(signer.broadcastId, stranger), number),
        { ...(await certifiedDoor(stranger, number)), publicKey: base64(signer.publicKey) },
        await certifiedDoor(signer, (number + 1) % DOORS_MAX),
        await certifiedDoor(signer, number, inS(-1)),
        await certifiedDoor(signer, number, inS(300), 'list'),
      ];
      const { client, said } = await askFor(
        server.port,
        doorId(signer.broadcastId, number),
        'stranger',
        tries[number % tries.length]!,
      );
      expect(said).toBe('ERROR');
      const { reason } = await client.closed;
      refused[reason] = (refused[reason] ?? 0) + 1;
    }
    expect(refused).toEqual({ 'not-certified': 54, 'certificate-expired': 10 });
  });

  it('gives a door to whoever has its certificate, and to the next holder with the next certificate', async () => {
    const id = doorId(signer.broadcastId, 5);
    const before = await certifiedDoor(signer, 5, inS(300));
    const { client: holder, said } = await askFor(server.port, id, 'holder', before);
    expect(said).toBe('OPEN');
    expect((await askFor(server.port, id, 'next', before)).said).toBe('ID-TAKEN');
    const { client: next, said: then } = await askFor(
      server.port,
      id,
      'next',
      await certifiedDoor(signer, 5, inS(301)),
    );
    expect(then).toBe('OPEN');
    expect((await holder.closed).reason).toBe('replaced');
    expect((await askFor(server.port, id, 'holder', before)).said).toBe('ID-TAKEN');
    next.socket.close();
  });

  it('asks for none where the id is no door', async () => {
    for (const id of [`${signer.broadcastId}-x`, 'abc-1', `${signer.broadcastId.slice(1)}-1`]) {
      const client = await join(server.port, id);
      client.socket.close();
    }
    const odd = new Client(addressFor(server.port, `${signer.broadcastId}-064`));
    expect((await odd.next()).type).toBe('CHALLENGE');
    odd.socket.close();
  });
});

/** What became of whoever shows this at a server with real eyes. */
async function decide(id: string, shown: object): Promise<boolean> {
  const exchange = new Exchange({ makeNonce: () => 'nonce', unixS: () => Date.now() / 1000 });
  exchange.connect(1, { key: 'peerjs', id, token: 't' }, 0);
  for (const effect of exchange.receive(1, JSON.stringify({ type: 'PROOF', payload: shown }), 0)) {
    if (effect.kind !== 'verify') continue;
    const { broadcastId, label, publicKey, statement, signature } = effect;
    const isRight =
      (await nodeVerifier.broadcastIdOf(publicKey)) === broadcastId &&
      (await nodeVerifier.verify(label, publicKey, statement, signature));
    exchange.proved(1, isRight, 0);
  }
  return exchange.has(id);
}

describe('a certificate', () => {
  it('is worth nothing once any bit of it or of its key is another', async () => {
    const id = doorId(signer.broadcastId, 9);
    const right = await certifiedDoor(signer, 9);
    expect(await decide(id, right)).toBe(true);
    const whole = [...base64Bytes(right.publicKey)!, ...base64Bytes(right.certificate)!];
    const place = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = Uint8Array.from(whole, (byte, i) => (i === at ? byte ^ mask : byte));
        const spoiled: DoorProof = {
          publicKey: base64(bytes.subarray(0, 32)),
          certificate: base64(bytes.subarray(32)),
        };
        expect(await decide(id, spoiled)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('can be any bytes or values at all: they are refused', async () => {
    const id = doorId(signer.broadcastId, 9);
    const value = fc.oneof(
      fc.jsonValue(),
      fc.uint8Array({ maxLength: 100 }).map(base64),
      fc.constant(base64(signer.publicKey)),
      fc.constant('A'.repeat(60_000)),
    );
    const shown = fc.record({ publicKey: value, certificate: value }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(shown, async (payload) => {
        expect(await decide(id, payload)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
