// What a hop does with the searches of others: each way is tried once, and none that leads to somebody silent.
import { describe, expect, it } from 'vitest';
import type { Find } from '../../../src/overlay/message.ts';
import { CHILD_DOZE_MS, SEARCHES_MAX, SEARCH_ANSWER_MS } from '../../../src/overlay/timing.ts';
import { id, ME, SDP, sent, settled } from './neighbourhood.ts';

const JOIN = id(0x4000);

/** A viewer with these children, whose parent hands it searches that lead down. */
function startHop(...children: number[]) {
  const { here, parent } = settled(Math.max(2, children.length));
  const edges = children.map((n) => here.adopt(n));
  const around = { feeding: parent, tipping: [parent, ...edges] };
  here.pass(100, around);
  const find = (about: Partial<Find> = {}) =>
    here.hear(parent, {
      ...{ type: 'find', purpose: 'standby', join: JOIN, peer: id(60), sdp: SDP },
      // Nothing that we could answer ourselves: our parent is above the searcher too.
      ...{ above: [id(1), id(0x77)], avoid: [], tier: 0, hops: 8, ...about },
    });
  const refuse = (edge: string) => here.hear(edge, { type: 'passed', join: JOIN, status: 'refused' });
  return { here, parent, edges, around, find, refuse };
}

describe('a hop', () => {
  it('passes no search on to a child that is silent', () => {
    const { here, parent, edges, find } = startHop(51, 52);
    const [silent, awake] = edges;
    here.pass(CHILD_DOZE_MS + 50, { feeding: parent, tipping: [parent, awake!] });
    for (let n = 0; n < 4; n++) {
      const effects = find({ join: id(0x4000 + n) });
      expect(sent(effects, 'find').map(({ edge }) => edge)).toEqual([awake]);
    }
    expect(here.state.children.has(silent!)).toBe(true);
  });

  it('goes another way when whoever has a search falls silent', () => {
    const { here, parent, edges, find } = startHop(51, 52);
    const [asked] = sent(find(), 'find').map(({ edge }) => edge);
    const other = edges.find((edge) => edge !== asked)!;
    const effects = here.pass(CHILD_DOZE_MS + 100, { feeding: parent, tipping: [parent, other] });
    expect(sent(effects, 'find')).toMatchObject([{ edge: other, message: { join: JOIN } }]);
  });

  it('says at once that it was asked before, and tries again for fewer wishes', () => {
    const { edges, parent, find, refuse } = startHop(51);
    expect(sent(find(), 'find').map(({ edge }) => edge)).toEqual(edges);
    expect(sent(refuse(edges[0]!), 'passed')).toMatchObject([{ edge: parent }]);
    const again = find();
    expect(sent(again, 'find')).toEqual([]);
    expect(sent(again, 'passed')).toMatchObject([
      { edge: parent, message: { join: JOIN, status: 'refused' } },
    ]);
    expect(sent(find({ tier: 1, avoid: [ME] }), 'find')).toMatchObject([
      { edge: edges[0], message: { tier: 1 } },
    ]);
  });

  it('passes on no candidates of a search that came to nothing', () => {
    const { here, edges, parent, find, refuse } = startHop(51);
    const candidate = { type: 'candidate', candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } as const;
    const say = () =>
      sent(here.hear(parent, { type: 'signal', join: JOIN, peer: id(60), signal: candidate }), 'signal');
    find();
    expect(say()).toMatchObject([{ edge: edges[0] }]);
    refuse(edges[0]!);
    expect(say()).toEqual([]);
  });

  it('leaves out branches in which nobody gives slots, and the ancestors of who searches', () => {
    const { here, edges, find } = startHop(51, 52, 53);
    const counts = { type: 'counts', viewers: 3, freeSlots: 0, freeDepth: 255 } as const;
    here.hear(edges[0]!, { ...counts, slots: 0 });
    for (let n = 0; n < 4; n++) {
      const effects = find({ join: id(0x4000 + n), above: [id(1), id(0x77), id(52), id(0x78)] });
      expect(sent(effects, 'find').map(({ edge }) => edge)).toEqual([edges[2]]);
    }
  });

  it('forgets what came to nothing before what is under way', () => {
    const { here, edges, parent, find, refuse } = startHop(51);
    find({ join: id(0x5000) });
    find();
    refuse(edges[0]!);
    for (let n = 1; n < SEARCHES_MAX; n++) {
      here.nowMs += SEARCH_ANSWER_MS / SEARCHES_MAX;
      find({ join: id(0x5000 + n) });
    }
    expect(here.state.searches.size).toBe(SEARCHES_MAX);
    expect(here.state.searches.has(JOIN)).toBe(false);
    expect(here.state.searches.get(id(0x5000))).toMatchObject({ phase: 'passed', source: parent });
  });
});
