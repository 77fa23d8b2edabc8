// Fits the picture's bitrate to what the broadcaster's uplink carries, and says when it is less than was chosen.

import { UplinkFit } from '../feed/uplink-fit.ts';
import type { Clock, Programme, Stop } from '../ports.ts';
import type { FanOut } from './fan-out.ts';

/** How often the children are looked at, ms. */
const LOOK_MS = 250;

/** Looks from its making on. `changed` is told whether the picture is softer than it was chosen to be. */
export function keepUplink(
  clock: Clock,
  fanOut: FanOut,
  programme: Programme,
  changed: (isTight: boolean) => void,
): Stop {
  const fit = new UplinkFit();
  return clock.every(LOOK_MS, () => {
    fit.look(fanOut.fedCount, fanOut.takeLate(), clock.nowMs());
    if (programme.bitrateShare === fit.share) return;
    programme.bitrateShare = fit.share;
    changed(fit.share < 1);
  });
}
