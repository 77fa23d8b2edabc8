// The room of a recording: what its packets tell, the files beside it, and the chapters inside.

import { beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, utf8Bytes, utf8Text } from '../../../src/base/bytes.ts';
import { chapterPatches, chaptersOf } from '../../../src/record/chapters.ts';
import { cutReplay, emptyReplay, RoomHistory } from '../../../src/record/room-history.ts';
import { chaptersVtt, commentsVtt, roomJson } from '../../../src/record/room-sidecars.ts';
import { createDesk, type DeskState } from '../../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../../../src/room/desk.ts';
import { wholePacket } from '../../../src/room/desk-packets.ts';
import { rememberDesk, restoreDesk } from '../../../src/room/desk-memory.ts';
import type { RoomReplay } from '../../../src/session/session-api.ts';
import { commentsUntil, heartsAt } from '../../../src/ui/recordings/replay-time.ts';

const ZOE = 'a'.repeat(16);

let desk: DeskState;
let history: RoomHistory;
let replay: RoomReplay;
let nowMs: number;
let epoch: number;
let counter = 0;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  [history, replay, nowMs, epoch] = [new RoomHistory(), emptyReplay(), 0, 7];
});

/** A second passes with each. */
function tell(...events: DeskEvent[]): void {
  for (const event of events) {
    for (const effect of evaluateDesk(desk, event, nowMs))
      if (effect.type === 'publish') history.take(epoch, effect.packet, nowMs, replay);
    nowMs += 1000;
  }
}

function say(text: string, kind: 'comment' | 'question' = 'comment'): void {
  const said = { kind, author: ZOE, counter: ++counter, target: 0, name: 'Zoé', text, tag: ZOE };
  tell({ type: 'said', said }, { type: 'tick' }, { type: 'group' });
}

const idOf = (text: string): number =>
  [...desk.shown, ...desk.questions].find((one) => one.text === text)!.id;
const standing = (): string[] =>
  replay.comments.filter(({ takenAway }) => !takenAway).map(({ text }) => text);

describe('the room of a recording', () => {
  it('has each comment once, when it came', () => {
    say('one');
    say('two');
    expect(replay.comments.map(({ atMs, text, name }) => [atMs, text, name])).toEqual([
      [0, 'one', 'Zoé'],
      [3000, 'two', 'Zoé'],
    ]);
  });

  it('marks what was hidden, and what a shield cleared until it is taken back', () => {
    for (const text of ['one', 'two', 'three']) say(text);
    tell({ type: 'hide', id: idOf('two') }, { type: 'shield' }, { type: 'group' });
    expect(replay.comments.map(({ takenAway }) => takenAway)).toEqual(['cleared', 'hidden', 'cleared']);
    tell({ type: 'undo-shield' }, { type: 'group' });
    expect(standing()).toEqual(['one', 'three']);
  });

  it('goes on over a reload: nothing comes twice, and nothing hidden comes back', () => {
    say('one');
    say('two');
    tell({ type: 'hide', id: idOf('two') }, { type: 'sums', hearts: 3, leftOut: 0 });
    desk = restoreDesk(() => 0.5, { memory: rememberDesk(desk, epoch++, 0), packets: [], isAll: true });
    tell({ type: 'group' });
    say('three');
    tell({ type: 'sums', hearts: 2, leftOut: 0 });
    expect(standing()).toEqual(['one', 'three']);
    expect(replay.comments).toHaveLength(3);
    expect(replay.hearts.map(([, total]) => total)).toEqual([3, 5]);
  });

  it('tells which question was answered from when to when', () => {
    say('Why?', 'question');
    say('How?', 'question');
    tell({ type: 'pin', id: idOf('Why?') }, { type: 'group' }, { type: 'pin', id: idOf('How?') });
    tell({ type: 'group' }, { type: 'pin', id: null });
    const [why, how] = replay.answered;
    expect([why!.text, how!.text, how!.atMs - why!.atMs]).toEqual(['Why?', 'How?', 2000]);
    expect([why!.untilMs, how!.untilMs]).toEqual([how!.atMs, how!.atMs + 2000]);
  });

  it('takes the newer of two packets that lie in the wrong order', () => {
    say('one');
    say('Why?', 'question');
    const old = { epoch, packet: wholePacket(desk) };
    tell({ type: 'pin', id: idOf('Why?') }, { type: 'shield' });
    history.take(old.epoch, old.packet, nowMs, replay);
    tell({ type: 'group' });
    expect(replay.answered).toMatchObject([{ text: 'Why?', untilMs: undefined }]);
    expect(standing()).toEqual([]);
  });

  it('tells a question that is still being answered in the next file too', () => {
    say('Why?', 'question');
    tell({ type: 'pin', id: idOf('Why?') });
    replay = emptyReplay();
    tell({ type: 'group' });
    expect(replay.answered.map(({ text }) => text)).toEqual(['Why?']);
  });

  it('is cut with a clip, in the clip’s time', () => {
    for (const text of ['one', 'two', 'three']) say(text);
    tell({ type: 'sums', hearts: 3, leftOut: 0 });
    expect(cutReplay(replay, 2000, 7000)).toMatchObject({
      comments: [
        { text: 'two', atMs: 1000 },
        { text: 'three', atMs: 4000 },
      ],
      hearts: [],
    });
  });

  it('is the same for every moment, wherever one comes from', () => {
    for (const text of ['one', 'two', 'three']) say(text);
    const until = (atMs: number, most = 9) =>
      commentsUntil(replay.comments, atMs, most).map(({ text }) => text);
    expect([until(-1), until(0), until(3000), until(1e9, 2)]).toEqual([
      [],
      ['one'],
      ['one', 'two'],
      ['two', 'three'],
    ]);
    const hearts: RoomReplay['hearts'] = [
      [10, 2],
      [20, 5],
    ];
    expect([0, 10, 19, 20, 99].map((atMs) => heartsAt(hearts, atMs))).toEqual([0, 2, 2, 5, 5]);
  });
});

describe('the files beside a recording', () => {
  const made: RoomReplay = {
    comments: [
      { id: 1, atMs: 3_661_007, by: ZOE, name: 'Zoé <3', text: '<i>no</i> --> & so' },
      { id: 2, atMs: 5000, by: '', name: '', text: 'gone', takenAway: 'hidden' },
    ],
    hearts: [
      [100, 1],
      [600, 4],
      [2000, 5],
    ],
    answered: [],
  };

  it('hold comments and hearts as WebVTT, as text that no player takes for markup', () => {
    expect(commentsVtt(made)).toBe(
      [
        'WEBVTT\n',
        '00:00:00.100 --> 00:00:01.100 line:0 position:100% align:end\n♥ 4\n',
        '00:00:02.000 --> 00:00:03.000 line:0 position:100% align:end\n♥ 5\n',
        '01:01:01.007 --> 01:01:10.007\n<v Zoé &lt;3>&lt;i&gt;no&lt;/i&gt; --&gt; &amp; so\n',
      ].join('\n'),
    );
  });

  it('hold everything as JSON, with the log and its reasons', () => {
    const entry = { epoch: 7, atMs: 1_700_000_000_000, by: ZOE, text: 'gone' };
    const log = [
      { ...entry, act: 'report', id: 2, reason: 'insult' } as const,
      { ...entry, act: 'hide', id: 2 } as const,
    ];
    const about = { broadcastId: 'b', title: 'Title', startedAtMs: 1_700_000_000_000 };
    const timeOf = ({ act }: { act: string }) => (act === 'hide' ? 42 : undefined);
    const json: unknown = JSON.parse(roomJson({ ...about, replay: made, log, timeOf }));
    const at = '2023-11-14T22:13:20.000Z';
    expect(json).toMatchObject({
      ...{ format: 'lucarne-room', version: 1, broadcastId: 'b', title: 'Title', startedAt: at },
      comments: [{ id: 1 }, { id: 2, takenAway: 'hidden', text: 'gone' }],
      hearts: [{ atMs: 100, total: 1 }, { total: 4 }, { total: 5 }],
      log: [
        { at, act: 'report', id: 2, reason: 'insult' },
        { at, atMs: 42, act: 'hide' },
      ],
    });
  });

  it('hold chapters that end where the next begins', () => {
    const chapters = [
      { atMs: 0, title: 'Title' },
      { atMs: 61_000, title: 'Why?' },
    ];
    expect(chaptersVtt(chapters, 100_000)).toContain(
      '00:00:00.000 --> 00:01:01.000\nTitle\n\n00:01:01.000 --> 00:01:40.000\nWhy?\n',
    );
  });
});

describe('chapters', () => {
  const question = (text: string, atMs: number) =>
    ({ id: 1, by: ZOE, name: '', text, atMs, untilMs: undefined }) as const;

  it('are the questions answered, after what came before them', () => {
    const answered = [question('Why?', 5000), question('How?', 9000)];
    expect(
      chaptersOf({ ...emptyReplay(), answered }, 'Title').map(({ atMs, title }) => [atMs, title]),
    ).toEqual([
      [0, 'Title'],
      [5000, 'Why?'],
      [9000, 'How?'],
    ]);
    expect(chaptersOf({ ...emptyReplay(), answered: [question('Why?', 300)] }, 'Title')).toEqual([
      { atMs: 0, title: 'Why?' },
    ]);
    expect(chaptersOf(emptyReplay(), 'Title')).toEqual([]);
  });

  const box = (type: string, ...content: Uint8Array[]) => {
    const inside = concatBytes(...content);
    const size = new Uint8Array(4);
    new DataView(size.buffer).setUint32(0, 8 + inside.length);
    return concatBytes(size, utf8Bytes(type), inside);
  };

  /** A file that ends with this box, with the patches written into it. */
  function patched(moov: Uint8Array, chapters: readonly { atMs: number; title: string }[]): Uint8Array {
    const before = new Uint8Array(100);
    const patches = chapterPatches(moov, before.length, chapters);
    const length = Math.max(...patches.map(({ position, data }) => position + data.length));
    const file = new Uint8Array(length);
    file.set(moov, before.length);
    for (const { position, data } of patches) file.set(data, position);
    return file.slice(before.length);
  }

  it.each([
    ['with tags', box('moov', box('mvhd', new Uint8Array(20)), box('udta', box('meta', new Uint8Array(5))))],
    ['without', box('moov', box('mvhd', new Uint8Array(20)))],
  ])('are appended to a moov %s, whose sizes stay true', (_name, moov) => {
    const file = patched(moov, [{ atMs: 1000, title: 'é'.repeat(200) }]);
    const view = new DataView(file.buffer, file.byteOffset);
    expect(view.getUint32(0)).toBe(file.length);
    const udtaAt = 8 + 28;
    expect(utf8Text(file.slice(udtaAt + 4, udtaAt + 8))).toBe('udta');
    expect(udtaAt + view.getUint32(udtaAt)).toBe(file.length);
    // A length of one byte, and no half of a character.
    expect(utf8Text(file.slice(-254))).toBe('é'.repeat(127));
    expect(file.at(-255)).toBe(254);
  });

  it('are as many as the box can count', () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ atMs: i, title: 'x' }));
    const file = patched(box('moov'), many);
    expect(file.at(8 + 8 + 8 + 8)).toBe(255);
    expect(chapterPatches(box('moov'), 0, [])).toEqual([]);
  });
});
