import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COPY_HOLES_MAX, COPY_WAITING_BYTES_MAX, COPY_WAIT_MS_MAX } from '../../../src/base/limits.ts';
import { PacketOrder } from '../../../src/feed/packet-order.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { madePacket, START_US } from '../record/made-packets.ts';

const STEP_MS = 100;

const packet = (seq: number, payload?: Uint8Array<ArrayBuffer>): Packet =>
  madePacket({ seq, timeUs: START_US + seq * STEP_MS * 1000 }, payload);
const seqsOf = (packets: readonly Packet[]): number[] => packets.map(({ header }) => header.seq);

function pushAll(order: PacketOrder, seqs: readonly number[]): number[] {
  return seqs.flatMap((seq) => seqsOf(order.push(packet(seq))));
}

describe('packets that are kept', () => {
  it('come in order of seq, each once, however they arrive', () => {
    const shuffled = fc.shuffledSubarray([...Array(40).keys()], { minLength: 40 });
    fc.assert(
      fc.property(shuffled, fc.array(fc.nat(39)), (seqs, again) => {
        const order = new PacketOrder(0);
        const told = pushAll(order, [...seqs.slice(0, 20), ...again.filter((seq) => seqs.indexOf(seq) < 20)]);
        told.push(...pushAll(order, [...seqs.slice(20), ...again]));
        expect([...told, ...seqsOf(order.flush())]).toEqual([...Array(40).keys()]);
      }),
    );
  });

  it('begin where they are asked to', () => {
    expect(pushAll(new PacketOrder(5), [3, 6, 4, 5])).toEqual([5, 6]);
  });

  it('wait for one that is missing, and go on when it is told not to come', () => {
    const order = new PacketOrder(0);
    expect(pushAll(order, [0, 3, 4])).toEqual([0]);
    expect(seqsOf(order.skip(1, 1))).toEqual([]);
    expect(seqsOf(order.skip(2, 2))).toEqual([3, 4]);
    expect(pushAll(order, [1, 2, 5])).toEqual([5]);
  });

  it('know of holes before they are met', () => {
    const order = new PacketOrder(0);
    expect(seqsOf(order.skip(1, 9))).toEqual([]);
    expect(pushAll(order, [0, 10, 11])).toEqual([0, 10, 11]);
  });

  it('hand out what comes although it was told not to', () => {
    const order = new PacketOrder(0);
    order.skip(0, 4);
    expect(pushAll(order, [2, 3])).toEqual([2, 3]);
  });

  it('go on without one that repair would have brought by now', () => {
    const order = new PacketOrder(0);
    const waited = COPY_WAIT_MS_MAX / STEP_MS;
    const later = [...Array(waited).keys()].map((i) => i + 1);
    expect(pushAll(order, [0, ...later.slice(1)])).toEqual([0]);
    expect(pushAll(order, [waited + 1])).toEqual([]);
    expect(pushAll(order, [waited + 3])).toEqual([...later.slice(1), waited + 1]);
  });

  it('are bounded while they wait, in bytes and in what is remembered of holes', () => {
    const order = new PacketOrder(0);
    const large = new Uint8Array(COPY_WAITING_BYTES_MAX / 4);
    const told = [1, 2, 3, 4, 5].flatMap((seq) => seqsOf(order.push(packet(seq, large))));
    expect(told).toEqual([1, 2, 3, 4, 5]);
    for (let i = 0; i < COPY_HOLES_MAX; i++) order.skip(100 + 2 * i, 100 + 2 * i);
    order.skip(7, 7);
    expect(pushAll(order, [6, 8])).toEqual([6]);
  });
});
