// The signaling server of a simulated world: ids, a queue of 5 s for the absent, outages. It passes on what it is given,
// through JSON where the world is exact, as a real one does.

import { base64, base64Bytes } from '../../src/base/bytes.ts';
import { decodeJoin } from '../../src/overlay/control-codec.ts';
import { decodeDoorCertificate, encodeDoorCertificate } from '../../src/overlay/door-certificate.ts';
import { doorId } from '../../src/overlay/door-ids.ts';
import type { JoinEnvelope } from '../../src/overlay/message.ts';
import { DOOR_CERTIFICATE_S } from '../../src/overlay/timing.ts';
import type { RendezvousKind } from '../../src/ports.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

const QUEUE_MS = 5000;
/** Signing certificates takes the root so long, ms. */
const CERTIFYING_MS = 5;
/** A door that somebody else still holds is asked for again after this, ms. */
const DOOR_RETRY_MS = 500;
/** About what an envelope with a packed description weighs in its WebSocket frame, and one that only tells a place. */
const ENVELOPE_BYTES = 500;
const NOTICE_BYTES = 250;

interface Waiting {
  sender: SimPeer;
  /** The id under which it was said. */
  from: string;
  kind: RendezvousKind;
  payload: JoinEnvelope;
  isDone: boolean;
}

export class SimRendezvous {
  isDown = false;
  /** Offers that reached the root so far. */
  rootOffers = 0;
  doorsOpened = 0;
  readonly #world: World;
  readonly #registered = new Map<string, SimPeer>();
  /** By id: doors that are open, who holds them, and when the certificate expires that was shown. */
  readonly #doors = new Map<string, { peer: SimPeer; at: string; expiryS: number }>();
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(world: World) {
    this.#world = world;
  }

  register(peer: SimPeer): void {
    peer.wantsRendezvous = true;
    this.#world.queue.after(this.#world.random.between(60, 160), () => {
      if (!peer.wantsRendezvous || peer.status === 'dead') return;
      if (this.isDown || this.#world.network.isFar(peer)) {
        peer.tell({ type: 'rendezvous-lost' });
        return;
      }
      const id = peer.state.rendezvousId;
      this.#registered.set(id, peer);
      peer.tell({ type: 'rendezvous-opened' });
      for (const message of this.#waiting.get(id) ?? []) {
        message.isDone = true;
        this.#deliver(peer, message);
      }
      this.#waiting.delete(id);
    });
  }

  unregister(peer: SimPeer): void {
    peer.wantsRendezvous = false;
    this.#forget(peer);
  }

  /** What the root's session signs takes a moment. Nothing here looks at signatures. */
  certifyDoors(peer: SimPeer, numbers: readonly number[]): void {
    const { queue } = this.#world;
    const expiryS = Math.floor(queue.nowMs / 1000) + DOOR_CERTIFICATE_S;
    const text = base64(encodeDoorCertificate({ expiryS, signature: new Uint8Array(64) }));
    queue.after(CERTIFYING_MS, () => {
      const certificates = new Map(numbers.map((number) => [number, text]));
      if (peer.status !== 'dead') peer.tell({ type: 'doors-certified', certificates });
    });
  }

  /** As our server does: for whoever shows a certificate, and a later one than whoever holds the door. */
  openDoor(peer: SimPeer, at: string): void {
    this.#world.queue.after(this.#world.random.between(60, 160), () => {
      const id = doorId(this.#world.root.state.broadcastId, at);
      if (!peer.state.doors.has(at) || peer.status === 'dead' || this.isDown) return;
      const holder = this.#doors.get(id);
      const expiryS = expiryOf(peer.state.doors.get(at));
      if (holder?.peer === peer || expiryS === undefined || expiryS * 1000 <= this.#world.queue.nowMs) return;
      if (holder && expiryS <= holder.expiryS) {
        // Whoever held it has not been told yet: the adapter tries again.
        this.#world.queue.after(DOOR_RETRY_MS, () => this.openDoor(peer, at));
        return;
      }
      this.#doors.set(id, { peer, at, expiryS });
      this.doorsOpened++;
    });
  }

  closeDoor(peer: SimPeer, at: string): void {
    const id = doorId(this.#world.root.state.broadcastId, at);
    if (this.#doors.get(id)?.peer === peer) this.#doors.delete(id);
  }

  /** As its own, or by the door `at`. */
  send(sender: SimPeer, to: string, kind: RendezvousKind, payload: JoinEnvelope, at = ''): void {
    const id = doorId(this.#world.root.state.broadcastId, at);
    const from = this.#doors.get(id)?.peer === sender ? id : sender.state.rendezvousId;
    if (from !== id && this.#registered.get(from) !== sender) return;
    const message = { sender, from, kind, payload: this.#carried(payload), isDone: false };
    const { queue, random } = this.#world;
    const departMs = sender.uplink.send(queue.nowMs, 'notice' in payload ? NOTICE_BYTES : ENVELOPE_BYTES);
    queue.after(departMs - queue.nowMs + random.between(15, 60), () => {
      const peer = this.#registered.get(to);
      const door = this.#doors.get(to);
      if (peer) this.#deliver(peer, message);
      else if (door && door.peer.status === 'alive') this.#deliver(door.peer, message, door.at);
      else this.#hold(to, message);
    });
  }

  /** Everybody is cut off; those who still want to be registered are back within 2 s after the end. */
  outage(durationMs: number): void {
    const { queue, random, peers } = this.#world;
    this.isDown = true;
    for (const peer of peers) this.cutOff(peer);
    queue.after(durationMs, () => {
      this.isDown = false;
      for (const peer of this.#world.peers) queue.after(random.between(0, 2000), () => this.restore(peer));
    });
  }

  cutOff(peer: SimPeer): void {
    this.#forget(peer);
    this.#forgetDoors(peer);
    if (peer.wantsRendezvous) peer.tell({ type: 'rendezvous-lost' });
  }

  /** As the adapter does: it reconnects by itself. */
  restore(peer: SimPeer): void {
    if (peer.wantsRendezvous && !this.#registered.has(peer.state.rendezvousId)) this.register(peer);
    for (const at of peer.state.doors.keys()) this.openDoor(peer, at);
  }

  #forget(peer: SimPeer): void {
    const id = peer.state.rendezvousId;
    if (this.#registered.get(id) === peer) this.#registered.delete(id);
  }

  /** Nothing of a dead peer is registered any more. */
  bury(peer: SimPeer): void {
    this.unregister(peer);
    this.#forgetDoors(peer);
  }

  #forgetDoors(peer: SimPeer): void {
    for (const [id, door] of this.#doors) if (door.peer === peer) this.#doors.delete(id);
  }

  #carried(payload: JoinEnvelope): JoinEnvelope {
    if (!this.#world.options.isWireExact) return payload;
    const join = decodeJoin(JSON.parse(JSON.stringify(payload)));
    if (!join.ok) throw new Error(`undecodable envelope ${JSON.stringify(payload)}`);
    return join.value;
  }

  #deliver(peer: SimPeer, { sender, from, kind, payload }: Waiting, at?: string): void {
    if (kind === 'offer' && peer === this.#world.root) this.rootOffers++;
    if (at !== undefined) peer.tell({ type: 'door-message', at, from, payload });
    else peer.tell({ type: 'rendezvous-message', from, kind, payload, tag: sender.tag });
  }

  #hold(to: string, message: Waiting): void {
    const list = this.#waiting.get(to) ?? [];
    list.push(message);
    this.#waiting.set(to, list);
    this.#world.queue.after(QUEUE_MS, () => {
      if (message.isDone) return;
      list.splice(list.indexOf(message), 1);
      if (list.length === 0) this.#waiting.delete(to);
      message.sender.tell({ type: 'rendezvous-absent', to });
    });
  }
}

/** When the certificate of a door expires; undefined: there is none. */
function expiryOf(certificate: string | undefined): number | undefined {
  const bytes = base64Bytes(certificate ?? '');
  return bytes && decodeDoorCertificate(bytes)?.expiryS;
}
