// What one network address may take of the server, whatever number of sockets it uses. An address is a tag: it is compared
// and never written anywhere. All times are milliseconds of one monotonic clock.

import { fullAllowance, isFull, take, type Allowance } from '../base/allowance.ts';
import {
  ADDRESSES_MAX,
  ADDRESS_ARRIVALS_BURST,
  ADDRESS_ARRIVALS_PER_SECOND,
  ADDRESS_FRAMES_BURST,
  ADDRESS_FRAMES_PER_SECOND,
  ADDRESS_SOCKETS_MAX,
} from './limits.ts';

/** Everybody at one address. */
export interface Visitor {
  readonly tag: string;
  sockets: number;
  readonly arrivals: Allowance;
  readonly frames: Allowance;
}

/** All addresses that were here lately. */
export class Visitors {
  /** Least recently arrived first. */
  readonly #byTag = new Map<string, Visitor>();

  /** A socket comes from this address; undefined when it may not. */
  arrive(tag: string, nowMs: number): Visitor | undefined {
    const visitor = this.#byTag.get(tag) ?? {
      tag,
      sockets: 0,
      arrivals: fullAllowance(ADDRESS_ARRIVALS_BURST, nowMs),
      frames: fullAllowance(ADDRESS_FRAMES_BURST, nowMs),
    };
    this.#byTag.delete(tag);
    this.#forgetRested(nowMs);
    this.#byTag.set(tag, visitor);
    if (this.#byTag.size > ADDRESSES_MAX) this.#forgetOne();
    if (visitor.sockets >= ADDRESS_SOCKETS_MAX) return undefined;
    if (!take(visitor.arrivals, nowMs, ADDRESS_ARRIVALS_PER_SECOND, ADDRESS_ARRIVALS_BURST)) return undefined;
    visitor.sockets++;
    return visitor;
  }

  /** The socket is gone. */
  leave(visitor: Visitor): void {
    visitor.sockets--;
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#byTag.size;
  }

  /** Looks at two of those that came longest ago: who is gone and may do all again is as good as never seen. */
  #forgetRested(nowMs: number): void {
    for (let looks = 0; looks < 2; looks++) {
      const [oldest] = this.#byTag.values();
      if (!oldest || (oldest.sockets === 0 && !isRested(oldest, nowMs))) return;
      this.#byTag.delete(oldest.tag);
      if (oldest.sockets > 0) this.#byTag.set(oldest.tag, oldest);
    }
  }

  /** The one that came longest ago of those that hold no socket; of those that do when all do. */
  #forgetOne(): void {
    let oldest: string | undefined;
    for (const [tag, { sockets }] of this.#byTag) {
      oldest ??= tag;
      if (sockets > 0) continue;
      oldest = tag;
      break;
    }
    if (oldest !== undefined) this.#byTag.delete(oldest);
  }
}

/** Whether somebody at this address may say something now. */
export function maySpeak({ frames }: Visitor, nowMs: number): boolean {
  return take(frames, nowMs, ADDRESS_FRAMES_PER_SECOND, ADDRESS_FRAMES_BURST);
}

/** Whether nothing that it did counts any more. */
function isRested({ arrivals, frames }: Visitor, nowMs: number): boolean {
  return (
    isFull(arrivals, nowMs, ADDRESS_ARRIVALS_PER_SECOND, ADDRESS_ARRIVALS_BURST) &&
    isFull(frames, nowMs, ADDRESS_FRAMES_PER_SECOND, ADDRESS_FRAMES_BURST)
  );
}
