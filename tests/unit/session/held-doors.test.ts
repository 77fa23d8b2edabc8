// Whoever holds a door shows our server the newest certificate that it has, and a stock one nothing. Real sockets, real keys.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { base64 } from '../../../src/base/bytes.ts';
import { doorId } from '../../../src/overlay/door-ids.ts';
import type { OverlayEvent } from '../../../src/overlay/event.ts';
import { createOverlay, type OverlayState } from '../../../src/overlay/state.ts';
import { openClock } from '../../../src/platform/clock.ts';
import { random } from '../../../src/platform/random.ts';
import type { OpenRendezvous, RendezvousEvents, Signer } from '../../../src/ports.ts';
import { prepareForPeerJs } from '../../../src/rendezvous/node-globals.ts';
import { openRendezvousWith } from '../../../src/rendezvous/rendezvous.ts';
import { startServer, type RunningServer } from '../../../src/server/server.ts';
import { doorkeeping } from '../../../src/session/door-certificates.ts';
import { Registrations } from '../../../src/session/registrations.ts';
import { makeSigner } from '../feed/samples.ts';
import { Client, join, addressFor } from '../server/client.ts';
import { askFor, certifiedDoor, inS } from '../server/door-holder.ts';
import { startCareless } from './careless-server.ts';

const clock = openClock();
const openRendezvous = openRendezvousWith(clock, random);
const JOIN = { v: 1, join: '0123456789abcdef', peer: 'fedcba9876543210' };
const OFFER = { ...JOIN, signal: { type: 'offer', sdp: 'v=0\r\n' } };

let signer: Signer;

beforeAll(prepareForPeerJs);
beforeEach(() => {
  signer = makeSigner();
});

/** A viewer to whom doors were dealt. */
class Holder {
  readonly overlay: OverlayState;
  readonly registrations: Registrations;
  readonly heard: OverlayEvent[] = [];
  #heard: (() => void) | undefined;

  constructor(port: number, open: OpenRendezvous = openRendezvous) {
    const seed = random.bytes(16);
    this.overlay = createOverlay({
      role: 'viewer',
      peer: '0000000000000001',
      broadcastId: signer.broadcastId,
      slots: 1,
      seed,
    });
    this.overlay.publicKey = base64(signer.publicKey);
    const servers = Promise.resolve([`http://127.0.0.1:${port}`]);
    this.registrations = new Registrations(
      { clock, openRendezvous: open, servers },
      this.overlay,
      (event) => {
        this.heard.push(event);
        this.#heard?.();
      },
    );
  }

  /** What the overlay does when a certificate of the door comes down. */
  deal(number: number, certificate?: string): void {
    this.overlay.doors.set(String(number), certificate);
    this.registrations.openDoor(String(number));
  }

  /** Waits for the next word of somebody at a door. */
  async visited(): Promise<OverlayEvent> {
    while (this.heard.length === 0) await new Promise<void>((resolve) => (this.#heard = resolve));
    return this.heard.shift()!;
  }

  close(): void {
    this.registrations.closeAll();
  }
}

/** Somebody asks at the door, which may be opened a little later. */
async function knock(visitor: Client, number: number, holder: Holder): Promise<OverlayEvent> {
  visitor.send({ type: 'OFFER', dst: doorId(signer.broadcastId, number), payload: OFFER });
  return holder.visited();
}

describe('at our server', () => {
  let server: RunningServer;
  let holder: Holder;
  let visitor: Client;

  beforeEach(async () => {
    server = await startServer({ port: 0 });
    holder = new Holder(server.port);
    visitor = await join(server.port, 'visitor');
  });

  afterEach(async () => {
    holder.close();
    visitor.socket.close();
    await server.close();
  });

  it('a door that the broadcaster certified is its holder’s, and a newer certificate doesn’t move it', async () => {
    const made = await doorkeeping({ signer, clock }).certifyDoors([0, 7]);
    expect([...made.keys()]).toEqual([0, 7]);
    holder.deal(7, made.get(7));
    expect(await knock(visitor, 7, holder)).toMatchObject({ type: 'door-message', from: 'visitor' });
    const later = await certifiedDoor(signer, 7, inS(400));
    holder.deal(7, later.certificate);
    expect(await knock(visitor, 7, holder)).toMatchObject({ type: 'door-message' });
    // The server knows the first one still: its holder had no need to come back with the second.
    const same = await askFor(server.port, doorId(signer.broadcastId, 7), 'another', later);
    expect(same.said).toBe('OPEN');
    same.client.socket.close();
  });

  it('a door that somebody kept from its holder is had with the next certificate', async () => {
    const old = await certifiedDoor(signer, 3, inS(300));
    const id = doorId(signer.broadcastId, 3);
    const { client: before, said } = await askFor(server.port, id, 'before', old);
    expect(said).toBe('OPEN');
    holder.deal(3, old.certificate);
    holder.deal(3, (await certifiedDoor(signer, 3, inS(301))).certificate);
    expect((await before.closed).reason).toBe('replaced');
    expect(await knock(visitor, 3, holder)).toMatchObject({ type: 'door-message' });
  });

  it('a door without a certificate is nobody’s', async () => {
    holder.deal(4);
    visitor.send({ type: 'OFFER', dst: doorId(signer.broadcastId, 4), payload: OFFER });
    expect(await visitor.next()).toMatchObject({ type: 'EXPIRE' });
    expect(holder.heard).toEqual([]);
  });
});

it('a door that its holder has given up is asked for again with the next certificate, one that is open isn’t', async () => {
  const opened: [id: string, events: RendezvousEvents][] = [];
  const holder = new Holder(1, (_server, id, events) => {
    opened.push([id, events]);
    return { send: () => true, close: () => undefined };
  });
  const ids = async () => {
    await Promise.resolve();
    return opened.map(([id]) => id);
  };
  const id = doorId(signer.broadcastId, 2);
  const [first, second] = [await certifiedDoor(signer, 2, 1), await certifiedDoor(signer, 2, 2)];
  holder.deal(2, first.certificate);
  expect(await ids()).toEqual([id]);
  holder.deal(2, second.certificate);
  expect(await ids()).toEqual([id]);
  // Whenever a server asks, it is shown the newest.
  expect(await opened[0]![1].prove?.('host', 'nonce')).toEqual(second);
  opened[0]![1].taken();
  holder.deal(2, first.certificate);
  expect(await ids()).toEqual([id, id]);
  holder.close();
});

it('at a server that asks for nothing a door is whoever’s asks first: nothing is shown, and it works all the same', async () => {
  const server = await startCareless();
  const { port } = server.address() as AddressInfo;
  const visitor = new Client(addressFor(port, 'visitor'));
  expect((await visitor.next()).type).toBe('OPEN');
  const holder = new Holder(port);
  const arrived = once(server, 'connection');
  holder.deal(7, (await certifiedDoor(signer, 7)).certificate);
  await arrived;
  expect(await knock(visitor, 7, holder)).toMatchObject({ type: 'door-message', from: 'visitor' });
  holder.close();
  visitor.socket.close();
  server.close();
});
