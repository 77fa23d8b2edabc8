// A desk that goes on after a reload: from what was kept of it, and from the packets that went out afterwards.

import { beforeEach, describe, expect, it } from 'vitest';
import { visible } from '../../../src/room/desk-packets.ts';
import { knows, rememberDesk, restoreDesk, type SentPacket } from '../../../src/room/desk-memory.ts';
import { createDesk, type DeskSaid, type DeskState } from '../../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../../../src/room/desk.ts';
import { RoomView } from '../../../src/room/room-view.ts';

const ZOE = 'a'.repeat(16);
const TOM = 'b'.repeat(16);
const EVE = 'c'.repeat(16);
const EPOCH = 7;

let desk: DeskState;
let sent: SentPacket[];
let nowMs: number;
let counter: number;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  [sent, nowMs, counter] = [[], 1000, 0];
});

function tell(event: DeskEvent, to = desk): void {
  for (const effect of evaluateDesk(to, event, nowMs))
    if (effect.type === 'publish') sent.push({ epoch: EPOCH, packet: effect.packet });
}

function say(author: string, text: string, changes: Partial<DeskSaid> = {}, to = desk): void {
  // Of these three it is known whence they come: what anybody else says is held.
  const tag = [ZOE, TOM, EVE].includes(author) ? author : undefined;
  const said = { kind: 'comment', author, counter: ++counter, target: 0, name: '', text, tag } as const;
  tell({ type: 'said', said: { ...said, ...changes } }, to);
  nowMs += 300;
  tell({ type: 'tick' }, to);
}

const idOf = (text: string): number =>
  [...desk.shown, ...desk.held, ...desk.questions].find((one) => one.text === text)!.id;
const kept = () => structuredClone(rememberDesk(desk, EPOCH, 0));
const reload = (memory = kept(), isAll = true): DeskState =>
  restoreDesk(() => 0.5, { memory, packets: sent, isAll });
const textsOf = (list: readonly { text: string }[]): string[] => list.map(({ text }) => text);

/** A room in which something of everything has happened. */
function liveRoom(): void {
  tell({ type: 'sums', hearts: 12, leftOut: 3 });
  for (const text of ['stays', 'goes']) say(ZOE, text);
  say(EVE, 'rude', { name: 'Eve' });
  say(TOM, 'Why?', { kind: 'question' });
  say(ZOE, 'How?', { kind: 'question' });
  say(ZOE, '', { kind: 'vote', target: idOf('Why?') });
  say(TOM, 'spam', { kind: 'report', target: idOf('stays') });
  tell({ type: 'pin', id: idOf('Why?') });
  tell({ type: 'hide', id: idOf('goes') });
  tell({ type: 'mute', id: idOf('rude') });
  tell({ type: 'words', words: ['ornithorynque'] });
  say(TOM, 'Un ornithorynque !');
  tell({ type: 'mode', mode: 'slow' });
}

/** What the broadcaster sees of it. */
function sightOf(state: DeskState) {
  const { mode, hearts, leftOutBelow, leftOutHere, lastId, ownWords, sums, floor } = state;
  return {
    ...{ mode, hearts, lastId, ownWords, sums, floor, leftOut: leftOutBelow + leftOutHere },
    comments: visible(state),
    held: state.held,
    muted: [...state.muted.entries],
    questions: state.questions.map(({ id, votes, voters }) => ({ id, votes, voters: [...voters] })),
    pinned: state.pinned?.text,
    reports: [...state.reports.entries],
  };
}

describe('a desk after a reload', () => {
  it('is as it was', () => {
    liveRoom();
    const before = sightOf(desk);
    expect(before).toMatchObject({
      mode: 'slow',
      hearts: 12,
      leftOut: 3,
      pinned: 'Why?',
      muted: [[EVE, 'Eve']],
    });
    expect([textsOf(before.comments), textsOf(before.held)]).toEqual([['stays'], ['Un ornithorynque !']]);
    expect(sightOf(reload())).toEqual(before);
  });

  it('shows newcomers the same room, with ids that go on', () => {
    liveRoom();
    const again = reload();
    sent = [];
    tell({ type: 'group' }, again);
    say(ZOE, 'new', {}, again);
    const view = new RoomView();
    for (const { packet } of sent) view.apply(packet);
    expect(textsOf(view.comments)).toEqual(['stays', 'new']);
    expect(view.board).toMatchObject({ pinned: { text: 'Why?', votes: 2 }, questions: [{ text: 'How?' }] });
    expect([view.mode, view.hearts, [...view.muted]]).toEqual(['slow', 12, [EVE]]);
    expect(view.comments.at(-1)!.id).toBeGreaterThan(desk.lastId);
  });

  it('still refuses who was muted, holds who is new, and lets everybody vote once', () => {
    liveRoom();
    const again = reload();
    say(EVE, 'still here', {}, again);
    say('d'.repeat(16), 'hello', {}, again);
    say(ZOE, '', { kind: 'vote', target: again.pinned!.id }, again);
    expect(textsOf(again.held)).toEqual(['Un ornithorynque !', 'hello']);
    expect(again.pinned!.votes).toBe(2);
  });

  it('adds hearts of the new epoch to those of the one before', () => {
    liveRoom();
    const again = reload();
    tell({ type: 'sums', hearts: 5, leftOut: 1 }, again);
    expect([again.hearts, again.leftOutBelow + again.leftOutHere]).toEqual([17, 4]);
  });

  it('knows from the packets what happened after it was kept', () => {
    say(ZOE, 'stays');
    say(ZOE, 'goes');
    say(EVE, 'rude');
    say(TOM, 'Why?', { kind: 'question' });
    say(ZOE, 'waits, merde');
    const early = kept();
    tell({ type: 'hide', id: idOf('goes') });
    tell({ type: 'mute', id: idOf('rude') });
    tell({ type: 'pin', id: idOf('Why?') });
    tell({ type: 'approve', id: idOf('waits, merde') });
    say(ZOE, 'later');
    tell({ type: 'sums', hearts: 9, leftOut: 2 });
    tell({ type: 'mode', mode: 'slow' });
    const again = reload(early);
    expect(textsOf(visible(again))).toEqual(['stays', 'waits, merde', 'later']);
    expect(again.held).toEqual([]);
    expect([again.pinned?.text, again.mode, again.hearts, again.leftOutHere]).toEqual(['Why?', 'slow', 9, 2]);
    expect(again.muted.has(EVE)).toBe(true);
    expect(again.sums).toEqual(desk.sums);
  });

  it('keeps a shield up, and one that was taken back down', () => {
    say(ZOE, 'before');
    const early = kept();
    tell({ type: 'shield' });
    expect([textsOf(visible(reload(early))), reload(early).mode]).toEqual([[], 'approve']);
    expect([textsOf(visible(reload())), reload().mode]).toEqual([[], 'approve']);
    tell({ type: 'undo-shield' });
    expect([textsOf(visible(reload(early))), reload(early).mode]).toEqual([['before'], 'open']);
  });

  it('asks for approval when not everything is known any more, unless it took even less', () => {
    say(ZOE, 'before');
    expect(reload(kept(), false).mode).toBe('approve');
    tell({ type: 'mode', mode: 'closed' });
    expect(reload(kept(), false).mode).toBe('closed');
  });

  it('passes over packets that it knows of', () => {
    say(ZOE, 'goes');
    const [early] = sent;
    tell({ type: 'hide', id: idOf('goes') });
    const memory = kept();
    expect(knows(memory, early!)).toBe(true);
    expect(knows(memory, { ...early!, epoch: EPOCH + 1 })).toBe(false);
    expect(visible(reload(memory))).toEqual([]);
  });
});
