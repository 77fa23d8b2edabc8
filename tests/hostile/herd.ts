// Several hostile relays at once, each with one life after another: what the attacks of relays have in common.

import { setTimeout as pause } from 'node:timers/promises';
import type { Figures, Running } from './attack.ts';
import { HostileRelay, type Manner } from './relay.ts';
import type { Target } from './seat.ts';

const LOOK_MS = 20;
const RETRY_MS = 200;

/** Peer ids of all hostile relays of this process: one that stands below another is nobody's victim. */
const accomplices = new Set<string>();

/** What each life of each relay is like. */
export interface HerdParts {
  relays: number;
  /** How often each comes back under another id; once when nothing else is said. */
  lives?: number;
  manner(relay: () => HostileRelay, number: number, life: number): Manner;
  /** Besides how many there are and whom they feed. */
  figures?(): Figures;
  set?(value: number, relays: readonly HostileRelay[]): void | Promise<void>;
}

/** Lets them loose; resolves once all hold a seat. */
export async function holdHerd(target: Target, parts: HerdParts): Promise<Running> {
  const { relays, lives = 1 } = parts;
  const holding = new Map<number, HostileRelay>();
  const counts = { lives: 0, victimsLost: 0 };
  let isOver = false;

  const live = async (number: number): Promise<void> => {
    for (let life = 0; life < lives && !isOver; life++) {
      let end = (): void => undefined;
      const gone = new Promise<void>((resolve) => (end = resolve));
      const own: Manner = parts.manner(() => relay, number, life);
      const relay: HostileRelay = new HostileRelay(target, {
        ...own,
        closed: () => end(),
        victimLost(victim) {
          counts.victimsLost++;
          own.victimLost?.(victim);
        },
      });
      accomplices.add(relay.peer);
      try {
        await relay.start();
        holding.set(number, relay);
        counts.lives++;
        await gone;
        holding.delete(number);
      } catch {
        life--;
        await pause(RETRY_MS);
      }
    }
  };
  for (let number = 0; number < relays; number++) void live(number);
  while (counts.lives < relays) await pause(LOOK_MS);
  const victims = (): number =>
    [...holding.values()].flatMap(({ fed }) => fed).filter(({ peer }) => !accomplices.has(peer)).length;
  return {
    figures: () => ({ ...counts, relays: holding.size, victims: victims(), ...parts.figures?.() }),
    stop() {
      isOver = true;
      for (const relay of holding.values()) relay.leave();
    },
    set: (value) => parts.set?.(value, [...holding.values()]),
  };
}
