// What one node holds at signaling servers: its own registration, and the doors by which it takes newcomers in.

import { decodeJoin } from '../overlay/control-codec.ts';
import { doorId, doorOf, OWN_DOOR } from '../overlay/door-ids.ts';
import type { OverlayEffect, OverlayEvent } from '../overlay/event.ts';
import type { OverlayState } from '../overlay/state.ts';
import { challengeStatement } from '../base/challenge.ts';
import { base64 } from '../base/bytes.ts';
import type {
  Clock,
  DoorProof,
  IdProof,
  OpenRendezvous,
  Rendezvous,
  RendezvousEvents,
  Signer,
} from '../ports.ts';
import { askInTurn, standEverywhere, type FrontDoor, type FrontDoorEvents } from './front-door.ts';

/** Where and how a node registers. */
export interface RegistrationParts {
  clock: Clock;
  openRendezvous: OpenRendezvous;
  /** Origins of the signaling servers, the one to try first before the others; resolves once they are known. */
  servers: Promise<readonly string[]>;
  /** Signs as the broadcaster; absent: we are none. */
  signer?: Signer;
  /** As the broadcaster: makes a certificate for each of these doors. */
  certifyDoors?: CertifyDoors;
  /**
   * Answers what came as an offer and asks for something else than a place; undefined: it does ask for a place, or for nothing. `tag`:
   * what the server says of whence it came.
   */
  answer?: (payload: unknown, tag: string | undefined) => Promise<unknown>;
  /** A server says that somebody else holds our id. */
  contested?: () => void;
  /** Takes the broadcast's id at a signaling server of our own; absent: there is none. */
  openOwnDoor?: (events: RendezvousEvents) => Rendezvous;
}

/** Signs certificates of these doors; base64. */
export type CertifyDoors = (numbers: readonly number[]) => Promise<ReadonlyMap<number, string>>;

/** Carries out what the overlay wants of signaling servers, and tells it what they say. */
export class Registrations {
  readonly #parts: RegistrationParts;
  readonly #overlay: OverlayState;
  readonly #tell: (event: OverlayEvent) => void;
  #own: FrontDoor | undefined;
  /** By door, or `<door>@<server>` for those that are registered at the servers of the link. */
  readonly #doors = new Map<string, Rendezvous>();
  /** Counts registrations, so that one that was given up while its servers were being found is never made. */
  #count = 0;

  constructor(parts: RegistrationParts, overlay: OverlayState, tell: (event: OverlayEvent) => void) {
    this.#parts = parts;
    this.#overlay = overlay;
    this.#tell = tell;
  }

  /** Registers under the id that the overlay has for us. */
  async open(): Promise<void> {
    this.close();
    const count = this.#count;
    const { clock, openRendezvous, contested } = this.#parts;
    const servers = await this.#parts.servers;
    if (count !== this.#count) return;
    const events: FrontDoorEvents = {
      opened: () => this.#tell({ type: 'rendezvous-opened' }),
      lost: () => this.#tell({ type: 'rendezvous-lost' }),
      taken: () => this.#tell({ type: 'rendezvous-taken' }),
      absent: (to) => this.#tell({ type: 'rendezvous-absent', to }),
      ...(contested && { contested }),
      message: (from, kind, payload, at, tag) => {
        const join = decodeJoin(payload);
        if (join.ok) this.#tell({ type: 'rendezvous-message', from, kind, payload: join.value, at, tag });
        else if (kind === 'offer') void this.#answer(from, payload, at, tag);
      },
    };
    const { signer } = this.#parts;
    if (signer) events.prove = (host, nonce) => proveId(signer, host, nonce);
    const { role, rendezvousId } = this.#overlay;
    this.#own =
      role === 'root'
        ? standEverywhere(openRendezvous, servers, rendezvousId, events)
        : askInTurn(openRendezvous, clock, servers, rendezvousId, events);
  }

  async #answer(from: string, payload: unknown, at: string, tag: string | undefined): Promise<void> {
    const answer = await this.#parts.answer?.(payload, tag);
    if (answer !== undefined) this.#own?.send(from, 'answer', answer, at);
  }

  /** Lets go of our own registration; doors stay. */
  close(): void {
    this.#count++;
    this.#own?.close();
    this.#own = undefined;
  }

  closeAll(): void {
    this.close();
    for (const at of [...this.#doors.keys()]) this.closeDoor(doorOf(at));
  }

  /** By the door or server `at`, else by every server at which we are registered. */
  send({ to, kind, payload, at }: Extract<OverlayEffect, { type: 'send-rendezvous' }>): void {
    const door = this.#doors.get(at ?? '');
    if (door) door.send(to, kind, payload);
    else this.#own?.send(to, kind, payload, at);
  }

  /** Doors whose certificates can't be made stay closed; the overlay asks again. */
  certifyDoors(numbers: readonly number[]): void {
    void this.#parts.certifyDoors?.(numbers).then(
      (certificates) => this.#tell({ type: 'doors-certified', certificates }),
      () => undefined,
    );
  }

  openDoor(door: string): void {
    if (door === OWN_DOOR) {
      const own = this.#parts.openOwnDoor?.(this.#doorEvents(door));
      if (own) this.#doors.set(door, own);
    } else void this.#openEverywhere(door);
  }

  closeDoor(door: string): void {
    for (const [at, rendezvous] of this.#doors) {
      if (doorOf(at) !== door) continue;
      rendezvous.close();
      this.#doors.delete(at);
    }
  }

  /** Newcomers ask for a door at any of the servers. */
  async #openEverywhere(door: string): Promise<void> {
    const { openRendezvous, servers } = this.#parts;
    for (const server of await servers) {
      const at = `${door}@${server}`;
      if (!this.#overlay.doors.has(door) || this.#doors.has(at)) continue;
      const id = doorId(this.#overlay.broadcastId, door);
      const prove = () => Promise.resolve(this.#certificate(door));
      this.#doors.set(at, openRendezvous(server, id, { ...this.#doorEvents(at), prove }));
    }
  }

  /** What shows a server that the door is ours to hold; at each reconnection the newest that came down to us. */
  #certificate(door: string): DoorProof | undefined {
    const { publicKey, doors } = this.#overlay;
    const certificate = doors.get(door);
    return publicKey !== null && certificate !== undefined ? { publicKey, certificate } : undefined;
  }

  /**
   * A door that can't be had is nobody's loss: newcomers find out, and ask the broadcaster. It is tried again with the next
   * certificate, which is newer than that of whoever held the door before us.
   */
  #doorEvents(at: string): RendezvousEvents {
    return {
      opened: () => undefined,
      lost: () => undefined,
      taken: () => void this.#doors.delete(at),
      absent: (to) => this.#tell({ type: 'door-absent', to }),
      message: (from, _kind, payload) => {
        const join = decodeJoin(payload);
        if (join.ok) this.#tell({ type: 'door-message', at, from, payload: join.value });
      },
    };
  }
}

/** What a signaling server wants to see of whoever holds a broadcast's id. */
export async function proveId(signer: Signer, host: string, nonce: string): Promise<IdProof> {
  const signature = await signer.sign('challenge', challengeStatement(host, nonce));
  return { publicKey: base64(signer.publicKey), signature: base64(signature) };
}
