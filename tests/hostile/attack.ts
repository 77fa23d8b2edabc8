// What an attack is: it is let loose on one broadcast, and tells what it managed. It never judges; whoever started it looks at the victims.

import type { Target } from './seat.ts';

/** What an attack did so far: counts, and nothing else. */
export type Figures = Record<string, number>;

/** An attack under way. */
export interface Running {
  figures(): Figures;
  /** Changes what it does: how much, or which step comes next. What the number means is the attack's business. */
  set(value: number): void | Promise<void>;
  /** Lets go of every edge. */
  stop(): void;
}

/** Lets it loose; resolves once it holds what it needs (edges, mostly). */
export type Attack = (target: Target, options: Readonly<Record<string, number>>) => Promise<Running>;
