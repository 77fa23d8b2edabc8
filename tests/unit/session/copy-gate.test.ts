// Numbers in brackets name the invariants in copy-gate.ts.

import { describe, expect, it } from 'vitest';
import { COPY_WAITING_BYTES_MAX } from '../../../src/base/limits.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { CopyGate } from '../../../src/session/copy-gate.ts';
import { madeConfig, madePacket } from '../record/made-packets.ts';

const GROUP = 10;

/** Picture `seq`; every tenth begins a group. */
const picture = (seq: number, epoch = 7, payload?: Uint8Array<ArrayBuffer>): Packet => {
  const groupSeq = seq - (seq % GROUP);
  return madePacket({ epoch, seq, groupSeq, isKey: seq === groupSeq }, payload);
};

function room(seq: number, mayKeep: boolean, epoch = 7): Packet {
  const said: RoomPacket = {
    ...{ n: seq, isWhole: false, mode: 'open', hearts: 0, leftOut: 0, floor: 0, last: 0, add: [], hide: [] },
    ...(mayKeep && { mayKeep }),
  };
  return madePacket({ kind: 'room', epoch, seq, groupSeq: seq - (seq % GROUP) }, encodeRoomPacket(said));
}

const keep = (gate: CopyGate, ...packets: Packet[]): number[] =>
  packets.flatMap((packet) => gate.take(packet).map(({ header }) => header.seq));

describe('what a viewer may keep', () => {
  it('is nothing before the broadcaster allows it, and then the group so far too [1]', () => {
    const gate = new CopyGate();
    expect(keep(gate, picture(10), picture(11))).toEqual([]);
    expect(keep(gate, room(12, true))).toEqual([10, 11, 12]);
    expect(keep(gate, picture(13), picture(20))).toEqual([13, 20]);
    expect(gate.isOver).toBe(false);
  });

  it('is nothing from where the broadcaster forbids it, for good [2]', () => {
    const gate = new CopyGate();
    expect(keep(gate, picture(10), room(11, true), picture(12), room(13, false))).toEqual([10, 11, 12]);
    expect(gate.isOver).toBe(true);
    expect(keep(gate, picture(14), room(15, true), picture(20))).toEqual([]);
  });

  it('is nothing at all where it was never allowed [1, 2]', () => {
    const gate = new CopyGate();
    expect(keep(gate, picture(10), picture(11), room(12, false), picture(13))).toEqual([]);
    expect(gate.isOver).toBe(true);
  });

  it('is asked anew in each epoch, whose config goes with its first group [1]', () => {
    const gate = new CopyGate();
    keep(gate, picture(10), room(11, true));
    expect(keep(gate, madeConfig({ epoch: 8, seq: 0 }), picture(1, 8), picture(2, 8))).toEqual([]);
    expect(keep(gate, room(3, true, 8))).toEqual([0, 1, 2, 3]);
    const other = new CopyGate();
    keep(other, picture(10), room(11, true));
    expect(keep(other, madeConfig({ epoch: 8, seq: 0 }), picture(1, 8), room(2, false, 8))).toEqual([]);
    expect(other.isOver).toBe(true);
  });

  it('leaves out a group of which nobody says anything [3]', () => {
    const gate = new CopyGate();
    expect(keep(gate, picture(10), picture(11), picture(20), room(21, true))).toEqual([20, 21]);
  });

  it('holds no more than a bound, whatever a group holds [3]', () => {
    const gate = new CopyGate();
    const large = new Uint8Array(COPY_WAITING_BYTES_MAX / 2);
    const packets = [10, 11, 12, 13].map((seq) => picture(seq, 7, large));
    expect(keep(gate, ...packets, room(14, true)).length).toBeLessThan(4);
  });

  it('is not changed by a room packet that is none', () => {
    const gate = new CopyGate();
    const nonsense = madePacket({ kind: 'room', seq: 12, groupSeq: 10 });
    expect(keep(gate, picture(10), room(11, true), nonsense, picture(13))).toEqual([10, 11, 12, 13]);
  });
});
