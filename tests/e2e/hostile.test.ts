// Hostile peers against real ones (A1 to A14 of the catalogue, M3 and M4): the app's own sessions over real WebRTC and a real server,
// without browsers, which would add nothing but time. What the attackers do is in tests/hostile.

import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { releaseWrtc } from '../../src/edge/node-wrtc.ts';
import type { WatchStats } from '../../src/session/session-api.ts';
import { Arena, type Viewer } from '../hostile/arena.ts';
import type { AttackName } from '../hostile/attacks.ts';
import { FORGED_TEXT, FORGERIES } from '../hostile/attacks/forge.ts';
import { FORGED_COMMENT, REPLAYED_TEXT, SEAT_ACTS } from '../hostile/attacks/seats.ts';
import { startHostile, type HostileAttack } from '../hostile/hostile.ts';
import { until } from './station.ts';

/** In how many places a bit is flipped here. */
const SPOTS_TRIED = 6;

let arena: Arena;
/** One process for all attacks: what starts it is most of what it costs. */
const attacker = startHostile();
const attacks: HostileAttack[] = [];

afterEach(async () => {
  await Promise.all(attacks.splice(0).map((one) => one.stop()));
  await arena.close();
});

afterAll(async () => {
  await attacker.close();
  releaseWrtc();
});

async function attack(name: AttackName, options: Record<string, number> = {}): Promise<HostileAttack> {
  const hostile = await attacker.attack(name, arena.link, options);
  attacks.push(hostile);
  return hostile;
}

const stats = ({ session }: Viewer): Promise<WatchStats> => session.getStats();
const allStats = (viewers: readonly Viewer[]): Promise<WatchStats[]> => Promise.all(viewers.map(stats));

async function untilAll(
  viewers: readonly Viewer[],
  holds: (one: WatchStats) => boolean,
  what: string,
): Promise<WatchStats[]> {
  return until(
    () => allStats(viewers),
    (all) => all.every(holds),
    what,
  );
}

const isFed = ({ state, videoFrames }: WatchStats): boolean => state === 'live' && videoFrames > 0;
const hasStandby = (one: WatchStats): boolean => isFed(one) && one.standbyIds.length > 0;

/** So many more packets have come to each. */
async function untilMore(viewers: readonly Viewer[], packets: number): Promise<WatchStats[]> {
  const before = (await allStats(viewers)).map(({ packetsReceived }) => packetsReceived);
  return until(
    () => allStats(viewers),
    (all) =>
      all.every(
        ({ packetsReceived, state }, i) => state === 'live' && packetsReceived >= before[i]! + packets,
      ),
    'the feed to go on',
  );
}

/** Nothing that reached a player was other than signed, and nothing came twice. */
function expectTrue(viewers: readonly Viewer[]): void {
  for (const viewer of viewers) {
    expect(arena.altered(viewer)).toBe(0);
    const seqs = viewer.played.map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(seqs.length);
  }
}

/** As `expectTrue`, and nothing is missing: for viewers who had somebody else to turn to. */
async function expectWhole(viewers: readonly Viewer[]): Promise<void> {
  expectTrue(viewers);
  for (const viewer of viewers) expect((await stats(viewer)).packetsMissing).toBe(0);
}

describe('polluters', () => {
  it('with one wrong bit in some field are cut for it, and no wrong byte goes further (A1)', async () => {
    const relays = 6;
    arena = await Arena.open(relays);
    const hostile = await attack('pollute', { relays, lives: 20 });
    const viewers = Array.from({ length: relays }, () => arena.watch(0));
    await untilAll(viewers, isFed, 'a picture everywhere');
    await hostile.set(1);
    const figures = await until(
      () => hostile.figures(),
      ({ spots }) => spots! >= SPOTS_TRIED,
      'fields to be altered',
      90_000,
    );
    console.log(JSON.stringify(figures));
    const all = await untilMore(viewers, 20);
    // Who is left by one polluter after another may have no standby for a moment: that is a matter of speed.
    expectTrue(viewers);
    expect(all.reduce((sum, { rejected }) => sum + rejected, 0)).toBeGreaterThanOrEqual(SPOTS_TRIED / 2);
  });

  it('that are a third of all and begin together cost the others nothing (A2, A3, A8)', async () => {
    arena = await Arena.open(4);
    const hostile = await attack('pollute', { relays: 3, slots: 2, every: 7 });
    const viewers = Array.from({ length: 7 }, () => arena.watch(3));
    await untilAll(viewers, isFed, 'a picture everywhere');
    await hostile.set(1);
    await until(
      () => hostile.figures(),
      ({ victims, altered }) => victims === 0 && altered! > 0,
      'everybody to have left them',
    );
    await untilMore(viewers, 40);
    await expectWhole(viewers);
  });
});

describe('replays', () => {
  it('of the feed itself, twice, backwards or much later, change nothing (A4)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('forge', { relays: 1, slots: 4 });
    const viewer = arena.watch(0);
    await untilAll([viewer], hasStandby, 'a viewer with a standby');
    for (const act of [FORGERIES.duplicates, FORGERIES.backwards, FORGERIES.old]) {
      await hostile.set(act);
      await untilMore([viewer], 60);
    }
    expect((await hostile.figures())['forged']).toBeGreaterThan(100);
    await expectWhole([viewer]);
  });
});

describe('another key', () => {
  it('under the right id shows nothing, and its bearer is left (A5)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('forge', { relays: 1, otherKey: 1, slots: 1 });
    const viewer = arena.watch(0);
    const { parentId } = await until(
      () => stats(viewer),
      ({ rejected }) => rejected > 0,
      'the wrong key to be noticed',
    );
    expect(parentId).toBeNull();
    expect(viewer.played).toEqual([]);
    await hostile.stop();
    await untilAll([viewer], isFed, 'a true parent');
    await expectWhole([viewer]);
  });

  it('in the middle of a true feed costs the edge (A5)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('forge', { relays: 1, slots: 1 });
    const viewer = arena.watch(0);
    await untilAll([viewer], hasStandby, 'a viewer with a standby');
    await hostile.set(FORGERIES.ownKey);
    await until(
      () => stats(viewer),
      ({ depth }) => depth === 1,
      'the viewer to be fed by the broadcaster',
    );
    await untilMore([viewer], 20);
    await expectWhole([viewer]);
  });
});

describe('a second holder of the key', () => {
  it.each([
    ['later', 60],
    ['earlier, by its clock', -60],
  ])('who goes on air %s: both are told, and so is every viewer of both (A14)', async (_, laterS) => {
    arena = await Arena.open(1);
    const before = [arena.watch(1), arena.watch(0)];
    await untilAll(before, isFed, 'a picture everywhere');
    const startMs = performance.now();
    const twin = arena.startTwin(arena.epoch + laterS, 2);
    await until(
      () => Promise.resolve(before.map(({ session }) => session.hasTwin)),
      (told) => told.every(Boolean),
      'the viewers to be warned',
    );
    const toldMs = performance.now() - startMs;
    const newcomer = arena.watch(0);
    await until(
      () => Promise.resolve(newcomer.session.hasTwin),
      (isTold) => isTold,
      'a newcomer to be warned',
    );
    const newcomerMs = performance.now() - startMs;
    console.log(
      `warned after ${Math.round(toldMs)} ms; a newcomer then, after ${Math.round(newcomerMs - toldMs)} ms`,
    );
    expect([arena.broadcast.warning, twin.warning]).toEqual(['key-elsewhere', 'key-elsewhere']);
    expectTrue(before);
  });
});

describe('withholding', () => {
  it.each([
    ['everything', 1],
    ['every tenth packet', 3],
    ['the time, so that all comes late', 4],
  ])('%s is healed from a standby, with nothing missing (A6)', async (_, what) => {
    arena = await Arena.open(1);
    const hostile = await attack('withhold', { relays: 1, slots: 1 });
    const viewer = arena.watch(0);
    await untilAll([viewer], hasStandby, 'a viewer with a standby');
    await hostile.set(what);
    await until(
      () => stats(viewer),
      ({ repairs, reparents }) => repairs > 0 || reparents > 0,
      'help from elsewhere',
    );
    await untilMore([viewer], 60);
    await expectWhole([viewer]);
  });

  it('only what the room says is healed too: the comment is there (M3)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('withhold', { relays: 1, slots: 1 });
    const viewer = arena.watch(0);
    await untilAll([viewer], hasStandby, 'a viewer with a standby');
    await until(
      () => Promise.resolve(viewer.session.room),
      (room) => room !== undefined,
      'the room',
    );
    await hostile.set(2);
    const startMs = performance.now();
    await arena.broadcast.room.comment('You can all read this', '');
    await until(
      () => Promise.resolve(viewer.session.room!.comments.map(({ text }) => text)),
      (texts) => texts.includes('You can all read this'),
      'the comment',
    );
    console.log(`a withheld comment was there after ${Math.round(performance.now() - startMs)} ms`);
    expect((await hostile.figures())['withheld']).toBeGreaterThan(0);
  });

  it('by everybody whom a viewer knows is told as what it is: not live (A7)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('withhold', { relays: 1, alone: 1 });
    const viewer = arena.watch(0);
    await untilAll([viewer], isFed, 'a picture');
    await hostile.set(1);
    await until(
      () => stats(viewer),
      ({ state }) => state !== 'live',
      'the viewer to be told',
    );
    const late = arena.watch(0);
    const seen = new Set<string>();
    await until(
      () => stats(late),
      ({ state, freshness }) => {
        seen.add(state);
        return freshness === 'unconfirmed';
      },
      'the newcomer to have waited for long',
    );
    expect(seen).not.toContain('live');
    expect(late.played).toEqual([]);
  });
});

describe('liars', () => {
  it.each([
    ['refuse everybody', 0],
    ['take everybody and are never heard of again', -1],
  ])('that claim slots and %s keep nobody out (A10)', async (_, taking) => {
    arena = await Arena.open(2);
    await attack('liar', { relays: 1, taking });
    const first = arena.watch(4);
    await untilAll([first], isFed, 'the honest relay');
    const others = Array.from({ length: 4 }, () => arena.watch(0));
    await untilAll(others, isFed, 'a place for everybody');
    await expectWhole([first, ...others]);
  });

  it('about being the root gain nothing (A11)', async () => {
    arena = await Arena.open(2);
    await attack('liar', { relays: 1, place: 1, slots: 2 });
    const viewers = Array.from({ length: 3 }, () => arena.watch(1));
    await untilAll(viewers, isFed, 'a place for everybody');
    await untilMore(viewers, 60);
    await expectWhole(viewers);
  });
});

describe('floods', () => {
  it('of bogus signatures end with the first: the edge is cut (A12)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('forge', { relays: 1, slots: 1 });
    const viewer = arena.watch(0);
    await untilAll([viewer], hasStandby, 'a viewer with a standby');
    await hostile.set(FORGERIES.bogus);
    await untilAll([viewer], ({ depth }) => depth === 1, 'the viewer to be fed by the broadcaster');
    await untilMore([viewer], 20);
    await expectWhole([viewer]);
    expect((await stats(viewer)).rejected).toBe(1);
  });

  it('of forged comments, of noise and of nonces cost a child its edge (A12)', async () => {
    arena = await Arena.open(4);
    for (const act of [SEAT_ACTS.forgedComment, SEAT_ACTS.noise, SEAT_ACTS.nonces]) {
      const hostile = await attack('seats');
      await hostile.set(act);
      await until(
        () => hostile.figures(),
        ({ lost }) => lost === 1,
        `the edge to be cut for act ${act}`,
        10_000,
      );
    }
    expect(arena.broadcast.room.held).toEqual([]);
    expect(JSON.stringify(arena.broadcast.room.comments)).not.toContain(FORGED_COMMENT);
  });

  it('by a child that never reads are bounded, and its slot is free again (A13)', async () => {
    arena = await Arena.open(1);
    await attack('seats');
    await until(
      () => arena.broadcast.getStats(),
      ({ childIds }) => childIds.length === 1,
      'the child',
    );
    process.kill(attacker.pid, 'SIGSTOP');
    await until(
      () => arena.broadcast.getStats(),
      ({ childIds }) => childIds.length === 0,
      'its slot to be free',
    );
    const viewer = arena.watch(0);
    await untilAll([viewer], isFed, 'somebody else in its place');
    process.kill(attacker.pid, 'SIGCONT');
  });
});

describe('the room', () => {
  it('hears a replayed comment once (M4)', async () => {
    arena = await Arena.open(1);
    const shouter = await attack('seats');
    // Each is said ten times; when the second one is there, all of the first have been.
    for (const count of [1, 2]) {
      await shouter.set(SEAT_ACTS.replayedComment);
      await until(
        () => Promise.resolve(arena.broadcast.room.held),
        (held) => held.length >= count,
        'the comment',
      );
    }
    const { held, comments } = arena.broadcast.room;
    expect([...held, ...comments].filter(({ text }) => text === REPLAYED_TEXT)).toHaveLength(2);
  });

  it('shows nothing that a relay made up (M4)', async () => {
    arena = await Arena.open(1);
    const hostile = await attack('forge', { relays: 1, slots: 1 });
    const viewer = arena.watch(0);
    await untilAll([viewer], hasStandby, 'a viewer with a standby');
    await hostile.set(FORGERIES.room);
    await until(
      () => stats(viewer),
      ({ rejected }) => rejected > 0,
      'the forger to be cut',
    );
    await untilMore([viewer], 40);
    expect(JSON.stringify(viewer.session.room?.comments)).not.toContain(FORGED_TEXT);
  });
});
