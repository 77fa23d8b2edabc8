// Who is asked on air by a comment, between the desk and what viewers know.

import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { utf8Bytes, utf8Text } from '../../../src/base/bytes.ts';
import { rememberDesk, restoreDesk } from '../../../src/room/desk-memory.ts';
import { createDesk, type DeskState } from '../../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../../../src/room/desk.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { RoomView } from '../../../src/room/room-view.ts';

const VECTORS = JSON.parse(readFileSync('tests/vectors/room-1.json', 'utf8')) as { guestPacket: string };
const SEAT = 'guests2seat3guests2seat3gu';
const ZOE = 'a'.repeat(16);
const TOM = 'b'.repeat(16);

let desk: DeskState;
let nowMs: number;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  nowMs = 1000;
});

/** What goes out, by way of its bytes; a second later each time. */
function tell(event: DeskEvent): RoomPacket[] {
  nowMs += 1000;
  const effects = evaluateDesk(desk, event, nowMs);
  return effects.flatMap((effect) =>
    effect.type === 'publish' ? [read(encodeRoomPacket(effect.packet))] : [],
  );
}

function read(bytes: Uint8Array): RoomPacket {
  const decoded = decodeRoomPacket(bytes);
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

const ask = (by: string): RoomPacket[] => tell({ type: 'guest', guest: { by, seat: SEAT, name: 'Zoé' } });

function say(author: string): number {
  tell({
    type: 'said',
    said: { kind: 'comment', author, counter: 1, target: 0, name: '', text: `of ${author}`, tag: author },
  });
  return desk.lastId;
}

describe('a guest who is asked by a comment', () => {
  it('is told at once, without the name, and with every group until it is taken back', () => {
    expect(tell({ type: 'group' })[0]).not.toHaveProperty('guest');
    expect(ask(ZOE).map(({ guest }) => guest)).toEqual([{ by: ZOE, seat: SEAT }]);
    expect(tell({ type: 'say', name: '', text: 'hello' })[0]).not.toHaveProperty('guest');
    expect(tell({ type: 'group' })[0]!.guest).toEqual({ by: ZOE, seat: SEAT });
    expect(tell({ type: 'guest', guest: null }).map(({ guest }) => guest)).toEqual([null]);
    expect(tell({ type: 'group' })[0]).not.toHaveProperty('guest');
    expect(tell({ type: 'guest', guest: null })).toEqual([]);
  });

  it('is told while nothing else may be, and goes out in the same moment as what came before', () => {
    evaluateDesk(desk, { type: 'say', name: '', text: 'hello' }, nowMs);
    const effects = evaluateDesk(
      desk,
      { type: 'guest', guest: { by: ZOE, seat: SEAT, name: '' } },
      nowMs + 1,
    );
    expect(effects).toHaveLength(1);
  });

  it('is one at a time, and is asked no more when it is muted', () => {
    const ids = [say(ZOE), say(TOM)];
    ask(ZOE);
    ask(TOM);
    expect(desk.guest?.by).toBe(TOM);
    tell({ type: 'mute', id: ids[0]! });
    expect(desk.guest?.by).toBe(TOM);
    expect(tell({ type: 'mute', id: ids[1]! })[0]!.guest).toBeNull();
    expect(desk.guest).toBeNull();
  });

  it('isn’t asked any more after a reload: its seat is gone', () => {
    ask(ZOE);
    const memory = rememberDesk(desk, 7, 0);
    const [packet] = tell({ type: 'group' });
    desk = restoreDesk(() => 0.5, { memory, packets: [{ epoch: 7, packet: packet! }], isAll: true });
    expect(desk.guest).toBeNull();
    expect(tell({ type: 'group' })[0]).not.toHaveProperty('guest');
  });

  it('is the one of the newest packet, whatever the order and whatever was lost', () => {
    const [first] = ask(ZOE);
    const [group] = tell({ type: 'group' });
    const [second] = ask(TOM);
    const [none] = tell({ type: 'guest', guest: null });
    const [empty] = tell({ type: 'group' });
    const seen = (...packets: RoomPacket[]): string | undefined => {
      const view = new RoomView();
      for (const packet of packets) view.apply(packet);
      return view.guest?.by;
    };
    expect(seen(first!)).toBe(ZOE);
    expect(seen(second!, first!, group!)).toBe(TOM);
    expect(seen(none!, second!, first!)).toBeUndefined();
    expect(seen(second!, empty!)).toBeUndefined();
    expect(seen(empty!, group!, second!)).toBeUndefined();
  });
});

describe('the word for it in a room packet', () => {
  it('is as the vectors keep it', () => {
    const bytes = Uint8Array.from(Buffer.from(VECTORS.guestPacket, 'hex'));
    expect(read(bytes).guest).toEqual({ by: 'd75a980182b10ab7', seat: SEAT });
    expect(read(encodeRoomPacket(read(bytes)))).toEqual(read(bytes));
  });

  it('voids the packet when it is wrong', () => {
    const [packet] = ask(ZOE);
    const text = utf8Text(encodeRoomPacket(packet!))!;
    const right = JSON.stringify({ by: ZOE, seat: SEAT });
    expect(text).toContain(right);
    const codeOf = (guest: unknown): string => {
      const result = decodeRoomPacket(utf8Bytes(text.replace(right, JSON.stringify(guest))));
      return result.ok ? 'ok' : result.code;
    };
    expect([codeOf({ by: ZOE, seat: SEAT }), codeOf({ by: ZOE, seat: SEAT, more: 1 }), codeOf(null)]).toEqual(
      Array.from({ length: 3 }, () => 'ok'),
    );
    for (const wrong of [
      ...[{}, [], 7, '', false, { by: ZOE }, { seat: SEAT }],
      ...[
        { by: '', seat: SEAT },
        { by: 'A'.repeat(16), seat: SEAT },
        { by: [ZOE], seat: SEAT },
      ],
      ...[
        { by: ZOE, seat: `${SEAT}a` },
        { by: ZOE, seat: SEAT.slice(1) },
        { by: ZOE, seat: `${SEAT.slice(1)}1` },
      ],
      { by: ZOE, seat: [SEAT] },
    ])
      expect(codeOf(wrong)).toBe('fields');
  });
});
