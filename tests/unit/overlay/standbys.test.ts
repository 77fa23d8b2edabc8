// What a viewer does with the peers that stand by for it, and for those it stands by for (invariants 3, 4, 7, 9).
import { describe, expect, it } from 'vitest';
import {
  CHILD_DOZE_MS,
  GUEST_AGAIN_MS,
  GUEST_ASK_MS,
  GUEST_MS_MAX,
  HEIR_OTHER_MS,
  HEIR_PRIMARY_MS,
  SEARCH_ANSWER_MS,
  SEARCHES_MAX,
  SILENCE_MS_MIN,
  STANDBYS_WANTED,
  UPSTREAM_MS,
} from '../../../src/overlay/timing.ts';
import { id, ME, Neighbourhood, pathBelow, ROOT, SDP, sent, settled, tip } from './neighbourhood.ts';

const PAUSE_MS = SILENCE_MS_MIN + 100;

describe('a viewer', () => {
  it('asks its parent for standbys and never the signaling server, and has two that send tips only', () => {
    const { here, standbys } = settled();
    expect([...here.state.standbys.keys()]).toEqual(standbys);
    expect(here.state.standbys.size).toBe(STANDBYS_WANTED);
    const before = new Neighbourhood();
    const parent = before.findParent(id(1), pathBelow(ROOT));
    while (before.state.search.edge === null) before.pass(50, { feeding: parent, tipping: [parent] });
    const edge = before.state.search.edge;
    const asked = before.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } });
    expect(sent(asked, 'find')).toMatchObject([{ edge: parent, message: { tier: 0, above: [id(1)] } }]);
    expect(asked.every((effect) => effect.type !== 'send-rendezvous')).toBe(true);
    const again = before.hear(parent, { type: 'passed', join: edge, status: 'refused' });
    expect(sent(again, 'find')).toMatchObject([{ edge: parent, message: { tier: 1, join: edge } }]);
  });

  it('gives each question the same time', () => {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(ROOT));
    const around = { feeding: parent, tipping: [parent] };
    while (here.state.search.edge === null) here.pass(50, around);
    const edge = here.state.search.edge;
    here.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } });
    for (let tier = 0; tier < 2; tier++) {
      here.pass(SEARCH_ANSWER_MS - 500, around);
      here.hear(parent, { type: 'passed', join: edge, status: 'refused' });
    }
    here.pass(SEARCH_ANSWER_MS - 500, around);
    expect(here.state.search).toMatchObject({ phase: 'asking', edge, tier: 2 });
    here.pass(1000, around);
    expect(here.state.search.edge).toBeNull();
  });

  it('leaves out whom it couldn’t connect to, and asks for it again when there is nobody else', () => {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(ROOT));
    const around = { feeding: parent, tipping: [parent] };
    const ask = () => {
      while (here.state.search.edge === null) here.pass(50, around);
      const edge = here.state.search.edge;
      return {
        edge,
        asked: sent(here.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } }), 'find'),
      };
    };
    const first = ask();
    const answer = { type: 'answer', sdp: SDP } as const;
    here.hear(parent, { type: 'signal', join: first.edge, peer: id(2), signal: answer });
    here.tell({ type: 'edge-closed', edge: first.edge });
    const second = ask();
    expect(second.asked).toMatchObject([{ message: { avoid: [id(2)] } }]);
    for (let tier = 0; tier < 3; tier++)
      here.hear(parent, { type: 'passed', join: second.edge, status: 'refused' });
    expect(here.state.search.edge).toBeNull();
    expect(ask().asked).toMatchObject([{ message: { avoid: [] } }]);
  });

  it('9: switches to a standby when its parent is silent and the standby goes on, from the first packet missing', () => {
    const { here, parent, standbys } = settled();
    here.packet(parent, here.seq + 2);
    const missing = here.seq + 1;
    const effects = here.pass(PAUSE_MS, { tipping: standbys });
    expect(here.state.parent!.edge).toBe(standbys[0]);
    expect(sent(effects, 'subscribe')[0]).toMatchObject({
      edge: standbys[0],
      message: { mask: 15, from: missing },
    });
    expect(here.state.standbys.has(parent)).toBe(true);
    const fed = here.packet(standbys[0]!, missing);
    expect(sent(fed, 'subscribe')).toMatchObject([{ edge: parent, message: { mask: 0 } }]);
  });

  it('9: stays when nobody’s tip moves: the break is upstream', () => {
    const { here, parent, standbys } = settled();
    const stuck = tip(here.seq);
    for (let i = 0; i < 10; i++) {
      for (const edge of standbys) here.hear(edge, stuck);
      here.nowMs += 50;
      here.tell({ type: 'tick' });
    }
    expect(here.state.parent!.edge).toBe(parent);
  });

  it('9: gives a parent that starves itself time to repair the break above it, and then helps itself', () => {
    const { here, parent, standbys } = settled();
    const stuck = tip(here.seq);
    for (let ms = 0; ms < UPSTREAM_MS; ms += 50) {
      here.hear(parent, stuck);
      here.pass(50, { tipping: standbys });
    }
    expect(here.state.parent!.edge).toBe(parent);
    for (let ms = 0; ms < 400; ms += 50) {
      if (here.state.parent!.edge === parent) here.hear(parent, stuck);
      else here.packet(standbys[0]!, here.seq);
      here.pass(50, { tipping: standbys });
    }
    expect(here.state.parent!.edge).toBe(standbys[0]);
  });

  it('9: leaves a parent that says it holds what it doesn’t pass on', () => {
    const { here, parent, standbys } = settled();
    here.pass(PAUSE_MS, { tipping: [parent, ...standbys] });
    expect(here.state.parent!.edge).toBe(standbys[0]);
  });

  it('9: doesn’t blame its parent for a silence that it slept through', () => {
    const { here, parent, standbys } = settled();
    here.nowMs += 600;
    for (const edge of standbys) here.hear(edge, tip(here.seq + 30));
    here.tell({ type: 'tick' });
    expect(here.state.parent!.edge).toBe(parent);
  });

  it.each(['closed', 'bye', 'rejected'] as const)('9: goes on at a standby in the same turn: %s', (how) => {
    const { here, parent, standbys } = settled();
    const effects =
      how === 'bye'
        ? here.hear(parent, { type: 'bye', reason: 'leaving' })
        : here.tell({ type: how === 'closed' ? 'edge-closed' : 'rejected', edge: parent });
    expect(sent(effects, 'subscribe')).toMatchObject([{ edge: standbys[0], message: { mask: 15 } }]);
    expect(here.state.parent).toMatchObject({ edge: standbys[0], peer: id(2) });
  });

  it('takes no dead standby for a parent, and lets it go', () => {
    const { here, parent, standbys } = settled();
    here.pass(600, { feeding: parent, tipping: [parent] });
    here.tell({ type: 'edge-closed', edge: parent });
    expect(here.state.parent).toBeNull();
    here.hear(standbys[1]!, tip(here.seq + 1));
    here.pass(100, { tipping: [standbys[1]!] });
    expect(here.state.parent!.edge).toBe(standbys[1]);
  });

  it('2: gives up a standby that comes to stand below it', () => {
    const { here, standbys } = settled();
    here.hear(standbys[0]!, { type: 'path', paths: pathBelow(ROOT, ME) });
    expect(here.state.standbys.has(standbys[0]!)).toBe(false);
  });

  it('moves on, when its parent lent it a slot, to a standby that has one, and is fed until then', () => {
    const { here, parent, standbys } = settled();
    for (const edge of standbys) here.hear(edge, tip(here.seq, 0));
    here.hear(parent, { type: 'bye', reason: 'guest' });
    expect(here.state.parent!.edge).toBe(parent);
    here.pass(50, { feeding: parent, tipping: [standbys[1]!] });
    expect(here.state.parent!.edge).toBe(standbys[1]);
    expect(here.state.standbys.has(parent)).toBe(true);
  });

  it('goes to the standby that a leaving parent names', () => {
    const { here, parent, standbys } = settled();
    here.hear(parent, { type: 'bye', reason: 'leaving', suggest: id(3) });
    expect(here.state.parent!.edge).toBe(standbys[1]);
    const { here: leaving, parent: above } = settled();
    const child = leaving.adopt(51);
    expect(sent(leaving.tell({ type: 'leaving' }), 'bye')).toEqual(
      expect.arrayContaining([
        { edge: child, message: { type: 'bye', reason: 'leaving', suggest: id(1) } },
        { edge: above, message: { type: 'bye', reason: 'leaving' } },
      ]),
    );
  });

  it('goes back to whom it came from when the next one refuses it at once', () => {
    const { here, parent, standbys } = settled();
    for (const edge of standbys) here.hear(edge, tip(here.seq, 0));
    here.hear(parent, { type: 'bye', reason: 'guest' });
    here.pass(50, { feeding: parent, tipping: [standbys[1]!] });
    expect(here.state.parent!.edge).toBe(standbys[1]);
    here.hear(standbys[0]!, { type: 'bye', reason: 'leaving' });
    here.nowMs += 10;
    here.hear(parent, tip(here.seq));
    here.hear(standbys[1]!, { type: 'bye', reason: 'loop' });
    expect(here.state.parent?.edge).toBe(parent);
  });

  it('goes back to whoever asked it to go when there is nobody else and that is long ago', () => {
    const { here, parent, standbys } = settled();
    for (const edge of standbys) here.hear(edge, tip(here.seq, 0));
    here.hear(parent, { type: 'bye', reason: 'guest' });
    here.pass(50, { feeding: parent, tipping: [standbys[1]!] });
    here.hear(standbys[0]!, { type: 'bye', reason: 'leaving' });
    for (const untilMs = here.nowMs + GUEST_AGAIN_MS + 100; here.nowMs < untilMs;) {
      here.hear(parent, tip(here.seq, 0));
      here.pass(50, { feeding: standbys[1]!, tipping: [standbys[1]!] });
    }
    here.hear(standbys[1]!, { type: 'bye', reason: 'leaving' });
    expect(here.state.parent?.edge).toBe(parent);
  });

  it('doesn’t go back to whom it left for being silent', () => {
    const { here, standbys } = settled();
    here.pass(PAUSE_MS, { tipping: standbys });
    expect(here.state.parent!.edge).toBe(standbys[0]);
    here.hear(standbys[1]!, { type: 'bye', reason: 'leaving' });
    here.hear(standbys[0]!, { type: 'bye', reason: 'full' });
    expect(here.state.parent).toBeNull();
  });

  it('leaves a parent whose path is too slow for a standby with a slot', () => {
    const { here, parent, standbys } = settled();
    here.hear(parent, { type: 'bye', reason: 'slow' });
    expect(here.state.parent!.edge).toBe(standbys[0]);
  });
});

describe('a peer that stands by', () => {
  it('3: keeps no slot for it, and feeds it at once when it asks', () => {
    const { here } = settled(1);
    const edge = here.standBy(50);
    expect(here.state.children.get(edge)).toMatchObject({ isStandby: true, mask: 0 });
    const child = here.adopt(51);
    expect(here.state.children.has(child)).toBe(true);
    const effects = here.hear(edge, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 7 });
    expect(effects).toContainEqual({ type: 'feed-child', edge, mask: 15, layerMax: 3, from: 7 });
  });

  it('3: lends one slot more than it has, to one guest, who is asked to go and then let go', () => {
    const { here, parent } = settled(1);
    const [first, second] = [here.standBy(50), here.standBy(52, [id(0x79)])];
    const child = here.adopt(51);
    const subscribe = { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' } as const;
    here.hear(first, subscribe);
    expect(sent(here.hear(second, subscribe), 'bye')).toMatchObject([
      { edge: second, message: { reason: 'full' } },
    ]);
    const around = { feeding: parent, tipping: [parent, child, first] };
    const asked = sent(here.pass(GUEST_ASK_MS + 50, around), 'bye');
    expect(asked).toMatchObject([{ edge: first, message: { reason: 'guest' } }]);
    here.pass(GUEST_MS_MAX - GUEST_ASK_MS, around);
    expect(here.state.children.has(first)).toBe(false);
    expect(here.state.children.has(child)).toBe(true);
  });

  it.each([
    ['whose parent was our child, which left out a tip', 51, HEIR_PRIMARY_MS],
    ['while any child left out two', 0x78, HEIR_OTHER_MS],
  ])('gives the slot of the dead to who stood by: %s', (_who, lost, silentMs) => {
    const { here, parent } = settled(1);
    const child = here.adopt(51);
    const heir = here.standBy(50, [id(0x77), id(lost)]);
    here.pass(50, { feeding: parent, tipping: [parent, child, heir] });
    here.pass(silentMs, { feeding: parent, tipping: [parent, heir] });
    const effects = here.hear(heir, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 7 });
    expect(effects).toContainEqual({ type: 'stop-child', edge: child });
    expect(effects).toContainEqual({ type: 'feed-child', edge: heir, mask: 15, layerMax: 3, from: 7 });
    expect(here.state.children.get(heir)).toMatchObject({ guestSinceMs: null });
    expect(here.state.children.has(child)).toBe(true);
  });

  it('lends who stood by a slot while all its children are heard', () => {
    const { here, parent } = settled(1);
    const child = here.adopt(51);
    const heir = here.standBy(50, [id(0x77), id(51)]);
    here.pass(600, { feeding: parent, tipping: [parent, child, heir] });
    here.hear(heir, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 7 });
    expect(here.state.children.get(child)).toMatchObject({ mask: 15 });
    expect(here.state.children.get(heir)).toMatchObject({ mask: 15, guestSinceMs: here.nowMs });
  });

  it('2: feeds nobody that it came to stand below', () => {
    const { here, parent } = settled();
    const edge = here.standBy(50);
    here.hear(parent, { type: 'path', paths: pathBelow(ROOT, id(50), id(51)) });
    const effects = here.hear(edge, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 7 });
    expect(sent(effects, 'bye')).toMatchObject([{ edge, message: { reason: 'loop' } }]);
    expect(effects.some(({ type }) => type === 'feed-child')).toBe(false);
  });

  it('4: frees the slot of a child on whose edge nothing moves, and feeds it from where it is when it wakes', () => {
    const { here, parent } = settled(1);
    const child = here.adopt(51);
    here.hear(child, tip(here.seq));
    const last = here.seq;
    const asleep = here.pass(CHILD_DOZE_MS + 100, { feeding: parent, tipping: [parent], blocked: [child] });
    expect(asleep).toContainEqual({ type: 'stop-child', edge: child });
    expect(here.state.children.get(child)!.mask).toBe(0);
    const awake = here.hear(child, tip(last));
    expect(awake).toContainEqual({ type: 'feed-child', edge: child, mask: 15, layerMax: 3, from: last + 1 });
  });

  it('asks a child that is too slow to move, and goes on feeding it', () => {
    const { here } = settled(1);
    const child = here.adopt(51);
    const ask = () => sent(here.tell({ type: 'tick', slow: [child] }), 'bye');
    expect(ask()).toEqual([{ edge: child, message: { type: 'bye', reason: 'slow' } }]);
    expect(ask()).toEqual([]);
    expect(here.state.children.get(child)).toMatchObject({ mask: 15 });
  });

  it('takes no search for itself, for its own parent, or without a slot to give', () => {
    const { here, parent } = settled(0);
    here.standBy(50);
    expect(here.state.children.size).toBe(0);
    const rich = settled(2);
    const find = { avoid: [], sdp: SDP, tier: 2, hops: 0 };
    const from = (peer: string, above: string[]) =>
      rich.here.hear(rich.parent, {
        type: 'find',
        purpose: 'standby',
        ...find,
        join: id(0x4000),
        peer,
        above,
      });
    for (const effects of [from(ME, []), from(id(1), [])])
      expect(sent(effects, 'passed')).toMatchObject([{ edge: rich.parent, message: { status: 'refused' } }]);
    expect(parent).toBeDefined();
  });

  it('deals the children of one parent to others, so that one death loads it with one', () => {
    const { here } = settled(8);
    here.standBy(50, [id(0x77)]);
    const child = here.adopt(51);
    const about = {
      join: id(0x4000),
      peer: id(52),
      avoid: [],
      sdp: SDP,
      above: [id(0x77)],
      tier: 0,
      hops: 8,
    };
    const effects = here.hear(here.state.parent!.edge, { type: 'find', purpose: 'standby', ...about });
    expect(sent(effects, 'find')).toMatchObject([{ edge: child, message: { hops: 7 } }]);
  });

  it('7: keeps its bound under a flood of searches', () => {
    const { here, parent } = settled(1);
    here.adopt(51);
    for (let n = 0; n < 2000; n++) {
      const about = {
        join: id(0x8000 + n),
        peer: id(0x20000 + n),
        avoid: [],
        sdp: SDP,
        above: [],
        tier: 0,
        hops: 8,
      };
      here.nowMs += 5;
      here.hear(parent, { type: 'find', purpose: 'standby', ...about });
    }
    expect(here.state.searches.size).toBeLessThanOrEqual(SEARCHES_MAX);
  });
});
