// Who feeds us at the moment: our parent, and where its path doesn't carry everything, a standby that feeds some stripes beside it
// (striping.ts). What each of them was asked for is its `mask`.

import { MASK_ALL } from '../base/limits.ts';
import type { StripeMask, Tip } from './message.ts';
import type { OverlayState, Parent, Standby } from './state.ts';
import { SPLIT_DROPS } from './timing.ts';

/** The standby that feeds some stripes beside our parent; undefined while nobody does. */
export function partnerOf({ standbys }: OverlayState): Standby | undefined {
  for (const standby of standbys.values()) if (isPartner(standby)) return standby;
  return undefined;
}

/** Whether this standby feeds us for good, and not only until our new parent does. */
export function isPartner({ mask, releaseMs }: Standby): boolean {
  return mask !== 0 && releaseMs === null;
}

/** Who feeds us on this edge, by our own subscription; undefined when that edge only carries what we ask for. */
export function feederAt(state: OverlayState, edge: string | null): Parent | undefined {
  if (edge === null) return undefined;
  if (state.parent?.edge === edge) return state.parent;
  const standby = state.standbys.get(edge);
  return standby && isPartner(standby) ? standby : undefined;
}

/** The stripes that are our parent's to bring. */
export function parentMask(state: OverlayState): StripeMask {
  return MASK_ALL & ~(partnerOf(state)?.mask ?? 0);
}

/** Notes what the sender of this tip says it left out for us since its last one. To be called before the tip is kept. */
export function noteDrops(feeder: Parent, { dropped }: Tip, nowMs: number): void {
  const fresh = feeder.tip ? (dropped - feeder.tip.dropped) & 0xff : 0;
  for (let i = 0; i < Math.min(fresh, SPLIT_DROPS); i++) feeder.dropsMs.push(nowMs);
  feeder.dropsMs = feeder.dropsMs.slice(-SPLIT_DROPS);
}
