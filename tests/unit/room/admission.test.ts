// Who comes from where: what the desk and a hop make of the tag of a ticket.

import { beforeEach, expect, it } from 'vitest';
import type { SignedSaid } from '../../../src/room/comment-codec.ts';
import { createDesk, type DeskSaid, type DeskState } from '../../../src/room/desk-state.ts';
import { evaluateDesk } from '../../../src/room/desk.ts';
import { createHop, evaluateHop, takeAll } from '../../../src/room/hop.ts';
import { TAG_COMMENTS_BURST, TAG_COMMENTS_PER_SECOND } from '../../../src/room/room-limits.ts';
import { EPOCH } from './samples.ts';

const HOME = 'ab'.repeat(8);
const ELSEWHERE = 'cd'.repeat(8);

let desk: DeskState;
let nowMs: number;
let counter: number;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  [nowMs, counter] = [1000, 0];
});

function say(author: number, text: string, tag: string | undefined): void {
  nowMs += 2000;
  const said = {
    kind: 'comment',
    author: authorOf(author),
    counter: ++counter,
    target: 0,
    name: '',
  } as const;
  evaluateDesk(desk, { type: 'said', said: { ...said, text, tag } satisfies DeskSaid }, nowMs);
  evaluateDesk(desk, { type: 'tick' }, nowMs);
}

const authorOf = (number: number): string => number.toString(16).padStart(16, '0');
const shown = (): string[] => desk.shown.map(({ text }) => text);
const idOf = (text: string): number => [...desk.shown, ...desk.held].find((one) => one.text === text)!.id;

it('keeps a muted person muted who comes back a thousand times with new keys from one address (M6)', () => {
  say(0, 'insult 0', HOME);
  evaluateDesk(desk, { type: 'mute', id: idOf('insult 0') }, nowMs);
  for (let i = 1; i <= 1000; i++) say(i, `insult ${i}`, HOME);
  expect([shown(), desk.held]).toEqual([[], []]);
  say(2000, 'from elsewhere', ELSEWHERE);
  expect(shown()).toEqual(['from elsewhere']);
});

it('keeps it muted when it leaves its ticket away', () => {
  say(0, 'insult', HOME);
  evaluateDesk(desk, { type: 'mute', id: idOf('insult') }, nowMs);
  say(0, 'the same key', undefined);
  expect([shown(), desk.held]).toEqual([[], []]);
});

it('holds what comes without a ticket until something of that key was approved', () => {
  say(1, 'first', undefined);
  say(1, 'second', undefined);
  say(2, 'another', undefined);
  expect(shown()).toEqual([]);
  expect(desk.held.map(({ why }) => why)).toEqual(['new', 'new', 'new']);
  evaluateDesk(desk, { type: 'approve', id: idOf('first') }, nowMs);
  say(1, 'third', undefined);
  say(2, 'again', undefined);
  expect(shown()).toEqual(['first', 'third']);
});

it('mutes by key where there is no ticket', () => {
  say(1, 'first', undefined);
  evaluateDesk(desk, { type: 'mute', id: idOf('first') }, nowMs);
  say(1, 'second', undefined);
  expect([...desk.muted.keys()]).toEqual([authorOf(1)]);
  expect([shown(), desk.held]).toEqual([[], []]);
});

it('hears all keys of one address together no faster than that address may speak', () => {
  const hop = createHop(() => 0.5);
  evaluateHop(hop, { type: 'rules', epoch: EPOCH, mode: 'open', muted: new Set() }, nowMs);
  const seconds = 20;
  for (let i = 0; i < seconds * 100; i++) {
    const said: SignedSaid = {
      ...{
        kind: 'comment' as const,
        epoch: EPOCH,
        author: authorOf(i),
        counter: 1,
        target: 0,
        name: '',
        text: 'x',
      },
      ...{ publicKey: new Uint8Array(32), body: new Uint8Array(), signature: new Uint8Array(64) },
      ...{ bytes: new Uint8Array(), tag: HOME },
    };
    evaluateHop(hop, { type: 'checked', edge: `edge ${i % 50}`, said }, nowMs + i * 10);
  }
  const heard = takeAll(hop).length;
  expect(heard).toBeLessThanOrEqual(TAG_COMMENTS_BURST + seconds * TAG_COMMENTS_PER_SECOND);
  expect(heard + hop.leftOut).toBe(seconds * 100);
});
