// Help from the audience between real sessions: what the broadcaster's disk lost comes back from whoever holds it.

import { describe, expect, it, vi } from 'vitest';
import { equalBytes } from '../../../src/base/bytes.ts';
import { LucarneError } from '../../../src/base/errors.ts';
import { PAST_EPOCH_MS_MAX } from '../../../src/base/limits.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { encodeRecall } from '../../../src/feed/recall-message.ts';
import { SEQ_MAX, type SeqSpan } from '../../../src/feed/seq-spans.ts';
import type { LostPackets, Mender } from '../../../src/ports.ts';
import { RecallCarrier } from '../../../src/session/recall-carrier.ts';
import type { WatchParts } from '../../../src/session/watch-session.ts';
import { Town, type Townsman } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

const signer = makeSigner();
const FIRST = 100;
const SECOND = 101;
const HELPFUL: Partial<WatchParts> = {
  loadRecall: () => Promise.resolve((parts) => new RecallCarrier(parts)),
};

/** Keeps what was put back in. */
class NotingMender implements Mender {
  readonly packets: Packet[] = [];
  readonly lost: LostPackets[];
  fault: LucarneError | undefined;

  constructor(spans: readonly SeqSpan[], needsConfig = false) {
    this.lost = [{ epoch: FIRST, spans, needsConfig }];
  }

  findLost(): Promise<LostPackets[]> {
    return Promise.resolve(this.lost);
  }

  insert(packets: readonly Packet[]): Promise<number> {
    if (this.fault) return Promise.reject(this.fault);
    this.packets.push(...packets);
    return Promise.resolve(packets.length);
  }

  get seqs(): number[] {
    return this.packets.map(({ header }) => header.seq).sort((a, b) => a - b);
  }
}

interface Scene {
  town: Town;
  viewers: Townsman[];
  /** What was on air of the first epoch, in order. */
  sent: Packet[];
}

/** A broadcaster with these viewers, killed after some seconds. */
async function broadcastAndDie(slots: number, viewers: readonly number[], helpful = HELPFUL): Promise<Scene> {
  const town = new Town();
  const first = town.broadcast(signer, slots, FIRST);
  await town.clock.pass(500);
  const all: Townsman[] = [];
  for (const children of viewers) {
    all.push(town.watch(signer.broadcastId, children, undefined, helpful));
    await town.clock.pass(700);
  }
  await town.clock.pass(4000);
  first.kill();
  const sent = [...town.recorded];
  void first.session.stop();
  return { town, viewers: all, sent };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

async function byDepth(viewers: readonly Townsman[]): Promise<Townsman[]> {
  const depths = new Map<Townsman, number>();
  for (const viewer of viewers) depths.set(viewer, (await viewer.session.getStats()).depth ?? Infinity);
  return viewers.toSorted((a, b) => depths.get(a)! - depths.get(b)!);
}

/** Every packet is the one that was on air, each once. */
function expectGenuine(mender: NotingMender, sent: readonly Packet[]): void {
  const bySeq = new Map(sent.map((packet) => [packet.header.seq, packet]));
  expect(new Set(mender.seqs).size).toBe(mender.seqs.length);
  for (const { header, head, payload } of mender.packets) {
    const original = bySeq.get(header.seq)!;
    expect(equalBytes(head, original.head) && equalBytes(payload, original.payload)).toBe(true);
  }
}

describe('what the broadcaster lost', () => {
  it('comes back from its viewers after a restart, byte for byte, and nothing else does', async () => {
    const { town, sent, viewers } = await broadcastAndDie(2, [1, 1]);
    const mender = new NotingMender([
      [150, 160],
      [170, 170],
    ]);
    const { session } = town.broadcast(signer, 2, SECOND, true, { mender });
    await town.clock.pass(8000);
    expect(mender.seqs).toEqual([...range(150, 160), 170]);
    expectGenuine(mender, sent);
    expect(session.refilledMs).toBe(12);
    for (const viewer of viewers) expect((await viewer.session.getStats()).rejected).toBe(0);
  });

  it('at the end, of which nobody knows how much it is, comes back as far as anybody heard it', async () => {
    const { town, sent, viewers } = await broadcastAndDie(2, [1, 1]);
    const mender = new NotingMender([[140, SEQ_MAX]]);
    town.broadcast(signer, 2, SECOND, true, { mender });
    const heardSeq = Math.max(...viewers.flatMap(({ player }) => player.packets.map(({ seq }) => seq)));
    await town.clock.pass(8000);
    expect(mender.seqs).toEqual(range(140, heardSeq));
    expect(heardSeq).toBeGreaterThan(sent.length - 40);
    expectGenuine(mender, sent);
  });

  it('is asked for further down where those who are asked never had it', async () => {
    const { town, sent } = await broadcastAndDie(1, [1, 1]);
    const mender = new NotingMender([[150, 180]]);
    // Whoever gets the only place now never saw the first epoch; those who did are below.
    const late = town.watch(signer.broadcastId, 1, undefined, HELPFUL);
    town.broadcast(signer, 1, SECOND, true, { mender });
    await town.clock.pass(60_000);
    expect(await late.session.getStats()).toMatchObject({ depth: 1, rejected: 0 });
    expect(mender.seqs).toEqual(range(150, 180));
    expectGenuine(mender, sent);
  });

  it('whole, is only put back in once its config is here', async () => {
    const { town, sent } = await broadcastAndDie(2, [1]);
    const mender = new NotingMender([[0, SEQ_MAX]], true);
    town.broadcast(signer, 2, SECOND, true, { mender });
    await town.clock.pass(8000);
    expect(mender.packets[0]!.header.kind).toBe('config');
    expect(mender.seqs.length).toBeGreaterThan(100);
    expectGenuine(mender, sent);
  });

  it('is kept until the disk takes it', async () => {
    const { town } = await broadcastAndDie(2, [1]);
    const mender = new NotingMender([[150, 160]]);
    mender.fault = new LucarneError('storage-failed');
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { session } = town.broadcast(signer, 2, SECOND, true, { mender });
    await town.clock.pass(6000);
    expect(session.refilledMs).toBe(0);
    mender.fault = undefined;
    expect(said).toHaveBeenCalled();
    said.mockRestore();
    await town.clock.pass(2000);
    expect(mender.seqs).toEqual(range(150, 160));
  });

  it('does not come from viewers who pass nothing on, nor from those who have let go of it', async () => {
    const unwilling = await broadcastAndDie(2, [0]);
    const mender = new NotingMender([[150, 160]]);
    unwilling.town.broadcast(signer, 2, SECOND, true, { mender });
    await unwilling.town.clock.pass(20_000);
    expect(mender.seqs).toEqual([]);

    const { town } = await broadcastAndDie(2, [1]);
    const nothing = new NotingMender([]);
    const second = town.broadcast(signer, 2, SECOND, true, { mender: nothing });
    await town.clock.pass(PAST_EPOCH_MS_MAX + 1000);
    second.kill();
    const late = new NotingMender([[150, 160]]);
    town.broadcast(signer, 2, SECOND + 1, true, { mender: late });
    await town.clock.pass(8000);
    expect(late.seqs).toEqual([]);
  }, 60_000);
});

describe('a recall', () => {
  it('of anybody but the parent is not heeded, and costs nothing', async () => {
    const { town, viewers } = await broadcastAndDie(1, [1, 1]);
    const mender = new NotingMender([]);
    town.broadcast(signer, 1, SECOND, true, { mender });
    await town.clock.pass(6000);
    const [upper, lower] = await byDepth(viewers);
    lower!.shout(encodeRecall({ epoch: FIRST, hops: 3, spans: [[0, SEQ_MAX]] }));
    await town.clock.pass(3000);
    expect(await upper!.session.getStats()).toMatchObject({ rejected: 0, state: 'live', depth: 1 });
    expect(await lower!.session.getStats()).toMatchObject({ rejected: 0, state: 'live', depth: 2 });
  });

  it('that is malformed costs its sender the edge', async () => {
    const { town, viewers } = await broadcastAndDie(1, [1, 1]);
    town.broadcast(signer, 1, SECOND, true, { mender: new NotingMender([[150, 151]]) });
    await town.clock.pass(8000);
    const [upper, lower] = await byDepth(viewers);
    expect((await upper!.session.getStats()).rejected).toBe(0);
    lower!.shout(Uint8Array.of(35, 0, 0));
    await town.clock.pass(500);
    expect((await upper!.session.getStats()).rejected).toBeGreaterThan(0);
  });

  it('is not answered with bytes that were altered: the answer costs its sender the edge, and another one gives them', async () => {
    const { town, viewers, sent } = await broadcastAndDie(2, [1, 1]);
    viewers[0]!.pollute();
    const mender = new NotingMender([[150, 180]]);
    town.broadcast(signer, 2, SECOND, true, { mender });
    await town.clock.pass(40_000);
    expectGenuine(mender, sent);
    expect(mender.seqs).toEqual(range(150, 180));
  });
});

describe('what the recorder gave up while live', () => {
  it('is put back in from our own memory', async () => {
    const town = new Town();
    const mender = new NotingMender([]);
    let lose: ((from: number, to: number) => void) | undefined;
    const mended: number[] = [];
    town.broadcast(signer, 2, FIRST, false, {
      mender,
      openRecorder: (events) => {
        lose = (from, to) => events.onLost?.(from, to);
        return {
          append: (packet) => town.recorded.push(packet),
          recordedSeq: -1,
          mended: (from) => mended.push(from),
          finish: () => Promise.resolve(),
        };
      },
    });
    await town.clock.pass(4000);
    lose!(50, 60);
    await town.clock.pass(2000);
    expect(mender.seqs).toEqual(range(50, 60));
    expect(mended).toEqual(range(50, 60));
    expectGenuine(mender, town.recorded);
  });
});
