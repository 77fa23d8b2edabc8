// What carrying the room up needs of a node and its surroundings.

import type { Bytes } from '../base/bytes.ts';
import type { Clock, Random, Verifier } from '../ports.ts';

/** What the room asks of a node. */
export interface RoomEdges {
  neighbours(): { parent: string | null; standbys: readonly string[]; children: readonly string[] };
  viewersBelow(edge: string): number;
  sendControl(edge: string, bytes: Bytes): void;
  cut(edge: string): void;
  /** The broadcast's key. */
  readonly publicKey: Bytes | undefined;
}

/** What is handed to whoever carries it. */
export interface CarrierParts {
  clock: Clock;
  random: Random;
  verifier: Verifier;
  broadcastId: string;
  edges: RoomEdges;
}
