// One viewer and the peers around it, each told by hand what it would hear.
import { evaluate } from '../../../src/overlay/evaluate.ts';
import type { OverlayEffect, OverlayEvent } from '../../../src/overlay/event.ts';
import type { ControlMessage, Hello, Path, Tip } from '../../../src/overlay/message.ts';
import { createOverlay } from '../../../src/overlay/state.ts';
import type { Promoter } from '../../../src/overlay/turn.ts';

const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';
export const SDP = 'v=0\r\n';
export const ROOT = id(0xff);
export const ME = id(0xee);
export const PACKET_MS = 20;

/** A peer or join id. */
export function id(n: number): string {
  return n.toString(16).padStart(16, '0');
}

/** The path of a peer below these. */
export function pathBelow(...ancestors: string[]): Path[] {
  return [{ mask: 15, depth: ancestors.length, ancestors }];
}

export function hello(peer: string, paths: Path[], slots = 2): Hello {
  return { type: 'hello', v: 1, peer, paths, slots, epoch: 1 };
}

export function tip(seq: number, freeSlots = 1): Tip {
  return { type: 'tip', epoch: 1, seq, delayMs: 20, freeSlots, standing: 'live', dropped: 0 };
}

/** What is sent, and to whom. */
export function sent(effects: readonly OverlayEffect[], type: ControlMessage['type']) {
  return effects.flatMap((effect) =>
    effect.type === 'send' && effect.message.type === type
      ? [{ edge: effect.edge, message: effect.message }]
      : [],
  );
}

export class Neighbourhood {
  nowMs = 1000;
  seq = -1;
  readonly state;
  /** Who gives places anew, once its code is here. */
  promoter: Promoter | undefined;

  constructor(slots = 2) {
    const seed = new Uint8Array(16);
    this.state = createOverlay({ role: 'viewer', peer: ME, broadcastId: BROADCAST_ID, slots, seed });
    this.tell({ type: 'started' });
    this.tell({ type: 'rendezvous-opened' });
  }

  tell(event: OverlayEvent): OverlayEffect[] {
    return evaluate(this.state, event, this.nowMs, this.promoter);
  }

  hear(edge: string, message: ControlMessage): OverlayEffect[] {
    return this.tell({ type: 'control', edge, message });
  }

  /** Fed from now on by this peer, which was found through the signaling server. */
  findParent(peer: string, paths: Path[]): string {
    const edge = this.state.seeking.edge!;
    const payload = { v: 1, join: edge, peer, signal: { type: 'answer', sdp: SDP } } as const;
    this.tell({ type: 'rendezvous-message', from: BROADCAST_ID, kind: 'answer', payload });
    this.tell({ type: 'edge-opened', edge });
    this.hear(edge, hello(peer, paths));
    return edge;
  }

  /** Lets the present search find this peer; gives its edge. */
  findStandby(peer: string, paths: Path[]): string {
    const edge = this.state.search.edge!;
    this.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } });
    const signal = { type: 'answer', sdp: SDP } as const;
    this.hear(this.state.search.via!, { type: 'signal', join: edge, peer, signal });
    this.tell({ type: 'edge-opened', edge });
    this.hear(edge, hello(peer, paths));
    return edge;
  }

  /** A child found us, through our parent's edge. */
  adopt(n: number): string {
    const edge = id(0x1000 + n);
    const about = { join: edge, peer: id(n), avoid: [] as string[], sdp: SDP };
    this.hear(this.state.parent!.edge, { type: 'pass', ...about });
    this.tell({ type: 'edge-opened', edge });
    this.hear(edge, hello(id(n), []));
    this.hear(edge, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' });
    return edge;
  }

  /** Somebody asks us to stand by, through our parent's edge. */
  standBy(n: number, above: string[] = [id(0x77), id(0x78)]): string {
    const edge = id(0x1000 + n);
    const about = { join: edge, peer: id(n), avoid: [] as string[], sdp: SDP, above, tier: 0, hops: 8 };
    this.hear(this.state.parent!.edge, { type: 'find', purpose: 'standby', ...about });
    this.tell({ type: 'edge-opened', edge });
    this.hear(edge, hello(id(n), pathBelow(ROOT, ...above)));
    this.hear(edge, { type: 'subscribe', mask: 0, layerMax: 3, epoch: 1, from: 'group' });
    return edge;
  }

  /** Time passes, a packet every 20 ms on `feeding`, tips of those named every 50 ms, ticks in between. */
  pass(
    ms: number,
    { feeding, tipping = [], blocked = [] }: { feeding?: string; tipping?: string[]; blocked?: string[] },
  ): OverlayEffect[] {
    const effects: OverlayEffect[] = [];
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += 10;
      if (this.nowMs % PACKET_MS === 0) {
        this.seq++;
        if (feeding !== undefined) effects.push(...this.packet(feeding, this.seq));
      }
      if (this.nowMs % 50 !== 0) continue;
      for (const edge of tipping) effects.push(...this.hear(edge, tip(this.seq)));
      effects.push(...this.tell({ type: 'tick', blocked }));
    }
    return effects;
  }

  packet(edge: string, seq: number): OverlayEffect[] {
    const timeUs = seq * PACKET_MS * 1000;
    return this.tell({ type: 'packet', edge, epoch: 1, seq, groupSeq: seq, isNew: true, timeUs });
  }
}

/** A viewer fed by a peer at depth 1, with standbys in two other subtrees, half a second on. */
export function settled(slots = 2) {
  const here = new Neighbourhood(slots);
  const parent = here.findParent(id(1), pathBelow(ROOT));
  const find = (n: number, from: number) => {
    while (here.state.search.edge === null) here.pass(50, { feeding: parent, tipping: [parent] });
    return here.findStandby(id(n), pathBelow(ROOT, id(from)));
  };
  const standbys = [find(2, 20), find(3, 30)];
  here.pass(500, { feeding: parent, tipping: [parent, ...standbys] });
  return { here, parent, standbys };
}
