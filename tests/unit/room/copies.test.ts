// Whether viewers may keep a copy: what the desk says, and what viewers read.

import { beforeEach, describe, expect, it } from 'vitest';
import { utf8Bytes, utf8Text } from '../../../src/base/bytes.ts';
import { rememberDesk, restoreDesk } from '../../../src/room/desk-memory.ts';
import { createDesk, type DeskState } from '../../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../../../src/room/desk.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { RoomView } from '../../../src/room/room-view.ts';

const EPOCH = 7;

let desk: DeskState;
let nowMs: number;

beforeEach(() => {
  desk = createDesk(() => 0.5);
  nowMs = 1000;
});

/** What goes out, through its bytes. */
function tell(event: DeskEvent): RoomPacket[] {
  return evaluateDesk(desk, event, nowMs).flatMap((effect) => {
    if (effect.type !== 'publish') return [];
    const decoded = decodeRoomPacket(encodeRoomPacket(effect.packet));
    if (!decoded.ok) throw new Error(decoded.code);
    return [decoded.value];
  });
}

const reload = (packets: readonly RoomPacket[] = [], isAll = true): DeskState => {
  const sent = packets.map((packet) => ({ epoch: EPOCH, packet }));
  return restoreDesk(() => 0.5, {
    memory: structuredClone(rememberDesk(desk, EPOCH, 0)),
    packets: sent,
    isAll,
  });
};

describe('copies', () => {
  it('are not allowed until the broadcaster says so, and then every packet tells it', () => {
    expect(tell({ type: 'group' })[0]?.mayKeep).toBeUndefined();
    const said = tell({ type: 'copies', mayKeep: true });
    expect(said.map(({ mayKeep }) => mayKeep)).toEqual([true]);
    expect(tell({ type: 'group' })[0]?.mayKeep).toBe(true);
    nowMs += 1000;
    expect(tell({ type: 'say', name: '', text: 'hello' })[0]?.mayKeep).toBe(true);
  });

  it('are forbidden at once, whenever the last packet went out', () => {
    tell({ type: 'copies', mayKeep: true });
    const said = tell({ type: 'copies', mayKeep: false });
    expect(said).toHaveLength(1);
    expect(said[0]!.mayKeep).toBeUndefined();
    expect(tell({ type: 'copies', mayKeep: false })).toEqual([]);
    expect(desk.log.map(({ act, text }) => [act, text])).toEqual([
      ['copies', 'on'],
      ['copies', 'off'],
    ]);
  });

  it('are what the newest packet says, in whatever order they come', () => {
    const [on] = tell({ type: 'copies', mayKeep: true });
    const [off] = tell({ type: 'copies', mayKeep: false });
    const view = new RoomView();
    expect(view.mayKeep).toBe(false);
    view.apply(on!);
    expect(view.mayKeep).toBe(true);
    view.apply(off!);
    view.apply(on!);
    expect(view.mayKeep).toBe(false);
  });

  it('are allowed by nothing but a truth value', () => {
    const [on] = tell({ type: 'copies', mayKeep: true });
    const text = utf8Text(encodeRoomPacket(on!))!;
    expect(text).toContain('"mayKeep":true');
    const read = (value: string) =>
      decodeRoomPacket(utf8Bytes(text.replace('"mayKeep":true', `"mayKeep":${value}`)));
    expect(read('false')).toMatchObject({ ok: true });
    expect(read('false')).not.toMatchObject({ value: { mayKeep: true } });
    for (const wrong of ['1', '"yes"', 'null', '{}'])
      expect(read(wrong)).toEqual({ ok: false, code: 'fields' });
  });

  it('stay allowed after a reload, unless something is lost that may have forbidden them', () => {
    tell({ type: 'copies', mayKeep: true });
    expect(reload().mayKeep).toBe(true);
    expect(reload([], false).mayKeep).toBe(false);
    const memory = rememberDesk(desk, EPOCH, 0);
    const off = tell({ type: 'copies', mayKeep: false }).map((packet) => ({ epoch: EPOCH, packet }));
    expect(restoreDesk(() => 0.5, { memory, packets: off, isAll: true }).mayKeep).toBe(false);
    delete memory.mayKeep;
    expect(restoreDesk(() => 0.5, { memory, packets: [], isAll: true }).mayKeep).toBe(false);
  });
});
