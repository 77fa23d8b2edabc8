// What every test of sessions asks in the end.
import { expect } from 'vitest';
import { equalBytes } from '../../../src/base/bytes.ts';
import { IN_FLIGHT_MAX, type Town, type Townsman } from '../../fakes/town.ts';

/** The bytes that a viewer's player was given are those that the broadcaster recorded. */
export function expectSameBytes(town: Town, { player }: Townsman): void {
  const epoch = player.configured.at(-1)?.epoch;
  const sent = new Map(
    town.recorded
      .filter(({ header }) => header.epoch === epoch)
      .map((packet) => [packet.header.seq, packet.payload]),
  );
  for (const packet of player.packets) {
    if (packet.track !== 'none') expect(equalBytes(packet.bytes, sent.get(packet.seq)!)).toBe(true);
  }
  const seqs = player.packets.map(({ seq }) => seq);
  expect(new Set(seqs).size).toBe(seqs.length);
  const had = new Set([...seqs, ...player.skipped]);
  const last = Math.max(...had) - IN_FLIGHT_MAX;
  for (let seq = player.configured.at(-1)!.firstSeq; seq <= last; seq++) expect(had).toContain(seq);
}
