import { describe, expect, it } from 'vitest';
import { GroupCache } from '../../../src/feed/group-cache.ts';
import { GroupDigester } from '../../../src/feed/group-digest.ts';
import { draftsOf, makePackets, makeSigner, verifier } from './samples.ts';

const signer = makeSigner();
const packets = await makePackets(signer, 1, draftsOf(6));
const groupStarts = packets.filter(({ header }) => header.isKey).map(({ header }) => header.seq);

function fill(bytesMax: number, secondsMax = 1000): GroupCache {
  const cache = new GroupCache({ bytesMax, secondsMax });
  for (const packet of packets) cache.add(packet);
  return cache;
}

describe('the group cache', () => {
  it('gives everything from the newest key packet on, in order', () => {
    const seqs = [...fill(1e9).from(groupStarts.at(-1)!)].map(({ header }) => header.seq);
    expect(seqs).toEqual(packets.map(({ header }) => header.seq).filter((seq) => seq >= groupStarts.at(-1)!));
  });

  it('stays within its bytes, keeping the config and the newest group whole (1, 3)', () => {
    const cache = fill(30_000);
    expect(cache.bytes).toBeLessThanOrEqual(30_000);
    expect(cache.config?.header.kind).toBe('config');
    expect([...cache.from(cache.newestGroupSeq)]).toHaveLength(packets.length - groupStarts.at(-1)!);
  });

  it('stays within its seconds', () => {
    const oldestUs = packets.at(-1)!.header.timeUs - 200_000;
    for (const { header } of fill(1e9, 0.2).from(0)) expect(header.timeUs).toBeGreaterThanOrEqual(oldestUs);
  });

  it('forgets an epoch whole', () => {
    const cache = fill(1e9);
    cache.clear();
    expect([cache.size, cache.bytes, cache.newestSeq, cache.config]).toEqual([0, 0, -1, undefined]);
  });

  it('knows when a group is complete, and its digest is the same whatever the order of arrival', async () => {
    const digestOf = async (order: typeof packets) => {
      const cache = new GroupCache({ bytesMax: 1e9, secondsMax: 1000 });
      const digester = new GroupDigester(cache, verifier);
      for (const packet of order) {
        cache.add(packet);
        digester.note(packet);
      }
      await expect.poll(() => digester.newest?.seq).toBe(groupStarts.at(-2));
      return digester.newest;
    };
    expect(await digestOf(packets)).toEqual(await digestOf(packets.toReversed()));
  });
});
