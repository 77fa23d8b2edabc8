// What the desk lets moderators do. Numbers in brackets name the invariants in moderators.ts.

import { beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type DeskSaid, type DeskState } from '../../../src/room/desk-state.ts';
import { rememberDesk, restoreDesk, type SentPacket } from '../../../src/room/desk-memory.ts';
import { evaluateDesk, type DeskEvent } from '../../../src/room/desk.ts';
import { takePanel, type DeskAct } from '../../../src/room/moderators.ts';
import { decodePanel, encodePanel } from '../../../src/room/panel-codec.ts';
import {
  ACT_PACKETS_MAX,
  ACTS_REPEATED,
  HELD_MAX,
  KEY_ACTS_BURST,
  MODERATORS_MAX,
  PANEL_AGAIN_MS,
  PANEL_BYTES_MAX,
  PANEL_MS,
  PANEL_STEP_BYTES,
  ROOM_PACKET_BYTES_MAX,
  SEALED_CHARS_MAX,
} from '../../../src/room/room-limits.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { RoomView } from '../../../src/room/room-view.ts';

const ZOE = 'a'.repeat(16);
const TOM = 'b'.repeat(16);
const MIA = { author: 'e'.repeat(16), name: 'Mia', invitation: 'secret of Mia' };
const MAX = { author: 'f'.repeat(16), name: 'Max', invitation: 'secret of Max' };

let desk: DeskState;
let view: RoomView;
let packets: RoomPacket[];
let nowMs: number;
let counter: number;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  view = new RoomView();
  [packets, nowMs, counter] = [[], 1000, 0];
  tell({ type: 'delegate', moderator: MIA });
});

/** Every packet goes through its bytes, to the view. */
function tell(event: DeskEvent, to = desk): void {
  for (const effect of evaluateDesk(to, event, nowMs)) {
    if (effect.type !== 'publish') continue;
    const bytes = encodeRoomPacket(effect.packet);
    expect(bytes.length).toBeLessThanOrEqual(ROOM_PACKET_BYTES_MAX);
    const decoded = decodeRoomPacket(bytes);
    if (!decoded.ok) throw new Error(decoded.code);
    packets.push(decoded.value);
    view.apply(decoded.value);
  }
}

function say(author: string, text: string, changes: Partial<DeskSaid> = {}): number {
  const said = {
    kind: 'comment',
    author,
    counter: ++counter,
    target: 0,
    name: '',
    text,
    tag: author,
  } as const;
  tell({ type: 'said', said: { ...said, ...changes } });
  nowMs += 600;
  tell({ type: 'tick' });
  return [...desk.shown, ...desk.held, ...desk.questions].find((one) => one.text === text)?.id ?? 0;
}

let hashes = 0;
function ask(kind: DeskAct['kind'], target = 0, changes: Partial<DeskAct> = {}): string {
  const hash = (++hashes).toString(16).padStart(16, '0');
  tell({ type: 'act', act: { kind, author: MIA.author, seen: view.newestN, target, hash, ...changes } });
  return changes.hash ?? hash;
}

const texts = (): string[] => view.comments.map(({ text }) => text);
const quoted = (): string[] => packets.flatMap(({ acts = [] }) => acts);

describe('a moderator', () => {
  it('hides, mutes, approves, dismisses, lets stand, pins and shields', () => {
    const [goes, stays] = [say(ZOE, 'goes'), say(ZOE, 'stays')];
    say(TOM, 'rude');
    ask('hide', goes);
    expect(texts()).toEqual(['stays', 'rude']);
    say(ZOE, '', { kind: 'report', target: stays });
    ask('keep', stays);
    expect(desk.reports.entries.get(stays)?.isKept).toBe(true);
    ask('mute', desk.shown.find(({ text }) => text === 'rude')!.id);
    expect(texts()).toEqual(['stays']);
    expect([...view.muted]).toEqual([TOM]);
    const question = say(ZOE, 'Why?', { kind: 'question' });
    ask('pin', question);
    expect(view.board.pinned?.text).toBe('Why?');
    ask('pin');
    expect(view.board.pinned).toBeNull();
    ask('shield');
    expect([view.mode, texts()]).toEqual(['approve', []]);
    const [yes, no] = [say(ZOE, 'yes'), say(ZOE, 'no')];
    ask('approve', yes);
    ask('dismiss', no);
    expect([texts(), desk.held]).toEqual([['yes'], []]);
    ask('undo-shield');
    expect([view.mode, texts()]).toEqual(['open', ['stays', 'yes']]);
  });

  it('is quoted at once, and again in whole packets for who missed that', () => {
    const hash = ask('hide', say(ZOE, 'goes'));
    expect(packets.at(-1)).toMatchObject({ acts: [hash], hide: [1] });
    tell({ type: 'group' });
    expect(packets.at(-1)).toMatchObject({ isWhole: true, acts: [hash] });
    for (let i = 0; i < 2 * ACTS_REPEATED; i++) ask('pin');
    tell({ type: 'group' });
    expect(packets.at(-1)?.acts).toHaveLength(ACTS_REPEATED);
  });

  it('stands in the log by name, with what was done', () => {
    const id = say(ZOE, 'goes');
    ask('hide', id);
    expect(desk.log.at(-1)).toMatchObject({ act: 'hide', text: 'goes', moderator: 'Mia' });
    tell({ type: 'hide', id: say(ZOE, 'this too') });
    expect(desk.log.at(-1)).not.toHaveProperty('moderator');
  });

  it('[1] who isn’t in force does nothing and is quoted nowhere', () => {
    const id = say(ZOE, 'stays');
    ask('hide', id, { author: MAX.author });
    expect([texts(), quoted()]).toEqual([['stays'], []]);
    expect(view.moderators).toEqual(new Set([MIA.author]));
  });

  it('[1] who is revoked does nothing from then on, and everybody is told', () => {
    tell({ type: 'delegate', moderator: MAX });
    const [one, two] = [say(ZOE, 'one'), say(ZOE, 'two')];
    ask('hide', one);
    tell({ type: 'revoke', author: MIA.author });
    expect(view.moderators).toEqual(new Set([MAX.author]));
    ask('hide', two);
    expect([texts(), quoted().length]).toEqual([['two'], 1]);
    ask('hide', two, { author: MAX.author });
    expect(texts()).toEqual([]);
    tell({ type: 'revoke', author: MAX.author });
    tell({ type: 'group' });
    const late = new RoomView();
    late.apply(packets.at(-1)!);
    expect([late.moderators, late.isWhole]).toEqual([new Set(), true]);
  });

  it('[2] what comes twice is done once, and quoted twice', () => {
    const question = say(ZOE, 'Why?', { kind: 'question' });
    const hash = ask('pin', question);
    tell({ type: 'pin', id: null });
    say(ZOE, 'Why?', { kind: 'question' });
    ask('pin', question, { hash });
    expect([view.board.pinned, quoted()]).toEqual([null, [hash, hash]]);
  });

  it('[2] an old request, or one from the future, does nothing', () => {
    const id = say(ZOE, 'stays');
    ask('hide', id, { seen: desk.n + 1 });
    const { n } = desk;
    desk.n = ACT_PACKETS_MAX + 100;
    ask('hide', id, { seen: 99 });
    expect(desk.shown).toHaveLength(1);
    ask('hide', id, { seen: 100 });
    expect(desk.shown).toHaveLength(0);
    expect(n).toBeLessThan(100);
  });

  it('[3] takes nothing of the broadcaster’s away, and nothing that isn’t there yet', () => {
    tell({ type: 'say', name: '', text: 'welcome' });
    ask('hide', desk.lastId);
    ask('mute', desk.lastId);
    ask('hide', desk.lastId + 1);
    say(ZOE, 'next');
    expect(texts()).toEqual(['welcome', 'next']);
    expect(quoted()).toHaveLength(3);
  });

  it('does no more than a hand does; what is too much isn’t quoted, so that it comes again', () => {
    for (let i = 0; i < 100; i++) ask('pin');
    expect(quoted()).toHaveLength(KEY_ACTS_BURST);
    nowMs += 10_000;
    expect(quoted()).not.toContain(ask('pin', 0, { author: MAX.author }));
    const hash = ask('pin');
    expect(quoted()).toContain(hash);
  });

  it('is one of so many', () => {
    for (let i = 0; i < 20; i++)
      tell({ type: 'delegate', moderator: { ...MIA, author: String(i).padStart(16, '0') } });
    expect(desk.moderators).toHaveLength(MODERATORS_MAX);
    tell({ type: 'group' });
    expect(view.moderators.size).toBe(MODERATORS_MAX);
  });
});

describe('after a reload of the studio', () => {
  const reload = (sent: SentPacket[] = [], memory = structuredClone(rememberDesk(desk, 7, 0))): DeskState =>
    restoreDesk(() => 0.5, { memory, packets: sent, isAll: true });

  it('moderators are who they were', () => {
    const after = reload();
    expect(after.moderators).toEqual([MIA]);
    const memory: Partial<ReturnType<typeof rememberDesk>> = rememberDesk(desk, 7, 0);
    delete memory.moderators;
    expect(reload([], memory as ReturnType<typeof rememberDesk>).moderators).toEqual([]);
  });

  it('who was revoked after the last keeping stays revoked', () => {
    const memory = structuredClone(rememberDesk(desk, 7, 0));
    const known = packets.length;
    tell({ type: 'revoke', author: MIA.author });
    const sent = packets.slice(known).map((packet) => ({ epoch: 7, packet }));
    expect(reload(sent, memory).moderators).toEqual([]);
    tell({ type: 'group' });
    const whole = packets.slice(-1).map((packet) => ({ epoch: 7, packet }));
    expect(reload(whole, memory).moderators).toEqual([]);
  });
});

describe('what moderators see', () => {
  const look = () => {
    const bytes = takePanel(desk, nowMs);
    return bytes && decodePanel(bytes);
  };

  it('is what waits and what was reported, and nothing without moderators', () => {
    const reported = say(ZOE, 'reported');
    say(TOM, '', { kind: 'report', target: reported });
    tell({ type: 'shield' });
    tell({ type: 'undo-shield' });
    tell({ type: 'mode', mode: 'approve' });
    say(ZOE, 'waits');
    nowMs += PANEL_MS;
    expect(look()).toMatchObject({
      held: [{ text: 'waits', kind: 'comment', why: 'approve', by: ZOE }],
      reported: [{ text: 'reported', reporters: 1 }],
      more: 0,
      canUndoShield: false,
    });
    tell({ type: 'revoke', author: MIA.author });
    nowMs += PANEL_AGAIN_MS;
    expect(look()).toBeUndefined();
  });

  it('comes when it has changed, no more often than that, and now and then again', () => {
    nowMs += PANEL_MS;
    expect(look()).toBeDefined();
    nowMs += PANEL_MS;
    expect(look()).toBeUndefined();
    tell({ type: 'mode', mode: 'approve' });
    say(ZOE, 'waits');
    nowMs += PANEL_MS;
    expect(look()?.held).toHaveLength(1);
    say(ZOE, 'waits too');
    nowMs += 100;
    expect(look()).toBeUndefined();
    nowMs += PANEL_AGAIN_MS;
    expect(look()?.held).toHaveLength(2);
    nowMs += PANEL_AGAIN_MS;
    expect(look()?.held).toHaveLength(2);
    tell({ type: 'delegate', moderator: MAX });
    expect(look()?.held).toHaveLength(2);
  });

  it('is bounded, oldest first, and its size says little', () => {
    tell({ type: 'mode', mode: 'approve' });
    for (let i = 0; i < 2 * HELD_MAX; i++) {
      nowMs += 2000;
      say(ZOE, `${i} ${'x'.repeat(190)}`);
    }
    const bytes = takePanel(desk, (nowMs += PANEL_MS))!;
    expect(bytes.length).toBeLessThanOrEqual(PANEL_BYTES_MAX);
    const panel = decodePanel(bytes)!;
    expect(panel.held[0]).toEqual(desk.held[0]);
    expect(panel.held.length + panel.more).toBe(HELD_MAX);
    const empty = { held: [], more: 0, reported: [], canUndoShield: false };
    const one = { ...empty, held: [desk.held[0]!] };
    for (const plain of [empty, one]) expect(encodePanel(plain)).toHaveLength(PANEL_STEP_BYTES);
    // Sealed for as many as there may be, in base64, it fits.
    const sealedBytes = PANEL_BYTES_MAX + 12 + 1 + 48 * MODERATORS_MAX + 16;
    expect(Math.ceil(sealedBytes / 3) * 4).toBeLessThanOrEqual(SEALED_CHARS_MAX);
    tell({ type: 'sealed', sealed: 'A'.repeat(SEALED_CHARS_MAX) });
    expect(packets.at(-1)).toMatchObject({ isWhole: false, add: [], sealed: expect.any(String) as string });
  });

  it('has room for what waits, however long what was reported is', () => {
    for (let i = 0; i < 12; i++) {
      nowMs += 2000;
      say(TOM, '', { kind: 'report', target: say(ZOE, `${i} ${'😀'.repeat(190)}`) });
    }
    tell({ type: 'mode', mode: 'approve' });
    say(ZOE, 'waits');
    nowMs += PANEL_AGAIN_MS;
    const panel = look()!;
    expect(panel.held.map(({ text }) => text)).toEqual(['waits']);
    expect(panel.reported.length).toBeGreaterThan(0);
  });

  it('is nothing but what it is', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{"v":2}',
      '{"v":1,"held":[{}],"more":0,"reported":[],"canUndoShield":false}',
    ])
      expect(decodePanel(new TextEncoder().encode(text))).toBeUndefined();
  });
});
