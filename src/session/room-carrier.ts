// Carries the room up: runs one hop's rules on the edges of a node. The root runs it too, and takes what arrives.

import { equalBytes, type Bytes } from '../base/bytes.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { saidSigned, type SignedSaid } from '../room/comment-codec.ts';
import { createHop, evaluateHop, OWN, takeAll, type HopEvent, type HopState } from '../room/hop.ts';
import { isAct } from '../room/rise-type.ts';
import { decodeRise, encodeRise } from '../room/rise-message.ts';
import { HOP_KEYS_MAX } from '../room/room-limits.ts';
import type { RoomMode } from '../room/room-packet.ts';
import { encodeTicket, ticketSigned } from '../room/ticket.ts';
import { ActCarrier, type ActArrived } from './act-carrier.ts';
import type { CarrierParts } from './room-edges.ts';

/** One peer's part of the way up. */
export class RoomCarrier {
  readonly #parts: CarrierParts;
  readonly #hop: HopState;
  /** Of what moderators ask. */
  readonly acts: ActCarrier;
  /** By author, the last ticket that was found good. */
  readonly #tickets = new BoundedMap<string, Bytes>(HOP_KEYS_MAX);

  /** `actArrived`: as the root, which does what is asked instead of passing it on. */
  constructor(parts: CarrierParts, actArrived?: ActArrived) {
    this.#parts = parts;
    this.acts = new ActCarrier(parts, actArrived);
    this.#hop = createHop(() => parts.random.fraction());
  }

  /** Hearts of everybody below, and our own. */
  get hearts(): number {
    return this.#hop.hearts;
  }

  /** Comments left out below and here. */
  get leftOut(): number {
    return this.#hop.leftOut;
  }

  /** A message from below; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    if (isAct(bytes)) return this.acts.receive(edge, bytes);
    const rise = decodeRise(bytes);
    if (!rise.ok) return false;
    this.#tell({ type: 'rise', edge, rise: rise.value, viewers: this.#parts.edges.viewersBelow(edge) });
    return true;
  }

  /** What the broadcaster wants now. */
  follow(epoch: number, mode: RoomMode, muted: ReadonlySet<string>): void {
    this.#tell({ type: 'rules', epoch, mode, muted });
  }

  /** Something said here, signed. */
  say(said: SignedSaid): void {
    this.#tell({ type: 'checked', edge: OWN, said });
  }

  heart(): void {
    this.#tell({ type: 'heart' });
  }

  /** To be called every 50 ms or so. */
  tick(): void {
    const { parent, children } = this.#parts.edges.neighbours();
    this.#tell({ type: 'tick', parent, children });
  }

  /** As the root: what has arrived since the last call. */
  take(): SignedSaid[] {
    return takeAll(this.#hop);
  }

  #tell(event: HopEvent): void {
    const { edges, clock } = this.#parts;
    for (const effect of evaluateHop(this.#hop, event, clock.nowMs())) {
      if (effect.type === 'send') edges.sendControl(effect.edge, encodeRise(effect.rise));
      else if (effect.type === 'cut') edges.cut(effect.edge);
      else void this.#check(effect.edge, effect.said);
    }
  }

  async #check(edge: string, said: SignedSaid): Promise<void> {
    const { verifier, broadcastId } = this.#parts;
    const { publicKey, body, signature } = said;
    const isGenuine =
      (await verifier.verify('comment', publicKey, saidSigned(broadcastId, body), signature)) &&
      (await this.#isAdmitted(said));
    // Hops check before they pass on: who sends what isn't signed rightly has made it, or passes it on unchecked.
    if (isGenuine) this.#tell({ type: 'checked', edge, said });
    else this.#parts.edges.cut(edge);
  }

  /** Whether its ticket, if it has one, is the broadcaster's. Of each key the same ticket is checked once. */
  async #isAdmitted({ author, publicKey, ticket }: SignedSaid): Promise<boolean> {
    if (!ticket) return true;
    const { verifier, broadcastId, edges } = this.#parts;
    const bytes = encodeTicket(ticket);
    const known = this.#tickets.get(author);
    if (known && equalBytes(known, bytes)) return true;
    const signed = ticketSigned(broadcastId, publicKey, ticket);
    const isGenuine =
      edges.publicKey !== undefined &&
      (await verifier.verify('ticket', edges.publicKey, signed, ticket.signature));
    if (isGenuine) this.#tickets.set(author, bytes);
    return isGenuine;
  }
}
