// What a child is sent when it begins or comes back.
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import { GroupCache } from '../../../src/feed/group-cache.ts';
import { decodeMediaMessage } from '../../../src/feed/media-message.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Clock, Edge } from '../../../src/ports.ts';
import { FanOut } from '../../../src/session/fan-out.ts';
import { draftsOf, makePackets, makeSigner } from '../feed/samples.ts';

const packets = await makePackets(makeSigner(), 1, draftsOf(60, 9, 500));
const CLOCK = { nowMs: () => 0 } as Clock;

/** What a child that left off at `from` is sent by somebody who holds `held`. */
function sentFrom(held: readonly Packet[], from: number | 'group') {
  const cache = new GroupCache({ bytesMax: 1e9, secondsMax: 1e9 });
  for (const packet of held) cache.add(packet);
  const fanOut = new FanOut(CLOCK, cache);
  const heads: number[] = [];
  const skips: [number, number][] = [];
  const edge: Edge = {
    signal: () => undefined,
    sendControl: () => false,
    sendMedia: (bytes: Bytes) => {
      const message = decodeMediaMessage(bytes);
      if (!message.ok) throw new Error(message.code);
      if (message.value.type === 'head') heads.push(message.value.header.seq);
      if (message.value.type === 'skip') skips.push([message.value.fromSeq, message.value.toSeq]);
      return true;
    },
    mediaBufferedBytes: 0,
    close: () => undefined,
  };
  fanOut.add('child', edge, { mask: 15, layerMax: 3 }, from);
  for (let i = 0; i < 1000; i++) fanOut.pump();
  return { heads: heads.filter((seq) => seq > 0).sort((a, b) => a - b), skips };
}

const last = packets.at(-1)!.header;
/** Where playout would be after a break of so many seconds. */
const secondsAgo = (s: number) => packets.findIndex(({ header }) => header.timeUs >= last.timeUs - s * 1e6);

describe('a child of the fan-out', () => {
  it('goes on where it left off after a short break', () => {
    const from = secondsAgo(2);
    const { heads, skips } = sentFrom(packets, from);
    expect(heads[0]).toBe(from);
    expect(heads).toHaveLength(last.seq - from + 1);
    expect(skips).toEqual([]);
  });

  it('goes on at the newest group after a long one, and is told of the leap', () => {
    const from = secondsAgo(4);
    const { heads, skips } = sentFrom(packets, from);
    expect(heads[0]).toBe(last.groupSeq);
    expect(skips).toEqual([[from, last.groupSeq - 1]]);
  });

  it('is told of what came before the first packet, and not of holes that others may fill', () => {
    const from = secondsAgo(2);
    const held = packets.filter(({ header }) => header.seq === 0 || header.seq >= from + 2);
    const { skips } = sentFrom(
      held.filter(({ header }) => header.seq !== from + 5),
      from,
    );
    expect(skips).toEqual([[from, from + 1]]);
  });
});
