// Other processes of the same front door, as the signaling sees them: whoever is registered at one of them is reached from all.
// One rule: a neighbour that can't be asked keeps nobody from being served by this process.
import type { Claim, ConnectionId, Passage } from './effect.ts';
import type { Tags } from './tags.ts';

/** What comes from other processes. */
export interface NeighbourEvents {
  /** A message for a peer that is here, or was. */
  delivered(passage: Passage): void;
  /** The id of this connection is now somebody else's. */
  superseded(connection: ConnectionId): void;
  /** A peer has registered, at any process. */
  arrived(id: string): void;
}

/** The other processes. Nothing here rejects. */
export interface Neighbours {
  /** Whether they can be asked now. */
  readonly isReachable: boolean;
  /**
   * Begins; resolves when they can be asked, or when it is clear that they can't for now. `tags` get the secret that the
   * processes share as soon as it is known; where there is none yet, theirs is it.
   */
  start(tags: Tags, events: NeighbourEvents): Promise<void>;
  /** Asks for an id on behalf of a connection; true as well when nobody can be asked. */
  claim(connection: ConnectionId, claim: Claim): Promise<boolean>;
  /** The connection holds its id no more. */
  release(connection: ConnectionId): void;
  /** Passes a message on; false when no other process has the peer. */
  pass(passage: Passage): Promise<boolean>;
  close(): Promise<void>;
}
