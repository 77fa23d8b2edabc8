// Every attack by its name.

import type { Attack } from './attack.ts';
import { flood } from './attacks/flood.ts';
import { forge } from './attacks/forge.ts';
import { liar } from './attacks/liar.ts';
import { pollute } from './attacks/pollute.ts';
import { seats } from './attacks/seats.ts';
import { withhold } from './attacks/withhold.ts';

export const ATTACKS = { flood, forge, liar, pollute, seats, withhold } as const satisfies Record<
  string,
  Attack
>;

export type AttackName = keyof typeof ATTACKS;
