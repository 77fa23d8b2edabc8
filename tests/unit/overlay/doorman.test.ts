// Whom the root places when many come from one address, and whose place it gives to others.
import { beforeEach, describe, expect, it } from 'vitest';
import { AddressDoorman } from '../../../src/overlay/doorman.ts';
import { evaluate } from '../../../src/overlay/evaluate.ts';
import type { OverlayEffect, OverlayEvent } from '../../../src/overlay/event.ts';
import type { ControlMessage } from '../../../src/overlay/message.ts';
import { createOverlay, type OverlayState } from '../../../src/overlay/state.ts';
import { ADDRESS_KEEPS, OTHERS_MS } from '../../../src/overlay/timing.ts';
import { hello, id, ROOT, SDP, sent, settled } from './neighbourhood.ts';

const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';
const HERD = 'feedfacefeedface';
const RELAY = joinId(1);

let nowMs: number;
let state: OverlayState;

function joinId(n: number): string {
  return id(0x1000 + n);
}

function tell(event: OverlayEvent): OverlayEffect[] {
  return evaluate(state, event, nowMs);
}

function hear(message: ControlMessage): OverlayEffect[] {
  return tell({ type: 'control', edge: RELAY, message });
}

function offer(n: number, tag?: string): OverlayEffect[] {
  const signal = { type: 'offer', sdp: SDP } as const;
  const payload = { v: 1, join: joinId(n), peer: id(n), signal, rides: true } as const;
  return tell({ type: 'rendezvous-message', from: id(n), kind: 'offer', payload, tag });
}

function answer(n: number): void {
  const signal = { type: 'answer', sdp: SDP } as const;
  hear({ type: 'signal', join: joinId(n), peer: id(0x99), signal });
}

function report(freeSlots: number, slots: number): void {
  hear({ type: 'counts', viewers: 1, slots, freeSlots, freeDepth: freeSlots > 0 ? 2 : 255 });
}

function wait(ms: number): OverlayEffect[] {
  const effects: OverlayEffect[] = [];
  for (const untilMs = nowMs + ms; nowMs < untilMs;) {
    nowMs += 50;
    hear({ type: 'ping', t0Us: 0 });
    effects.push(...tell({ type: 'tick' }));
  }
  return effects;
}

/** The joins that were passed down, and instead of whom. */
function passed(effects: OverlayEffect[]): { peer: string; instead: string | undefined }[] {
  return sent(effects, 'pass').map(({ message }) => {
    const { peer, instead } = message as ControlMessage & { type: 'pass' };
    return { peer, instead };
  });
}

/** So many of one address come and find a place below the root's only child; then no slot is free. */
function herd(count: number): void {
  report(1000, 1000);
  for (let n = 2; n < 2 + count; n++) {
    offer(n, HERD);
    answer(n);
  }
  report(0, 1000);
  wait(OTHERS_MS);
  report(0, 1000);
}

beforeEach(() => {
  nowMs = 1000;
  const about = { broadcastId: BROADCAST_ID, slots: 1, seed: new Uint8Array(16), epoch: 1, clockOffsetUs: 0 };
  const publicKey = `${'A'.repeat(43)}=`;
  state = createOverlay({ ...about, role: 'root', peer: ROOT, publicKey, doorman: new AddressDoorman() });
  tell({ type: 'started' });
  tell({ type: 'rendezvous-opened' });
  offer(1);
  tell({ type: 'edge-opened', edge: RELAY });
  hear(hello(id(1), [], 8));
  hear({ type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' });
});

describe('the root', () => {
  it('refuses nobody while there is room, however many come from one address', () => {
    report(1000, 1000);
    for (let n = 2; n < 102; n++) {
      expect(passed(offer(n, HERD))).toHaveLength(1);
      answer(n);
    }
  });

  it('gives the last place of an address that has many to a newcomer of another one, where no slot is free', () => {
    herd(ADDRESS_KEEPS + 1);
    const last = joinId(ADDRESS_KEEPS + 2);
    expect(passed(offer(0x50, 'aaaaaaaaaaaaaaaa'))).toEqual([{ peer: id(0x50), instead: last }]);
  });

  it('leaves a home and a class room their places', () => {
    herd(ADDRESS_KEEPS);
    expect(passed(offer(0x50, 'aaaaaaaaaaaaaaaa'))).toEqual([]);
  });

  it('gives nobody’s place to more of the same address, nor to those of unknown ones', () => {
    herd(ADDRESS_KEEPS + 4);
    expect(passed(offer(0x50, HERD))).toEqual([]);
    expect(passed(offer(0x51))).toEqual([]);
  });

  it('places who waits by turns of addresses, not by who came first', () => {
    herd(ADDRESS_KEEPS - 2);
    for (let n = 0x50; n < 0x58; n++) offer(n, HERD);
    offer(0x60, 'aaaaaaaaaaaaaaaa');
    report(1, 1000);
    expect(passed(wait(50))).toEqual([{ peer: id(0x60), instead: undefined }]);
  });

  it('keeps room for others only as long as others come', () => {
    herd(ADDRESS_KEEPS);
    offer(0x60, 'aaaaaaaaaaaaaaaa');
    report(5, 10);
    wait(50);
    answer(0x60);
    report(2, 10);
    expect(passed(offer(0x50, HERD))).toEqual([]);
    expect(passed(wait(OTHERS_MS + 100)).map(({ peer }) => peer)).toContain(id(0x50));
  });

  it('takes many offers of one address for no crowd', () => {
    report(0, 1000);
    for (let n = 0x50; n < 0x90; n++) offer(n, HERD);
    expect(state.crowd.offers).toBeLessThan(4);
    for (let n = 0x90; n < 0xd0; n++) offer(n, id(n));
    expect(state.crowd.offers).toBeGreaterThan(60);
  });
});

describe('a hop', () => {
  it('gives the place that the root names, and takes the newcomer there', () => {
    const { here, parent } = settled(1);
    const edge = here.adopt(0x40);
    here.hear(edge, { type: 'counts', viewers: 1, slots: 0, freeSlots: 0, freeDepth: 255 });
    const about = { join: joinId(0x50), peer: id(0x50), avoid: [], rides: true as const, sdp: SDP };
    expect(here.hear(parent, { type: 'pass', ...about })).not.toContainEqual({ type: 'close-edge', edge });
    here.hear(parent, { type: 'passed', join: about.join, status: 'refused' });
    const effects = here.hear(parent, { type: 'pass', ...about, instead: edge });
    expect(effects).toContainEqual({ type: 'close-edge', edge });
    expect(effects).toContainEqual({ type: 'answer-edge', edge: about.join });
  });
});
