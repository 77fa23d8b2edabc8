// What we ask of those who feed us: one message for taking a parent, standing by, striping and going back to one parent.

import { MASK_ALL } from '../base/limits.ts';
import { partnerOf } from './feeders.ts';
import { LAYER_ALL, type StripeMask } from './message.ts';
import { followPaths } from './paths.ts';
import { nextUnasked, nextWanted } from './progress.ts';
import type { Parent } from './state.ts';
import { send, type Turn } from './turn.ts';

/** Asks for these stripes, from the first packet that we miss; `from`: from elsewhere. */
export function subscribe(
  turn: Turn,
  feeder: Pick<Parent, 'edge' | 'mask'>,
  mask: StripeMask,
  from: number | 'group' = nextWanted(turn.state),
): void {
  const { epoch } = turn.state.progress;
  feeder.mask = mask;
  send(turn, feeder.edge, {
    type: 'subscribe',
    mask,
    layerMax: LAYER_ALL,
    epoch,
    from: mask === 0 ? 'group' : from,
  });
}

/** Nobody feeds us beside our parent any more: it is asked for everything. Nothing happens when that is so already. */
export function rejoin(turn: Turn): void {
  const { parent } = turn.state;
  if (!parent || partnerOf(turn.state)) return;
  if (parent.mask !== MASK_ALL) subscribe(turn, parent, MASK_ALL, nextUnasked(turn.state));
  followPaths(turn);
}
