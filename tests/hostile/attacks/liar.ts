// Lies about oneself (A10, A11): relays that claim slots which they don't have, or a place in the tree that isn't theirs.

import { randomBytes } from 'node:crypto';
import type { Path } from '../../../src/overlay/message.ts';
import type { Attack } from '../attack.ts';
import { holdHerd } from '../herd.ts';
import type { HostileRelay } from '../relay.ts';

const stranger = (): string => randomBytes(8).toString('hex');

/** What a relay claims to stand below, by number. */
const PLACES: readonly ((honest: Path[], relay: HostileRelay) => Path[])[] = [
  (honest) => honest,
  // The root itself.
  () => [{ mask: 15, depth: 0, ancestors: [] }],
  // Deeper than anything may be.
  () => [{ mask: 15, depth: 64, ancestors: Array.from({ length: 32 }, stranger) }],
  // Below whoever asks.
  (honest, relay) =>
    honest.map((path) => ({
      ...path,
      ancestors: [...path.ancestors, ...[...relay.victims.values()].map(({ peer }) => peer)],
    })),
  // A path for each stripe, each through others.
  () => [1, 2, 4, 8].map((mask) => ({ mask, depth: 3, ancestors: Array.from({ length: 3 }, stranger) })),
];

/**
 * `relays`, `slots`. `place`: one of PLACES. `taking`: 1 as an honest relay; 0: claims slots and refuses everybody; -1: says that it takes
 * whoever is passed to it, and is never heard of again.
 */
export const liar: Attack = (target, { relays = 1, slots = 8, place = 0, taking = 1 }) =>
  holdHerd(target, {
    relays,
    manner: (relay) => ({
      slots,
      isAlwaysRoomy: true,
      paths: (honest) => PLACES[place]!(honest, relay()),
      takes: () => (taking === -1 ? 'silently' : taking === 1),
    }),
  });
