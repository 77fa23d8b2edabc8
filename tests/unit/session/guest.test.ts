// A guest on air between the real stage and the real visit, without a network: asked, let in, taken off, lost.

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { GUESTS_WAITING_MAX } from '../../../src/base/limits.ts';
import { LucarneError } from '../../../src/base/errors.ts';
import type { CallEnd, CallEvents, GuestCall } from '../../../src/ports.ts';
import { knockOf, passByLink, readKnock } from '../../../src/session/guest-knock.ts';
import { LiveGuestStage } from '../../../src/session/guest-stage.ts';
import { LiveGuestVisit } from '../../../src/session/guest-visit.ts';
import { random } from '../../../src/platform/random.ts';
import { asStream, callerOf, FakeStream, FakeTrack, LoopbackCalls } from '../../fakes/loopback-calls.ts';
import { SteadyProgramme } from '../../fakes/town.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { makeSigner, verifier } from '../feed/samples.ts';

const SERVER = 'http://town.example';

let clock: VirtualClock;
let calls: LoopbackCalls;
let programme: SteadyProgramme;
let devices: FakeStream;
let stage: LiveGuestStage;

beforeEach(() => {
  clock = new VirtualClock();
  calls = new LoopbackCalls();
  devices = new FakeStream();
  programme = Object.assign(new SteadyProgramme(clock), { preview: asStream(devices) });
  stage = new LiveGuestStage({
    ...{ clock, random, programme, verifier },
    signer: makeSigner(),
    // Nobody is asked by a comment here.
    room: Object.assign(new EventTarget(), { guest: null, askGuest: () => undefined }),
    servers: Promise.resolve([SERVER, 'http://other.example']),
    loadCalls: () => Promise.resolve(calls),
  });
});

/** A visit by the invitation in force, with its camera. */
function visitor(openCamera?: () => Promise<MediaStream>) {
  const camera = new FakeStream();
  const watch = { muted: false };
  const visit = new LiveGuestVisit({
    pass: passByLink(stage.invitation!),
    servers: Promise.resolve([SERVER]),
    loadCalls: () => Promise.resolve(calls),
    openCamera: openCamera ?? (() => Promise.resolve(asStream(camera))),
    watch,
  });
  return { visit, camera, watch };
}

/** Somebody with a program of their own; gives what becomes of it. */
function strange(said: unknown, peer = 'mallory'): { ends: CallEnd[]; call: GuestCall } {
  const ends: CallEnd[] = [];
  const events: CallEvents = { connected: () => undefined, ended: (why) => ends.push(why) };
  const { seat } = stage.invitation!;
  return { ends, call: calls.callAs(callerOf(peer), SERVER, seat, asStream(new FakeStream()), said, events) };
}

const isStopped = (stream: FakeStream): boolean => stream.tracks.every((track) => track.isStopped);

describe('a guest', () => {
  it('is asked by an invitation that nobody guesses, where the first server is', async () => {
    expect(stage.invitation).toBeUndefined();
    expect(calls.seats).toEqual([]);
    await stage.invite();
    const { seat, token } = stage.invitation!;
    expect([seat, token]).toEqual([
      expect.stringMatching(/^[a-z2-7]{26}$/),
      expect.stringMatching(/^[a-z2-7]{26}$/),
    ]);
    expect(calls.seats).toEqual([`${SERVER} ${seat}`]);
    await stage.invite();
    expect(stage.invitation!.seat).toBe(seat);
    expect(stage.invitation!.token).not.toBe(token);
  });

  it('waits until the broadcaster says so, and is on air then, both ways', async () => {
    await stage.invite();
    const { visit, camera, watch } = visitor();
    await visit.knock('Amélie');
    expect(visit.state).toBe('waiting');
    expect(stage.waiting.map(({ name }) => name)).toEqual(['Amélie']);
    expect(devices.tracks.flatMap(({ copies }) => copies)).toEqual([]);
    expect([programme.guest, watch.muted]).toEqual([undefined, false]);
    stage.admit(stage.waiting[0]!.id);
    expect(visit.state).toBe('on-air');
    expect(programme.guest).toBe(camera);
    expect(stage.onAir).toMatchObject({ name: 'Amélie', stream: camera });
    expect(visit.host?.getTracks()).toEqual(devices.tracks.map(({ copies }) => copies[0]));
    expect([stage.waiting, watch.muted]).toEqual([[], true]);
  });

  it('is taken off air, and goes back to watching with its sound and without its camera', async () => {
    await stage.invite();
    const { visit, camera, watch } = visitor();
    await visit.knock('');
    stage.admit(1);
    stage.remove();
    expect([visit.state, visit.end]).toEqual(['over', 'left']);
    expect([stage.onAir, programme.guest, watch.muted]).toEqual([undefined, undefined, false]);
    expect(isStopped(camera)).toBe(true);
    expect(devices.tracks.map(({ isStopped, copies }) => [isStopped, copies[0]!.isStopped])).toEqual([
      [false, true],
      [false, true],
    ]);
    await visit.knock('');
    stage.admit(stage.waiting[0]!.id);
    expect(visit.state).toBe('on-air');
  });

  it('leaves by itself, waiting or on air, and a broadcast that was silent stays so', async () => {
    await stage.invite();
    const { visit, watch } = visitor();
    watch.muted = true;
    await visit.knock('');
    visit.leave();
    expect([visit.state, stage.waiting]).toEqual(['invited', []]);
    await visit.knock('');
    stage.admit(stage.waiting[0]!.id);
    visit.leave();
    expect([stage.onAir, stage.isLost, programme.guest, watch.muted]).toEqual([
      undefined,
      false,
      undefined,
      true,
    ]);
  });

  it('that is lost is off air at once, and both sides say so', async () => {
    await stage.invite();
    const { visit } = visitor();
    await visit.knock('');
    stage.admit(1);
    calls.breakAll();
    expect([stage.onAir, stage.isLost, programme.guest]).toEqual([undefined, true, undefined]);
    expect([visit.state, visit.end]).toEqual(['over', 'lost']);
  });

  it('is one at a time; others wait, so many, and are declined or let in later', async () => {
    await stage.invite();
    const guests = Array.from({ length: GUESTS_WAITING_MAX + 1 }, () => visitor().visit);
    for (const guest of guests) await guest.knock('');
    expect(stage.waiting).toHaveLength(GUESTS_WAITING_MAX);
    expect(guests.at(-1)!.end).toBe('full');
    stage.admit(1);
    stage.admit(2);
    expect([stage.onAir?.id, stage.waiting.length]).toEqual([1, GUESTS_WAITING_MAX - 1]);
    stage.decline(2);
    expect(guests[1]!.end).toBe('declined');
    stage.remove();
    stage.admit(3);
    expect(guests[2]!.state).toBe('on-air');
  });

  it('without the token in force is turned away, and takes nobody’s place', async () => {
    await stage.invite();
    const { token } = stage.invitation!;
    await stage.invite();
    for (const said of [knockOf(token, 'Late'), null, 'x', {}, { v: 1, token: stage.invitation!.token }])
      expect(strange(said).ends).toEqual(['refused']);
    expect(stage.waiting).toEqual([]);
  });

  it('that calls again has given its first call up', async () => {
    await stage.invite();
    const said = knockOf(stage.invitation!.token, 'Bo');
    for (let i = 0; i < 3; i++) strange(said, 'bo');
    strange(said, 'somebody else');
    expect(stage.waiting).toHaveLength(2);
  });

  it('ends with the broadcast, and nobody is let in afterwards', async () => {
    await stage.invite();
    const { visit } = visitor();
    await visit.knock('');
    stage.admit(1);
    stage.close();
    expect([calls.seats, programme.guest, stage.invitation]).toEqual([[], undefined, undefined]);
  });

  it('hears and sees no more of the broadcaster than viewers do', async () => {
    await stage.invite();
    const { visit } = visitor();
    programme.isMuted = true;
    await visit.knock('');
    stage.admit(1);
    const sent = () => devices.tracks.map(({ copies }) => copies[0]!.enabled);
    expect(sent()).toEqual([true, false]);
    programme.isMuted = false;
    programme.isHidden = true;
    await clock.pass(200);
    expect(sent()).toEqual([false, true]);
  });

  it('is sent the camera that takes over', async () => {
    await stage.invite();
    const { visit } = visitor();
    await visit.knock('');
    stage.admit(1);
    const [old, microphone] = devices.tracks;
    const next = new FakeTrack('video');
    devices.tracks = [next, microphone!];
    await clock.pass(200);
    expect(calls.replaced).toEqual(next.copies);
    expect([old!.copies[0]!.isStopped, next.copies[0]!.enabled]).toEqual([true, true]);
  });

  it('keeps its own sound back when it likes, also before it is let in', async () => {
    await stage.invite();
    const { visit, camera } = visitor();
    visit.isMuted = true;
    await visit.knock('');
    expect(camera.getAudioTracks()[0]!.enabled).toBe(false);
    visit.isMuted = false;
    expect(camera.getAudioTracks()[0]!.enabled).toBe(true);
  });

  it('whose camera can’t be opened, or who has gone meanwhile, isn’t announced', async () => {
    await stage.invite();
    const { visit } = visitor(() => Promise.reject(new LucarneError('camera-denied')));
    await visit.knock('');
    expect([visit.state, visit.failure]).toMatchObject(['over', { code: 'camera-denied' }]);
    const late = new FakeStream();
    const hasty = visitor(() => Promise.resolve(asStream(late))).visit;
    const knocking = hasty.knock('');
    hasty.leave();
    await knocking;
    expect([hasty.state, isStopped(late), stage.waiting]).toEqual(['invited', true, []]);
  });

  it('who calls where nobody is learns that', async () => {
    await stage.invite();
    const { visit } = visitor();
    stage.close();
    await visit.knock('');
    expect([visit.state, visit.end]).toEqual(['over', 'absent']);
  });
});

describe('what a caller says', () => {
  const TOKEN = 'abcdefghijklmnopqrstuvwx23';

  it('is read back when a page of ours says it, with a name as a room shows it', () => {
    for (const [typed, name] of [
      ['  Bo\u202e ', 'Bo'],
      ['', ''],
      ['x'.repeat(10_000), ''],
    ])
      expect(readKnock(JSON.parse(JSON.stringify(knockOf(TOKEN, typed!))))).toEqual({ token: TOKEN, name });
  });

  it('is nothing when anybody else says it, and reading it never throws', () => {
    const some = fc.oneof(fc.anything(), fc.constant(TOKEN), fc.constant(1), fc.string());
    fc.assert(
      fc.property(some, some, some, (v, token, name) => {
        const knock = readKnock({ v, token, name });
        if (knock) expect(knock.token).toHaveLength(TOKEN.length);
      }),
    );
    fc.assert(fc.property(fc.anything(), (said) => void readKnock(said)));
    expect(readKnock({ v: 1, token: TOKEN, name: 'a\u202eb' })).toBeUndefined();
    expect(readKnock({ v: 2, token: TOKEN, name: '' })).toBeUndefined();
  });
});
