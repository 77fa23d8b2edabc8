// Carries moderators' requests up: each goes on at once, after both its signatures were checked.

import { equalBytes, hex, type Bytes } from '../base/bytes.ts';
import {
  actSigned,
  decodeActMessage,
  delegationSigned,
  encodeActMessage,
  type SignedAct,
} from '../room/act-codec.ts';
import { ActHop } from '../room/act-hop.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { MODERATORS_MAX } from '../room/room-limits.ts';
import type { CarrierParts } from './room-edges.ts';

/** As the root: one has come. */
export type ActArrived = (act: SignedAct) => void;

/** One peer's part of the way. */
export class ActCarrier {
  readonly #parts: CarrierParts;
  readonly #arrived: ActArrived | undefined;
  readonly #hop = new ActHop();
  /** By key, the last delegation that was found good. */
  readonly #delegations = new BoundedMap<string, Bytes>(2 * MODERATORS_MAX);

  constructor(parts: CarrierParts, arrived?: ActArrived) {
    this.#parts = parts;
    this.#arrived = arrived;
  }

  /** A message from below; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    const act = decodeActMessage(bytes);
    if (!act.ok) return false;
    const fate = this.#hop.arrive(edge, act.value, this.#parts.clock.nowMs());
    if (fate === 'cut') return false;
    if (fate === 'check') void this.#check(edge, act.value);
    return true;
  }

  /** Whose requests the broadcaster hears now. */
  follow(epoch: number, moderators: ReadonlySet<string>): void {
    this.#hop.follow(epoch, moderators);
  }

  /** One of our own; `isAgain`: through a standby, if there is one. */
  send(act: Bytes, isAgain: boolean): void {
    const { parent, standbys } = this.#parts.edges.neighbours();
    const [standby] = standbys;
    const edge = isAgain && standby !== undefined ? standby : parent;
    if (edge !== null) this.#parts.edges.sendControl(edge, encodeActMessage(act));
  }

  async #check(edge: string, act: SignedAct): Promise<void> {
    const { verifier, broadcastId, edges, clock } = this.#parts;
    const { publicKey, body, signature } = act;
    const isGenuine =
      (await verifier.verify('act', publicKey, actSigned(broadcastId, body), signature)) &&
      (await this.#isDelegated(act));
    // As with what is said: hops check before they pass on.
    if (!isGenuine) edges.cut(edge);
    else if (!this.#hop.pass(act, clock.nowMs())) return;
    else if (this.#arrived) this.#arrived(act);
    else this.send(act.bytes, false);
  }

  /** Whether the broadcaster has signed for the key. Of each key the same signature is checked once. */
  async #isDelegated({ publicKey, delegation }: SignedAct): Promise<boolean> {
    const name = hex(publicKey);
    const known = this.#delegations.get(name);
    if (known && equalBytes(known, delegation)) return true;
    const { verifier, broadcastId, edges } = this.#parts;
    const isGenuine =
      edges.publicKey !== undefined &&
      (await verifier.verify(
        'delegate',
        edges.publicKey,
        delegationSigned(broadcastId, publicKey),
        delegation,
      ));
    if (isGenuine) this.#delegations.set(name, delegation);
    return isGenuine;
  }
}
