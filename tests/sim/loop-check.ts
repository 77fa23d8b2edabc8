// Finds who is fed by a way that leads back to himself, in each of the four stripes.

import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';

const STRIPES = 4;

/** Whom this peer sends stripes to: `tell(child, mask)` for each living child that holds the edge. */
export function eachFed(peer: SimPeer, tell: (child: SimPeer, mask: number) => void): void {
  if (peer.feed) {
    for (const [edge, mask] of peer.feed.masks) {
      const child = peer.edges.get(edge)?.other(peer);
      if (child?.status === 'alive' && child.edges.has(edge)) tell(child, mask);
    }
    return;
  }
  for (const { edge, phase, mask } of peer.state.children.values()) {
    const child = phase === 'fed' && mask !== 0 ? peer.edges.get(edge)?.other(peer) : undefined;
    if (child?.state.parent?.edge === edge) tell(child, mask);
  }
}

/**
 * Peers on a way that leads back to its start, in some stripe. Those that are frozen or dead pass nothing on. `stirred`: those that
 * something happened to since the last look; none leads anywhere else than before without one of them.
 */
export function findLoops(world: World, stirred: readonly SimPeer[] = world.peers): Set<SimPeer> {
  const looping = new Set<SimPeer>();
  // Without a feed everybody has one parent: most worlds are seen to be trees at a glance.
  if (!world.options.hasPackets && isForest(stirred)) return looping;
  const alive = world.peers.filter((peer) => peer.status === 'alive');
  const masks = new Set<number>();
  for (const peer of alive) eachFed(peer, (_, mask) => masks.add(mask));
  // Where everybody takes everything or nothing, the stripes are all alike.
  const stripes = [...masks].every((mask) => mask === 0 || mask === 15) ? 1 : STRIPES;
  for (let stripe = 0; stripe < stripes; stripe++) findInStripe(alive, 1 << stripe, looping);
  return looping;
}

/** Peels off whoever isn't fed, then whoever was fed by those, from both ends: what remains goes round. */
function findInStripe(alive: readonly SimPeer[], bit: number, looping: Set<SimPeer>): void {
  const parents = new Map<SimPeer, number>();
  const eachChild = (peer: SimPeer, tell: (child: SimPeer) => void) =>
    eachFed(peer, (child, mask) => {
      if ((mask & bit) !== 0) tell(child);
    });
  for (const peer of alive) eachChild(peer, (child) => parents.set(child, (parents.get(child) ?? 0) + 1));
  const free = alive.filter((peer) => !parents.has(peer));
  for (let peer = free.pop(); peer; peer = free.pop()) {
    eachChild(peer, (child) => {
      const left = parents.get(child)! - 1;
      parents.set(child, left);
      if (left === 0) free.push(child);
    });
  }
  const held = new Set<SimPeer>();
  for (const [peer, left] of parents) if (left > 0) held.add(peer);
  for (let isChanged = held.size > 0; isChanged;) {
    isChanged = false;
    for (const peer of held) {
      const fed: SimPeer[] = [];
      eachChild(peer, (child) => fed.push(child));
      if (!fed.some((child) => held.has(child))) isChanged = held.delete(peer);
    }
  }
  for (const peer of held) looping.add(peer);
}

/** Whether the way up from each of these ends, where each has one parent: it is followed until it meets one that was followed before. */
function isForest(starts: readonly SimPeer[]): boolean {
  const seen = new Map<SimPeer, SimPeer>();
  for (const start of starts) {
    let at: SimPeer | undefined = start;
    for (; at && !seen.has(at); at = feederOf(at)) seen.set(at, start);
    if (at && seen.get(at) === start) return false;
  }
  return true;
}

function feederOf(peer: SimPeer): SimPeer | undefined {
  const edge = peer.state.parent?.edge;
  if (edge === undefined) return undefined;
  const parent = peer.edges.get(edge)?.other(peer);
  const child = parent?.state.children.get(edge);
  return child?.phase === 'fed' && child.mask !== 0 ? parent : undefined;
}
