import { describe, expect, it } from 'vitest';
import { utf8Bytes, utf8Text } from '../../../src/base/bytes.ts';
import { TITLE_CHARS_MAX } from '../../../src/base/limits.ts';
import { createDesk } from '../../../src/room/desk-state.ts';
import { evaluateDesk, type DeskEvent } from '../../../src/room/desk.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { RoomView } from '../../../src/room/room-view.ts';

function desk(): (event: DeskEvent, nowMs?: number) => RoomPacket[] {
  const state = createDesk(() => 0.5);
  return (event, nowMs = 0) =>
    evaluateDesk(state, event, nowMs).flatMap((effect) => (effect.type === 'publish' ? [effect.packet] : []));
}

describe('a title that is changed on air', () => {
  it('is told at once, and with every group from then on', () => {
    const tell = desk();
    expect(tell({ type: 'group' }).every((packet) => !('title' in packet))).toBe(true);
    expect(tell({ type: 'title', title: 'Noon' }, 1000).map(({ title }) => title)).toEqual(['Noon']);
    expect(tell({ type: 'say', name: '', text: 'hello' }, 2000)[0]?.title).toBeUndefined();
    expect(tell({ type: 'group' }, 3000)[0]?.title).toBe('Noon');
    tell({ type: 'title', title: '' }, 4000);
    expect(tell({ type: 'group' }, 5000)[0]?.title).toBe('');
  });

  it('is the newest one, whatever the order of the packets', () => {
    const tell = desk();
    const [first] = tell({ type: 'title', title: 'Noon' }, 1000);
    const [second] = tell({ type: 'title', title: 'Night' }, 2000);
    const view = new RoomView();
    expect(view.title).toBeUndefined();
    view.apply(second!);
    view.apply(first!);
    expect(view.title).toBe('Night');
  });

  it('travels without what hides or turns words, and is refused when it is too long or no text', () => {
    const [packet] = desk()({ type: 'title', title: 'Noon' });
    const text = utf8Text(encodeRoomPacket(packet!))!;
    const read = (value: unknown): unknown => {
      const result = decodeRoomPacket(utf8Bytes(text.replace('"Noon"', JSON.stringify(value))));
      return result.ok ? result.value.title : result.code;
    };
    expect(read('Noon')).toBe('Noon');
    expect(read('')).toBe('');
    expect(read('\u202eNoon')).toBe('Noon');
    expect(read('x'.repeat(TITLE_CHARS_MAX + 1))).toBe('fields');
    expect(read(7)).toBe('fields');
    expect(read(null)).toBe('fields');
  });
});
