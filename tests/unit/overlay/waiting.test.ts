// What a hop does with more joins than it can place at once: each branch gets what it digests, the rest waits in its order
// and is told its place.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/overlay/evaluate.ts';
import type { OverlayEffect } from '../../../src/overlay/event.ts';
import type { JoinEnvelope } from '../../../src/overlay/message.ts';
import { createOverlay } from '../../../src/overlay/state.ts';
import {
  ANSWER_SLOW_MS,
  NOTICES_BURST_MAX,
  PASS_ACK_MS,
  PASS_ANSWER_MS,
  PASS_WAIT_MS,
  RIDER_YIELDS_MS,
  WAITING_NEWS_MS,
  WAITING_NOTICE_MS,
  WINDOW_FIRST,
} from '../../../src/overlay/timing.ts';
import { id, ROOT, SDP, sent, settled } from './neighbourhood.ts';
import { joinId, RootOfOne } from './root-of-one.ts';

const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';

/** With many free slots below its child. */
class Root extends RootOfOne {
  constructor() {
    super();
    this.report(1000);
  }

  override report(freeSlots: number): void {
    super.report(freeSlots, 2000, 1);
  }

  /** Of a peer without slots, which was at a door before: it is to be placed here. */
  offer(n: number, join = joinId(n), about: { rides?: true } = { rides: true }): OverlayEffect[] {
    return this.meet(n, { join, direct: true, ...about });
  }
}

function passed(effects: readonly OverlayEffect[]): string[] {
  return sent(effects, 'pass').flatMap(({ message }) => (message.type === 'pass' ? [message.peer] : []));
}

function places(effects: readonly OverlayEffect[]): [string, number][] {
  return effects.flatMap((effect) => {
    if (effect.type !== 'send-rendezvous' || !('notice' in effect.payload)) return [];
    const { notice } = effect.payload;
    return notice.type === 'waiting' ? [[effect.to, notice.place] as [string, number]] : [];
  });
}

describe('joins at a hop', () => {
  it('are under way below a child only as many as it is known to digest; the others follow in their order', () => {
    const root = new Root();
    const first = [];
    for (let n = 2; n < 40; n++) first.push(...passed(root.offer(n)));
    expect(first).toEqual(Array.from({ length: WINDOW_FIRST }, (_, i) => id(2 + i)));
    // A quick answer makes room for one more, and shows that there is room for another.
    root.answer(2);
    expect(passed(root.wait(50))).toEqual([id(2 + WINDOW_FIRST), id(3 + WINDOW_FIRST)]);
  });

  it('become fewer below a branch that is slow, once for all that were under way together', () => {
    const root = new Root();
    for (let n = 2; n < 40; n++) root.offer(n);
    for (let n = 2; n < 2 + WINDOW_FIRST; n++)
      root.hear({ type: 'passed', join: joinId(n), status: 'taken' });
    root.wait(ANSWER_SLOW_MS);
    for (let n = 2; n < 2 + WINDOW_FIRST; n++) root.answer(n);
    expect(passed(root.wait(50))).toHaveLength(WINDOW_FIRST / 2);
  });

  it('stay with a hop that says nothing, whose answer is as good as any when it comes late', () => {
    const root = new Root();
    root.offer(2);
    expect(sent(root.wait(PASS_ACK_MS), 'passed')).toEqual([]);
    expect(passed(root.wait(PASS_ACK_MS + 300))).toEqual([id(2)]);
    expect(root.answer(2)).toContainEqual(expect.objectContaining({ to: id(2), kind: 'answer' }));
    expect(root.answer(2)).toEqual([]);
  });

  it('are taken back from whoever else has them once one has answered, and a slot held for them comes free', () => {
    const { here, parent } = settled(2);
    const [left, right] = [here.adopt(0x50), here.adopt(0x51)];
    for (const [edge, freeDepth] of [
      [left, 3],
      [right, 4],
    ] as const)
      here.hear(edge, { type: 'counts', viewers: 1, slots: 9, freeSlots: 9, freeDepth });
    const join = joinId(0x60);
    const pass = here.hear(parent, { type: 'pass', join, peer: id(0x60), avoid: [], sdp: SDP });
    expect(sent(pass, 'pass').map(({ edge }) => edge)).toEqual([left]);
    const next = here.pass(PASS_ACK_MS + 50, { feeding: parent, tipping: [parent, left, right] });
    expect(sent(next, 'pass').map(({ edge }) => edge)).toEqual([right]);
    const signal = { type: 'answer', sdp: SDP } as const;
    const answer = here.hear(left, { type: 'signal', join, peer: id(0x99), signal });
    expect(sent(answer, 'signal').map(({ edge }) => edge)).toEqual([parent]);
    const message = { type: 'passed', join, status: 'refused' };
    expect(sent(answer, 'passed')).toEqual([{ edge: right, message }]);

    const holder = settled(1);
    holder.here.hear(holder.parent, { type: 'pass', join, peer: id(0x60), avoid: [], sdp: SDP });
    expect(holder.here.state.children.has(join)).toBe(true);
    holder.here.hear(holder.parent, { type: 'passed', join, status: 'refused' });
    expect(holder.here.state.children.has(join)).toBe(false);
  });

  it('count as one slot less below a child until it reports anew', () => {
    const root = new Root();
    root.report(1);
    root.offer(2);
    root.answer(2);
    expect(passed(root.offer(3))).toEqual([]);
    root.report(1);
    expect(passed(root.wait(50))).toEqual([id(3)]);
  });

  it('that wait are told their place, and a new one when it changes, now and then', () => {
    const root = new Root();
    root.report(0);
    for (const n of [2, 3, 4]) root.offer(n);
    expect(places(root.wait(WAITING_NOTICE_MS + 50))).toEqual([
      [id(2), 0],
      [id(3), 1],
      [id(4), 2],
    ]);
    root.report(1);
    expect(passed(root.wait(50))).toEqual([id(2)]);
    root.answer(2);
    root.report(0);
    expect(places(root.wait(WAITING_NEWS_MS - 200))).toEqual([]);
    expect(places(root.wait(300))).toEqual([
      [id(3), 0],
      [id(4), 1],
    ]);
    expect(places(root.wait(2 * WAITING_NEWS_MS))).toEqual([]);
  });

  it('keep their place and what they know of it when they are offered anew', () => {
    const root = new Root();
    root.report(0);
    root.offer(2);
    root.wait(50);
    root.offer(3);
    root.wait(WAITING_NOTICE_MS + 50);
    root.offer(2, joinId(0x500));
    expect(places(root.wait(WAITING_NOTICE_MS + 50))).toEqual([]);
    root.report(1);
    expect(passed(root.wait(50))).toEqual([id(2)]);
  });

  it('are placed in their order, but whoever brings slots comes before those without who came a moment before', () => {
    const root = new Root();
    root.report(0);
    root.offer(2);
    root.wait(RIDER_YIELDS_MS - 100);
    root.offer(3);
    root.offer(4, joinId(4), {});
    root.wait(200);
    root.offer(5, joinId(5), {});
    root.report(4);
    expect(passed(root.wait(50))).toEqual([id(4), id(2), id(5), id(3)]);
  });

  it('of a crowd don’t cost the uplink more than a few notices at once', () => {
    const root = new Root();
    root.report(0);
    for (let n = 2; n < 500; n++) root.offer(n);
    root.wait(WAITING_NOTICE_MS - 50);
    expect(places(root.wait(100)).length).toBeLessThanOrEqual(NOTICES_BURST_MAX + 2);
  });

  it('go back from a relay whose branches are busy, and are forgotten when the hop above takes them back', () => {
    const { here, parent } = settled(1);
    const child = here.adopt(0x50);
    here.hear(child, { type: 'counts', viewers: 1, slots: 99, freeSlots: 99, freeDepth: 4 });
    const pass = (n: number) =>
      here.hear(parent, { type: 'pass', join: joinId(n), peer: id(n), avoid: [], sdp: SDP });
    for (let n = 0x60; n < 0x60 + WINDOW_FIRST; n++) expect(passed(pass(n))).toEqual([id(n)]);
    const [taken] = sent(pass(0x80), 'passed');
    expect(taken?.message).toEqual({ type: 'passed', join: joinId(0x80), status: 'taken' });
    const back = here.hear(parent, { type: 'passed', join: joinId(0x60), status: 'refused' });
    expect(sent(back, 'passed')).toMatchObject([{ edge: child, message: { join: joinId(0x60) } }]);
    expect(here.state.joins.has(joinId(0x60))).toBe(false);
    pass(0x81);
    for (let n = 0x61; n < 0x60 + WINDOW_FIRST; n++)
      here.hear(child, { type: 'passed', join: joinId(n), status: 'taken' });
    here.hear(child, { type: 'passed', join: joinId(0x80), status: 'taken' });
    const later = sent(here.pass(PASS_WAIT_MS + 50, { feeding: parent, tipping: [parent, child] }), 'passed');
    expect(later).toContainEqual({
      edge: parent,
      message: { type: 'passed', join: joinId(0x81), status: 'refused' },
    });
    expect(PASS_WAIT_MS).toBeLessThan(PASS_ANSWER_MS);
  });
});

describe('a newcomer that waits', () => {
  it('goes on waiting under a new offer, without a moment in which an answer would be lost', () => {
    const about = { role: 'viewer', peer: id(0xee), broadcastId: BROADCAST_ID, slots: 2 } as const;
    const state = createOverlay({ ...about, seed: new Uint8Array(16) });
    evaluate(state, { type: 'started' }, 0);
    evaluate(state, { type: 'rendezvous-opened' }, 0);
    const say = (payload: JoinEnvelope) =>
      evaluate(state, { type: 'rendezvous-message', from: BROADCAST_ID, kind: 'answer', payload }, 0);
    const first = state.seeking.edge!;
    say({ v: 1, join: first, peer: ROOT, notice: { type: 'waiting', place: 7 } });
    expect(state.seeking).toMatchObject({ phase: 'full', place: 7 });
    const news = say({ v: 1, join: first, peer: ROOT, notice: { type: 'waiting', place: 3 } });
    expect(news).toContainEqual({ type: 'state-changed', state: 'waiting', reason: 'full', ahead: 3 });
    expect(state.seeking).toMatchObject({ phase: 'full', place: 3, edge: first });
    for (let nowMs = 50; nowMs < 40_000; nowMs += 50) {
      evaluate(state, { type: 'tick' }, nowMs);
      expect(state.seeking.edge).not.toBeNull();
      expect(state.shown).toEqual({ state: 'waiting', reason: 'full', ahead: 3 });
    }
    expect(state.seeking.edge).not.toBe(first);
  });
});
