// The broadcaster's desk, and what viewers see of it. Numbers in brackets name the invariants in desk.ts.

import fc from 'fast-check';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { createDesk, type DeskSaid, type DeskState } from '../../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEffect, type DeskEvent } from '../../../src/room/desk.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { broadcastReporters, reportedComments } from '../../../src/room/reports.ts';
import {
  FLOOD_DOWN_MS,
  HELD_MAX,
  REPORTERS_MAX,
  SHIELD_UNDO_MS,
  SHOWN_MAX,
  SHOWN_PER_SECOND,
  SLOW_MS,
} from '../../../src/room/room-limits.ts';
import { RoomView } from '../../../src/room/room-view.ts';

const TICK_MS = 100;
const ZOE = 'a'.repeat(16);
const TOM = 'b'.repeat(16);

let desk: DeskState;
let view: RoomView;
let packets: RoomPacket[];
let steps: number[];
let nowMs: number;
let counter: number;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  view = new RoomView();
  [packets, steps, nowMs, counter] = [[], [], 1000, 0];
});

/** Every packet goes through its bytes, to the view. */
function tell(event: DeskEvent): DeskEffect[] {
  const effects = evaluateDesk(desk, event, nowMs);
  for (const effect of effects) {
    if (effect.type === 'stepped') steps.push(effect.step);
    else {
      const decoded = decodeRoomPacket(encodeRoomPacket(effect.packet));
      if (!decoded.ok) throw new Error(decoded.code);
      packets.push(decoded.value);
      view.apply(decoded.value);
    }
  }
  return effects;
}

function say(author: string, text: string, changes: Partial<DeskSaid> = {}): void {
  const said = {
    kind: 'comment',
    author,
    counter: ++counter,
    target: 0,
    name: '',
    text,
    tag: addressOf(author),
    ...changes,
  } as const;
  tell({ type: 'said', said });
}

/** Each at an address of its own. */
const addressOf = (author: string): string => `f${author.slice(1)}`;

function pass(forMs: number, each: () => void = () => undefined): void {
  for (let passed = 0; passed < forMs; passed += TICK_MS) {
    nowMs += TICK_MS;
    each();
    tell({ type: 'tick' });
  }
}

const onScreen = (): string[] => view.comments.map(({ text }) => text);
const idOf = (text: string): number =>
  [...desk.shown, ...desk.held, ...desk.questions].find((one) => one.text === text)!.id;

/** Who comes now, from the next group on. */
function newcomer(): RoomView {
  const fresh = new RoomView();
  for (const effect of tell({ type: 'group' })) if (effect.type === 'publish') fresh.apply(effect.packet);
  return fresh;
}

describe('an open room', () => {
  it('shows what is said, to newcomers too', () => {
    say(ZOE, 'Bonjour', { name: 'Zoé' });
    pass(300);
    tell({ type: 'say', name: '', text: 'Bienvenue' });
    pass(300);
    expect(onScreen()).toEqual(['Bonjour', 'Bienvenue']);
    expect(view.comments[0]).toMatchObject({ by: ZOE, name: 'Zoé' });
    expect(newcomer().comments).toEqual(view.comments);
  });

  it('shows nothing twice (4)', () => {
    say(ZOE, 'once', { counter: 7 });
    say(ZOE, 'once', { counter: 7 });
    say(ZOE, 'older', { counter: 6 });
    pass(500);
    expect(onScreen()).toEqual(['once']);
  });

  it('shows as many as can be read, and counts the rest (5)', () => {
    pass(10_000, () => {
      for (let i = 0; i < 1; i++) say(`${counter}`.padStart(16, '0'), `said ${counter}`);
    });
    const came = counter;
    pass(3000);
    expect(packets.flatMap(({ add }) => add).length).toBeLessThanOrEqual(SHOWN_PER_SECOND * 13 + 10);
    expect(view.comments.length + view.leftOut + desk.held.length).toBe(came);
    expect(packets.length).toBeLessThanOrEqual(13 * 5 + 1);
  });

  it('holds words on the list and copied floods, as a hold and not as a verdict', () => {
    say(ZOE, 'c0nnard');
    for (let i = 0; i < 6; i++) say(`${i}`.repeat(16), 'VOTEZ POUR MOI');
    say(TOM, 'encore', {});
    say(TOM, 'encore');
    pass(3000);
    expect(onScreen()).toEqual(['VOTEZ POUR MOI', 'VOTEZ POUR MOI', 'VOTEZ POUR MOI', 'encore']);
    expect(desk.held.map(({ why }) => why)).toEqual(['word', 'repeat', 'repeat', 'repeat', 'repeat']);
    tell({ type: 'approve', id: idOf('c0nnard') });
    pass(300);
    expect(onScreen().at(-1)).toBe('c0nnard');
  });

  it('holds the broadcaster’s own words', () => {
    tell({ type: 'words', words: ['parapluie'] });
    say(ZOE, 'un par@pluie');
    pass(300);
    expect([onScreen(), desk.held.length]).toEqual([[], 1]);
  });

  it('counts hearts and tells of those who join', () => {
    tell({ type: 'sums', hearts: 41, leftOut: 0 });
    tell({ type: 'viewers', viewers: 3 });
    pass(300);
    expect(view.hearts).toBe(41);
    expect(packets.reduce((sum, { joined = 0 }) => sum + joined, 0)).toBe(3);
  });
});

describe('what the broadcaster takes away', () => {
  it('is gone everywhere, and for newcomers (3)', () => {
    for (const text of ['one', 'two', 'three']) say(text.padEnd(16, '0').replace(/[^0-9a-f]/g, 'e'), text);
    pass(500);
    tell({ type: 'hide', id: idOf('two') });
    expect(onScreen()).toEqual(['one', 'three']);
    expect(newcomer().comments.map(({ text }) => text)).toEqual(['one', 'three']);
  });

  it('with a mute is everything of one person, held and asked as well, from now on (1)', () => {
    say(ZOE, 'first');
    say(TOM, 'mine');
    pass(500);
    say(ZOE, 'connard');
    say(ZOE, 'why?', { kind: 'question' });
    tell({ type: 'mute', id: idOf('first') });
    say(ZOE, 'again');
    pass(500);
    expect(onScreen()).toEqual(['mine']);
    expect([desk.held, desk.questions]).toEqual([[], []]);
    expect([...view.muted]).toEqual([addressOf(ZOE)]);
    expect(newcomer().muted.has(addressOf(ZOE))).toBe(true);
    tell({ type: 'unmute', author: addressOf(ZOE) });
    say(ZOE, 'thank you');
    pass(500);
    expect(desk.held).toEqual([]);
    expect(onScreen()).toEqual(['mine', 'thank you']);
  });

  it('never was the broadcaster’s own voice', () => {
    tell({ type: 'say', name: '', text: 'me' });
    tell({ type: 'mute', id: idOf('me') });
    expect(desk.muted.size).toBe(0);
  });
});

describe('the shield', () => {
  beforeEach(() => {
    say(ZOE, 'before');
    pass(500);
    tell({ type: 'shield' });
  });

  it('clears every screen at once and approves first (2, 3)', () => {
    expect(onScreen()).toEqual([]);
    expect(view.mode).toBe('approve');
    say(TOM, 'after');
    pass(1000);
    expect(onScreen()).toEqual([]);
    expect(newcomer().comments).toEqual([]);
    tell({ type: 'approve', id: idOf('after') });
    pass(300);
    expect(onScreen()).toEqual(['after']);
    expect(newcomer().comments.map(({ text }) => text)).toEqual(['after']);
  });

  it('can be taken back for a while, with what was there and the mode that was', () => {
    tell({ type: 'undo-shield' });
    expect([onScreen(), view.mode]).toEqual([['before'], 'open']);
    tell({ type: 'shield' });
    pass(SHIELD_UNDO_MS + 1000);
    tell({ type: 'undo-shield' });
    expect([onScreen(), view.mode]).toEqual([[], 'approve']);
  });

  it('raised twice goes back to what was before the first', () => {
    tell({ type: 'shield' });
    tell({ type: 'undo-shield' });
    expect([onScreen(), view.mode]).toEqual([['before'], 'open']);
  });

  it('keeps back what was waiting for its turn', () => {
    tell({ type: 'undo-shield' });
    for (let i = 0; i < 30; i++) say(`${i}`.padStart(16, 'd'), `burst ${i}`);
    tell({ type: 'shield' });
    pass(5000);
    expect(onScreen()).toEqual([]);
    expect(desk.held.length).toBeGreaterThan(0);
  });
});

describe('modes', () => {
  test.each(['hearts', 'closed'] as const)('%s takes no comment (1)', (mode) => {
    tell({ type: 'mode', mode });
    say(ZOE, 'hello');
    pass(1000);
    expect([onScreen(), desk.held, view.mode]).toEqual([[], [], mode]);
  });

  it('slow takes one of each person now and then', () => {
    tell({ type: 'mode', mode: 'slow' });
    say(ZOE, 'one');
    say(ZOE, 'two');
    say(TOM, 'three');
    pass(SLOW_MS);
    say(ZOE, 'four');
    pass(500);
    expect(onScreen()).toEqual(['one', 'three', 'four']);
    expect(view.leftOut).toBe(1);
  });

  it('approve first holds everything, within its bound (2, 5)', () => {
    tell({ type: 'mode', mode: 'approve' });
    for (let i = 0; i < HELD_MAX + 20; i++) say(`${i}`.padStart(16, '0'), `said ${i}`);
    pass(3000);
    expect(onScreen()).toEqual([]);
    expect(desk.held).toHaveLength(HELD_MAX);
    expect(view.leftOut).toBe(20);
    tell({ type: 'dismiss', id: desk.held[0]!.id });
    expect(desk.held).toHaveLength(HELD_MAX - 1);
  });

  it('step up by themselves in a flood, and down again after it (6)', () => {
    const flood = (perTick: number) => () => {
      for (let i = 0; i < perTick; i++) say(`${counter}`.padStart(16, '0'), `said ${counter}`);
    };
    pass(8000, flood(3));
    expect([view.mode, steps]).toEqual(['slow', [1]]);
    pass(8000, flood(20));
    expect([view.mode, steps]).toEqual(['approve', [1, 2]]);
    pass(2 * FLOOD_DOWN_MS + 10_000);
    expect([view.mode, steps]).toEqual(['open', [1, 2, 1, 0]]);
  });

  it('chosen by the broadcaster stay, whatever is measured (6)', () => {
    tell({ type: 'mode', mode: 'hearts' });
    pass(8000, () => {
      tell({ type: 'sums', hearts: 0, leftOut: (counter += 1000) });
    });
    pass(100_000);
    expect([view.mode, steps]).toEqual(['hearts', []]);
  });

  it('count what was left out on the way as part of a flood', () => {
    pass(8000, () => tell({ type: 'sums', hearts: 0, leftOut: (counter += 100) }));
    pass(300);
    expect(view.mode).toBe('approve');
    expect(view.leftOut).toBe(counter);
  });
});

describe('questions', () => {
  it('are voted for once a person, and the one being answered is shown to all', () => {
    say(ZOE, 'Why?', { kind: 'question' });
    say(TOM, 'When?', { kind: 'question' });
    pass(300);
    const id = idOf('When?');
    for (let i = 0; i < 3; i++) say('c'.repeat(16), '', { kind: 'vote', target: id });
    pass(300);
    expect(view.board.questions.map(({ text, votes }) => [text, votes])).toEqual([
      ['When?', 2],
      ['Why?', 1],
    ]);
    tell({ type: 'pin', id });
    expect(view.board.pinned?.text).toBe('When?');
    expect(newcomer().board).toEqual(view.board);
    tell({ type: 'pin', id: null });
    expect(view.board).toMatchObject({ pinned: null, questions: [{ text: 'Why?' }] });
  });

  it('wait for approval like comments', () => {
    tell({ type: 'mode', mode: 'approve' });
    say(ZOE, 'Why?', { kind: 'question' });
    pass(300);
    expect(view.board.questions).toEqual([]);
    tell({ type: 'approve', id: idOf('Why?') });
    pass(300);
    expect(view.board.questions).toHaveLength(1);
    expect(onScreen()).toEqual([]);
  });
});

describe('the log', () => {
  it('keeps what was done, and reports with their reasons', () => {
    say(ZOE, 'rude');
    pass(300);
    say(TOM, 'insult', { kind: 'report', target: idOf('rude') });
    const id = idOf('rude');
    tell({ type: 'hide', id });
    say(TOM, 'merde');
    tell({ type: 'approve', id: idOf('merde') });
    expect(desk.log).toEqual([
      { atMs: nowMs, act: 'report', id, by: ZOE, text: 'rude', reason: 'insult' },
      { atMs: nowMs, act: 'hide', id, by: ZOE, text: 'rude' },
      { atMs: nowMs, act: 'approve', id: idOf('merde'), by: TOM, text: 'merde', reason: 'word' },
    ]);
    expect(desk.logged).toBe(3);
    expect(desk.sums).toEqual({ shown: 2, asked: 0, reports: 1 });
  });
});

describe('what viewers report', () => {
  const reported = () => reportedComments(desk).map(({ text, reporters }) => [text, reporters]);

  it('is put before the broadcaster, who may take it away or let it stand', () => {
    for (const text of ['rude', 'ruder', 'fine']) say(ZOE, text);
    pass(300);
    for (let i = 0; i < 3; i++) say(`${i}`.repeat(16), '', { kind: 'report', target: idOf('ruder') });
    say(TOM, '', { kind: 'report', target: idOf('rude') });
    say(TOM, '', { kind: 'report', target: idOf('rude') });
    say(TOM, '', { kind: 'report', target: 9999 });
    say(TOM, '', { kind: 'report' });
    expect(reported()).toEqual([
      ['ruder', 3],
      ['rude', 1],
    ]);
    expect(broadcastReporters(desk)).toBe(1);
    expect(onScreen()).toContain('ruder');
    tell({ type: 'hide', id: idOf('ruder') });
    tell({ type: 'keep', id: idOf('rude') });
    say(ZOE, '', { kind: 'report', target: idOf('rude') });
    expect(reported()).toEqual([]);
    pass(300);
    expect(onScreen()).toEqual(['rude', 'fine']);
  });

  it('is bounded, however many report however much', () => {
    say(ZOE, 'rude');
    pass(300);
    for (let i = 0; i < REPORTERS_MAX + 50; i++)
      say(i.toString(16).padStart(16, '0'), '', { kind: 'report', target: idOf('rude') });
    expect(reported()).toEqual([['rude', REPORTERS_MAX]]);
  });
});

describe('a viewer', () => {
  const acts = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ act: fc.constant('say' as const), who: fc.nat(5) }) },
      fc.record({
        act: fc.constantFrom('hide' as const, 'mute' as const, 'approve' as const),
        who: fc.nat(9),
      }),
      fc.record({
        act: fc.constantFrom('shield' as const, 'undo-shield' as const, 'group' as const),
        who: fc.constant(0),
      }),
      fc.record({ act: fc.constantFrom('open' as const, 'approve-mode' as const), who: fc.constant(0) }),
    ),
    { maxLength: 50 },
  );

  function run(list: { act: string; who: number }[]): void {
    desk = createDesk(() => 0.5);
    [packets, nowMs, counter] = [[], 1000, 0];
    for (const { act, who } of list) {
      const shown = desk.shown[who];
      if (act === 'say') say(`${who}`.repeat(16), `text ${counter}`);
      else if ((act === 'hide' || act === 'mute') && shown) tell({ type: act, id: shown.id });
      else if (act === 'approve' && desk.held[0]) tell({ type: 'approve', id: desk.held[0].id });
      else if (act === 'shield' || act === 'undo-shield' || act === 'group') tell({ type: act });
      else if (act === 'open') tell({ type: 'mode', mode: 'open' });
      else if (act === 'approve-mode') tell({ type: 'mode', mode: 'approve' });
      pass(200);
    }
    pass(400);
    tell({ type: 'group' });
  }

  it('sees the same in whatever order packets come, and nothing that was taken away (3)', () => {
    fc.assert(
      fc.property(acts, fc.infiniteStream(fc.nat()), (list, chance) => {
        run(list);
        const wanted = desk.shown
          .filter(({ id }) => id >= desk.floor && !desk.hidden.has(id))
          .slice(-24)
          .map(({ id }) => id);
        const mixed = packets.map((packet) => ({ packet, at: chance.next().value as number }));
        const other = new RoomView();
        for (const { packet } of mixed.sort((a, b) => a.at - b.at)) other.apply(packet);
        const seen = other.comments.map(({ id }) => id);
        expect(seen.slice(-24)).toEqual(wanted);
        for (const id of seen) expect(desk.hidden.has(id) || id < desk.floor).toBe(false);
        expect(other.mode).toBe(desk.mode);
      }),
      { numRuns: 200 },
    );
  });

  it('that missed packets sees the truth at the next whole one', () => {
    fc.assert(
      fc.property(acts, fc.infiniteStream(fc.boolean()), (list, chance) => {
        run(list);
        const other = new RoomView();
        for (const packet of packets.slice(0, -1)) if (chance.next().value) other.apply(packet);
        other.apply(packets.at(-1)!);
        for (const { id } of other.comments) expect(desk.hidden.has(id) || id < desk.floor).toBe(false);
        expect(other.mode).toBe(desk.mode);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps a bounded list', () => {
    const add = (n: number) =>
      Array.from({ length: 100 }, (_, i) => ({ id: n * 100 + i, by: '', name: '', text: 'x' }));
    const sums = {
      isWhole: false,
      mode: 'open',
      hearts: 0,
      leftOut: 0,
      floor: 0,
      last: 0,
      hide: [],
    } as const;
    for (let n = 0; n < 10; n++) view.apply({ ...sums, hide: [], n, add: add(n) });
    expect(view.comments).toHaveLength(SHOWN_MAX);
    expect(view.comments[0]!.id).toBe(800);
  });
});
