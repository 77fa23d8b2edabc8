// Parents that say they have the broadcast (invariant 1): who brings nothing is left, also by whoever was never fed.
import { describe, expect, it } from 'vitest';
import { NO_SEQ } from '../../../src/overlay/message.ts';
import { FIRST_STALL_MS, PARENT_DOUBT_MS, PARENT_SILENCE_MS, STALL_MS } from '../../../src/overlay/timing.ts';
import { id, Neighbourhood, pathBelow, ROOT, sent, tip } from './neighbourhood.ts';

describe('a parent that brings nothing', () => {
  it('is left by a newcomer that waits for a first packet, and is not to be its next one', () => {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(ROOT));
    here.pass(FIRST_STALL_MS - 100, { tipping: [parent] });
    expect(here.state.parent?.edge).toBe(parent);
    const effects = here.pass(200, { tipping: [parent] });
    expect(sent(effects, 'bye')).toMatchObject([{ edge: parent }]);
    expect(here.state.parent).toBeNull();
    expect(here.state.seeking.unreachable).toEqual([id(1)]);
  });

  it('is kept while it has nothing itself: the broadcaster may be about to begin', () => {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(ROOT));
    for (let waitedMs = 0; waitedMs < 3 * FIRST_STALL_MS; waitedMs += 50) {
      here.nowMs += 50;
      here.hear(parent, tip(NO_SEQ));
      here.tell({ type: 'tick', blocked: [] });
    }
    expect(here.state.parent?.edge).toBe(parent);
  });

  it('is left sooner by who was fed before', () => {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(ROOT));
    here.pass(1000, { feeding: parent, tipping: [parent] });
    here.pass(STALL_MS - 200, { tipping: [parent] });
    expect(here.state.parent?.edge).toBe(parent);
    here.pass(400, { tipping: [parent] });
    expect(here.state.parent).toBeNull();
  });
});

describe('a parent that is silent, with nobody to compare it with', () => {
  function startAlone() {
    const here = new Neighbourhood();
    const parent = here.findParent(id(1), pathBelow(ROOT));
    here.pass(500, { feeding: parent, tipping: [parent] });
    return { here, parent };
  }

  it('is set aside while another one is sought, and is it again at once when it speaks', () => {
    const { here, parent } = startAlone();
    here.pass(PARENT_DOUBT_MS - 100, {});
    expect(here.state.parent?.edge).toBe(parent);
    const effects = here.pass(200, {});
    expect(here.state.parent).toBeNull();
    expect(sent(effects, 'bye')).toEqual([]);
    expect(here.state.seeking.edge).not.toBeNull();
    here.pass(100, { feeding: parent, tipping: [parent] });
    expect(here.state.parent?.edge).toBe(parent);
    expect(here.state.seeking.edge).toBeNull();
  });

  it('is let go when it stays silent', () => {
    const { here, parent } = startAlone();
    const effects = here.pass(PARENT_SILENCE_MS + 100, {});
    expect(sent(effects, 'bye')).toMatchObject([{ edge: parent }]);
    expect(here.state.standbys.size).toBe(0);
  });

  it('is kept when we slept ourselves, after the end, and while a newcomer waits for its first packet', () => {
    const { here: asleep, parent } = startAlone();
    asleep.nowMs += PARENT_DOUBT_MS + 100;
    asleep.tell({ type: 'tick' });
    expect(asleep.state.parent?.edge).toBe(parent);
    const { here: ended } = startAlone();
    ended.state.isEnded = true;
    ended.pass(PARENT_DOUBT_MS + 100, {});
    expect(ended.state.parent).not.toBeNull();
    const fresh = new Neighbourhood();
    fresh.findParent(id(1), pathBelow(ROOT));
    fresh.pass(PARENT_DOUBT_MS + 100, {});
    expect(fresh.state.parent).not.toBeNull();
  });
});
