// A root with one slot and one child, below which there are as many as one likes.
import { evaluate } from '../../../src/overlay/evaluate.ts';
import type { OverlayEffect, OverlayEvent } from '../../../src/overlay/event.ts';
import type { ControlMessage, JoinSignal } from '../../../src/overlay/message.ts';
import { createOverlay } from '../../../src/overlay/state.ts';
import type { CrowdKeeper } from '../../../src/overlay/turn.ts';
import { hello, id, ROOT, SDP } from './neighbourhood.ts';

/** The join of a peer. */
export function joinId(n: number): string {
  return id(0x10000 + n);
}

export class RootOfOne {
  nowMs = 1000;
  readonly child = joinId(1);
  readonly state = createOverlay({
    ...{ role: 'root', peer: ROOT, broadcastId: 'abcdefghijklmnopqrstuvwxyz', slots: 1 },
    ...{ seed: new Uint8Array(16), publicKey: `${'A'.repeat(43)}=`, epoch: 1, clockOffsetUs: 0 },
  });
  readonly #crowdKeeper: CrowdKeeper | undefined;

  constructor(crowdKeeper?: CrowdKeeper) {
    this.#crowdKeeper = crowdKeeper;
    this.tell({ type: 'started' });
    this.tell({ type: 'rendezvous-opened' });
    this.meet(1);
    this.tell({ type: 'edge-opened', edge: this.child });
    this.hear(hello(id(1), [], 8));
    this.hear({ type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' });
  }

  tell(event: OverlayEvent): OverlayEffect[] {
    return evaluate(this.state, event, this.nowMs, undefined, this.#crowdKeeper);
  }

  /** The child says something. */
  hear(message: ControlMessage): OverlayEffect[] {
    return this.tell({ type: 'control', edge: this.child, message });
  }

  /** What the child has below it. */
  report(freeSlots: number, slots: number, viewers = 9): void {
    this.hear({ type: 'counts', viewers, slots, freeSlots, freeDepth: freeSlots > 0 ? 2 : 255 });
  }

  /** Somebody without slots comes; `about`: what the offer says besides or instead, `tag`: what signaling calls its address. */
  meet(n: number, about: Partial<JoinSignal> = { rides: true }, tag?: string): OverlayEffect[] {
    const signal = { type: 'offer', sdp: SDP } as const;
    const payload = { v: 1, join: joinId(n), peer: id(n), signal, ...about } as const;
    return this.tell({ type: 'rendezvous-message', from: id(n), kind: 'offer', payload, tag });
  }

  /** Below the child, somebody takes it. */
  answer(n: number): OverlayEffect[] {
    const signal = { type: 'answer', sdp: SDP } as const;
    return this.hear({ type: 'signal', join: joinId(n), peer: id(0x99), signal });
  }

  wait(ms: number): OverlayEffect[] {
    const effects: OverlayEffect[] = [];
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += 50;
      this.hear({ type: 'ping', t0Us: 0 });
      effects.push(...this.tell({ type: 'tick' }));
    }
    return effects;
  }
}
