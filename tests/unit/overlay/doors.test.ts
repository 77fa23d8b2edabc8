// Doors: the root sends a crowd away to them, viewers hold them, newcomers ask there, and find their way back.
import { describe, expect, it } from 'vitest';
import { CROWD_KEEPER } from '../../../src/overlay/crowd.ts';
import { evaluate } from '../../../src/overlay/evaluate.ts';
import type { OverlayEffect } from '../../../src/overlay/event.ts';
import type { Doors, JoinEnvelope, Pass } from '../../../src/overlay/message.ts';
import { createOverlay, type OverlayState } from '../../../src/overlay/state.ts';
import {
  CROWD_MS,
  DOOR_ANSWER_MS,
  DOOR_CERTIFICATE_S,
  DOOR_CERTIFIED_EVERY_MS,
  DOOR_OPENING_MS,
  DOOR_VIEWERS_MIN,
  DOOR_WAIT_MS,
  DOORS_KEPT_MS,
  DOORS_RENEW_MS,
} from '../../../src/overlay/timing.ts';
import { id, hello, Neighbourhood, pathBelow, ROOT, SDP, sent, settled } from './neighbourhood.ts';

const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';
/** What a root's session would have signed for the nth time; nothing here looks closer. */
const certificate = (number: number, time = 1) => `${`${number}v${time}`.padEnd(91, 'A')}=`;
const CANDIDATE = { type: 'candidate', candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 } as const;

function offerOf(n: number, direct?: true, rides?: true): JoinEnvelope {
  return {
    v: 1,
    join: id(0x5000 + n),
    peer: id(n),
    signal: { type: 'offer', sdp: SDP },
    ...(direct && { direct }),
    ...(rides && { rides }),
  };
}

/** What goes to a signaling server. */
function posted(effects: readonly OverlayEffect[]) {
  return effects.flatMap((effect) => (effect.type === 'send-rendezvous' ? [effect] : []));
}

function notices(effects: readonly OverlayEffect[]) {
  return posted(effects).flatMap(({ payload }) => ('notice' in payload ? [payload.notice] : []));
}

function doorsOf(effects: readonly OverlayEffect[]): { edge: string; doors: Doors }[] {
  return sent(effects, 'doors').map(({ edge, message }) => ({ edge, doors: message as Doors }));
}

/** A root that feeds two children with an audience below them. */
class Root {
  nowMs = 1000;
  newcomers = 0x100;
  /** How often each door was to be signed for, by number. */
  readonly signed = new Map<number, number>();
  canSign = true;
  readonly state: OverlayState;
  readonly children = [id(0x2001), id(0x2002)];

  constructor(viewersEach: number, freeSlots = 100) {
    this.state = createOverlay({
      role: 'root',
      peer: ROOT,
      broadcastId: BROADCAST_ID,
      slots: 2,
      seed: new Uint8Array(16),
      publicKey: `${'A'.repeat(43)}=`,
      epoch: 1,
      clockOffsetUs: 0,
    });
    this.tell({ type: 'started' });
    this.tell({ type: 'rendezvous-opened' });
    this.children.forEach((edge, i) => {
      const payload = { ...offerOf(i + 1), join: edge } as JoinEnvelope;
      this.tell({ type: 'rendezvous-message', from: id(i + 1), kind: 'offer', payload });
      this.tell({ type: 'edge-opened', edge });
      this.tell({ type: 'control', edge, message: hello(id(i + 1), []) });
      const subscribe = { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' } as const;
      this.tell({ type: 'control', edge, message: subscribe });
      const counts = {
        type: 'counts',
        viewers: viewersEach,
        slots: 100 + i * 100,
        freeSlots,
        freeDepth: 3,
      } as const;
      this.tell({ type: 'control', edge, message: counts });
    });
  }

  /** Below, every newcomer finds its place at once. */
  tell(event: Parameters<typeof evaluate>[1]): OverlayEffect[] {
    const effects = evaluate(this.state, event, this.nowMs, undefined, CROWD_KEEPER);
    for (const effect of effects) if (effect.type === 'certify-doors') this.certify(effect.numbers);
    for (const { edge, message } of sent(effects, 'pass')) {
      const { join } = message as Pass;
      const signal = { type: 'answer', sdp: SDP } as const;
      evaluate(
        this.state,
        { type: 'control', edge, message: { type: 'signal', join, peer: id(9), signal } },
        this.nowMs,
      );
    }
    return effects;
  }

  certify(numbers: number[]): void {
    for (const number of numbers) this.signed.set(number, (this.signed.get(number) ?? 0) + 1);
    if (!this.canSign) return;
    const certificates = new Map(
      numbers.map((number) => [number, certificate(number, this.signed.get(number))]),
    );
    this.tell({ type: 'doors-certified', certificates });
  }

  /** Newcomers at this rate. */
  pass(ms: number, perSecond: number, direct?: true, rides?: true): OverlayEffect[] {
    const effects: OverlayEffect[] = [];
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += 50;
      if (this.nowMs % (1000 / perSecond) < 50) {
        const n = this.newcomers++;
        const payload = offerOf(n, direct, rides);
        effects.push(...this.tell({ type: 'rendezvous-message', from: id(n), kind: 'offer', payload }));
      }
      for (const edge of this.children) {
        const tip = {
          type: 'tip',
          epoch: 1,
          seq: 1,
          delayMs: 20,
          freeSlots: 1,
          standing: 'live',
          dropped: 0,
        } as const;
        effects.push(...this.tell({ type: 'control', edge, message: tip }));
      }
      effects.push(...this.tell({ type: 'tick' }));
    }
    return effects;
  }
}

describe('the root', () => {
  it('places newcomers itself while they are few', () => {
    const root = new Root(100);
    const effects = root.pass(10_000, 4);
    expect(notices(effects)).toEqual([]);
    expect(doorsOf(effects)).toEqual([]);
    expect(sent(effects, 'pass').length).toBeGreaterThan(10);
  });

  it('orders doors for a crowd, more of them where there are more slots, and sends it there', () => {
    const root = new Root(100);
    const opening = root.pass(CROWD_MS, 20);
    const orders = doorsOf(opening).slice(-2);
    const [small, large] = [
      orders.find(({ edge }) => edge === root.children[0]),
      orders.find(({ edge }) => edge === root.children[1]),
    ];
    const ordered = [...small!.doors.numbers, ...large!.doors.numbers];
    expect(ordered.sort((a, b) => a - b)).toEqual(
      Array.from({ length: root.state.crowd!.doors }, (_, i) => i),
    );
    expect(large!.doors.numbers.length).toBeGreaterThanOrEqual(small!.doors.numbers.length);
    root.pass(DOOR_OPENING_MS + CROWD_MS, 20);
    const open = root.pass(3000, 20);
    expect(sent(open, 'pass')).toEqual([]);
    expect(notices(open)).toHaveLength(60);
    expect(notices(open).every((notice) => notice.type === 'doors' && notice.count > 1)).toBe(true);
    expect(doorsOf(open).length).toBeGreaterThanOrEqual(2 * Math.floor(3000 / DOORS_RENEW_MS));
  });

  it('orders a door with its certificate, which is signed once in a while, not for each order or newcomer', () => {
    const root = new Root(100);
    root.pass(2 * CROWD_MS + DOOR_OPENING_MS, 20);
    const count = root.state.crowd!.doors;
    expect([...root.signed]).toEqual(Array.from({ length: count }, (_, number) => [number, 1]));
    const orders = doorsOf(root.pass(DOOR_CERTIFIED_EVERY_MS / 2, 20));
    expect(orders.length).toBeGreaterThan(10);
    for (const { doors } of orders)
      expect(doors.certificates).toEqual(doors.numbers.map((number) => certificate(number)));
    root.pass(DOOR_CERTIFIED_EVERY_MS, 20);
    expect(new Set([...root.signed.values()])).toEqual(new Set([2]));
    const before = new Map(root.state.doorHolders);
    const renewed = doorsOf(root.pass(DOORS_RENEW_MS, 20)).flatMap(({ doors }) => doors.certificates ?? []);
    expect(renewed.sort()).toEqual([...root.signed.keys()].map((number) => certificate(number, 2)).sort());
    expect(root.state.doorHolders).toEqual(before);
  });

  it('sends nobody to doors that it has no certificates for, and asks for them again', () => {
    const root = new Root(100, 10_000);
    root.canSign = false;
    const effects = root.pass(DOOR_CERTIFIED_EVERY_MS, 20);
    expect([notices(effects), doorsOf(effects)]).toEqual([[], []]);
    expect(new Set(root.signed.values())).toEqual(new Set([1]));
    root.canSign = true;
    expect(notices(root.pass(2 * (CROWD_MS + DOOR_OPENING_MS), 20))).not.toEqual([]);
  });

  it('orders no door with a certificate from the crowd before', () => {
    const root = new Root(100);
    root.pass(2 * CROWD_MS + DOOR_OPENING_MS, 20);
    root.pass(DOOR_CERTIFICATE_S * 1000, 1);
    expect(root.state.crowd!.doors).toBe(0);
    const orders = doorsOf(root.pass(2 * CROWD_MS, 20));
    expect(orders.length).toBeGreaterThan(0);
    for (const { doors } of orders)
      expect(doors.certificates).toEqual(doors.numbers.map((number) => certificate(number, 2)));
  });

  it('places those itself whom a door couldn’t help', () => {
    const root = new Root(100);
    root.pass(2 * CROWD_MS + DOOR_OPENING_MS, 20);
    const effects = root.pass(1000, 20, true);
    expect(notices(effects)).toEqual([]);
    expect(sent(effects, 'pass').length).toBeGreaterThan(10);
  });

  it('sends those who wait to the doors too, once there are slots, and they keep their place when they come back', () => {
    const root = new Root(100, 0);
    expect(
      notices(root.pass(2 * CROWD_MS + DOOR_OPENING_MS, 20, undefined, true)).filter(
        ({ type }) => type === 'doors',
      ),
    ).toEqual([]);
    for (const edge of root.children) {
      const counts = { type: 'counts', viewers: 100, slots: 400, freeSlots: 400, freeDepth: 3 } as const;
      root.tell({ type: 'control', edge, message: counts });
    }
    const sentAway = posted(root.pass(1000, 1)).filter(({ payload }) => 'notice' in payload);
    expect(sentAway.length).toBeGreaterThan(20);
    const payload = sentAway[0]!.payload;
    const { queuedMs, peer } = root.state.joins.get(payload.join)!;
    const back = { ...offerOf(0, true), join: payload.join, peer } as JoinEnvelope;
    root.tell({ type: 'rendezvous-message', from: peer, kind: 'offer', payload: back });
    expect(root.state.joins.get(payload.join)).toMatchObject({ queuedMs });
    expect(root.state.joins.get(payload.join)?.phase).not.toBe('sent');
  });

  it('has no doors in front of a small audience, and sends nobody behind full ones', () => {
    expect(notices(new Root(DOOR_VIEWERS_MIN / 2 - 1).pass(5000, 20))).toEqual([]);
    expect(notices(new Root(100, 0).pass(10_000, 20)).filter(({ type }) => type === 'doors')).toEqual([]);
  });

  it('sends nobody to doors any more some time after the crowd has passed', () => {
    const root = new Root(100);
    root.pass(2 * CROWD_MS + DOOR_OPENING_MS, 20);
    root.pass(DOORS_KEPT_MS + 3 * CROWD_MS, 1);
    expect(root.state.crowd).toMatchObject({ doors: 0, open: 0 });
    expect(doorsOf(root.pass(2 * DOORS_RENEW_MS, 1))).toEqual([]);
  });
});

describe('a viewer', () => {
  it('holds the first door itself and deals the others to its children', () => {
    const { here, parent } = settled();
    const [left, right] = [here.adopt(10), here.adopt(11)];
    for (const edge of [left, right])
      here.hear(edge, { type: 'counts', viewers: 10, slots: 20, freeSlots: 5, freeDepth: 4 });
    const handed = here.hear(parent, { type: 'doors', numbers: [3, 4, 5, 6, 7] });
    const dealt = [
      { edge: left, doors: { type: 'doors', numbers: [4, 6] } },
      { edge: right, doors: { type: 'doors', numbers: [5, 7] } },
    ];
    expect(doorsOf(handed)).toEqual(dealt);
    // A door that moves is closed for a moment: whoever has one keeps it, also when another has more slots by now.
    here.hear(right, { type: 'counts', viewers: 90, slots: 200, freeSlots: 5, freeDepth: 4 });
    expect(doorsOf(here.hear(parent, { type: 'doors', numbers: [3, 4, 5, 6, 7] }))).toEqual(dealt);
    expect(doorsOf(here.hear(parent, { type: 'doors', numbers: [3, 4, 7] }))).toEqual([
      { edge: left, doors: { type: 'doors', numbers: [4] } },
      { edge: right, doors: { type: 'doors', numbers: [7] } },
    ]);
    expect(here.tell({ type: 'tick' })).toContainEqual({ type: 'open-door', at: '3' });
    expect([...here.state.doors.keys()]).toEqual(['3']);
  });

  it('tells whoever is to hold none once, and again when that changes', () => {
    const { here, parent } = settled();
    const [left, right] = [here.adopt(10), here.adopt(11)];
    for (const edge of [left, right])
      here.hear(edge, { type: 'counts', viewers: 10, slots: 20, freeSlots: 5, freeDepth: 4 });
    const told = (numbers: number[]) =>
      doorsOf(here.hear(parent, { type: 'doors', numbers })).map(({ edge, doors }) => [edge, doors.numbers]);
    expect(told([3, 4])).toEqual([
      [left, [4]],
      [right, []],
    ]);
    expect(told([3, 4])).toEqual([[left, [4]]]);
    expect(told([])).toEqual([[left, []]]);
    expect(told([])).toEqual([]);
  });

  it('holds all of them when it has nobody to hand them to, until the order is no longer repeated', () => {
    const { here, parent, standbys } = settled();
    here.hear(parent, { type: 'doors', numbers: [0, 1] });
    here.pass(100, { feeding: parent, tipping: [parent, ...standbys] });
    expect([...here.state.doors.keys()]).toEqual(['0', '1']);
    const later = here.pass(DOORS_KEPT_MS, { feeding: parent, tipping: [parent, ...standbys] });
    expect(later.filter(({ type }) => type === 'close-door')).toHaveLength(2);
    expect(here.state.doors.size).toBe(0);
  });

  it('hands certificates on as they came, and says again that a door is to be open when a newer one is here', () => {
    const { here, parent, standbys } = settled();
    const child = here.adopt(10);
    here.hear(child, { type: 'counts', viewers: 10, slots: 20, freeSlots: 5, freeDepth: 4 });
    const order = (time: number): Doors => ({
      type: 'doors',
      numbers: [3, 4],
      certificates: [certificate(3, time), certificate(4, time)],
    });
    const handed = (time: number) => [
      { edge: child, doors: { type: 'doors', numbers: [4], certificates: [certificate(4, time)] } },
    ];
    expect(doorsOf(here.hear(parent, order(1)))).toEqual(handed(1));
    expect(here.tell({ type: 'tick' })).toContainEqual({ type: 'open-door', at: '3' });
    expect([...here.state.doors]).toEqual([['3', certificate(3)]]);
    here.hear(parent, order(1));
    const doorEffects = (effects: OverlayEffect[]) => effects.filter(({ type }) => type.endsWith('-door'));
    expect(doorEffects(here.tell({ type: 'tick' }))).toEqual([]);
    expect(doorsOf(here.hear(parent, order(2)))).toEqual(handed(2));
    expect(doorEffects(here.tell({ type: 'tick' }))).toEqual([{ type: 'open-door', at: '3' }]);
    expect([...here.state.doors]).toEqual([['3', certificate(3, 2)]]);
    const later = here.pass(DOORS_KEPT_MS, { feeding: parent, tipping: [parent, ...standbys] });
    expect(doorEffects(later)).toEqual([{ type: 'close-door', at: '3' }]);
  });

  it('takes orders from its parent only, and closes its doors when it goes', () => {
    const { here, parent, standbys } = settled();
    here.hear(standbys[0]!, { type: 'doors', numbers: [0, 1] });
    here.tell({ type: 'tick' });
    expect(here.state.doors.size).toBe(0);
    here.hear(parent, { type: 'doors', numbers: [0] });
    here.tell({ type: 'tick' });
    expect(here.tell({ type: 'leaving' })).toContainEqual({ type: 'close-door', at: '0' });
  });

  it('places who comes to its door, and tells by the same way that there is no slot', () => {
    const { here, parent } = settled(1);
    here.hear(parent, { type: 'doors', numbers: [7] });
    here.tell({ type: 'tick' });
    const at = '7@http://server';
    const taken = here.tell({ type: 'door-message', at, from: id(50), payload: offerOf(50) });
    expect(taken).toContainEqual({ type: 'answer-edge', edge: id(0x5000 + 50) });
    const answer = { type: 'answer', sdp: SDP } as const;
    const [back] = posted(here.tell({ type: 'local-signal', edge: id(0x5000 + 50), signal: answer }));
    expect(back).toMatchObject({ to: id(50), at });
    // A slot may come free in a moment, but not much later.
    expect(posted(here.tell({ type: 'door-message', at, from: id(51), payload: offerOf(51) }))).toEqual([]);
    const full = here.pass(DOOR_WAIT_MS + 50, { feeding: parent, tipping: [parent] });
    expect(posted(full)).toMatchObject([
      { to: id(51), at, payload: { notice: { type: 'doors', count: 0 } } },
    ]);
  });
});

describe('a newcomer', () => {
  /** One that asked, with a candidate that came after its offer, and was sent to one of `count` doors. */
  function sentAway(count: number) {
    const here = new Neighbourhood();
    const edge = here.state.seeking.edge!;
    here.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } });
    here.tell({ type: 'local-signal', edge, signal: CANDIDATE });
    const payload = { v: 1, join: edge, peer: ROOT, notice: { type: 'doors', count } } as const;
    const effects = here.tell({ type: 'rendezvous-message', from: BROADCAST_ID, kind: 'answer', payload });
    return { here, edge, effects, doorId: `${BROADCAST_ID}-${here.state.seeking.door!}` };
  }

  it('says all of it again at a door, and is fed by whoever answers there', () => {
    const { here, edge, effects, doorId } = sentAway(64);
    expect(posted(effects)).toMatchObject([
      { to: doorId, kind: 'offer', payload: { join: edge } },
      { to: doorId, kind: 'candidate', payload: { join: edge } },
    ]);
    const payload = { v: 1, join: edge, peer: id(5), signal: { type: 'answer', sdp: SDP } } as const;
    here.tell({ type: 'rendezvous-message', from: doorId, kind: 'answer', payload });
    here.tell({ type: 'edge-opened', edge });
    here.hear(edge, hello(id(5), pathBelow(ROOT)));
    expect(here.state.parent).toMatchObject({ peer: id(5) });
  });

  const USELESS = {
    'is full': ({ here, edge, doorId }: ReturnType<typeof sentAway>) => {
      const payload = { v: 1, join: edge, peer: id(5), notice: { type: 'doors', count: 0 } } as const;
      return here.tell({ type: 'rendezvous-message', from: doorId, kind: 'answer', payload });
    },
    'is closed': ({ here, doorId }: ReturnType<typeof sentAway>) =>
      here.tell({ type: 'rendezvous-absent', to: doorId }),
    'is silent': ({ here }: ReturnType<typeof sentAway>) => here.pass(DOOR_ANSWER_MS + 50, {}),
  };
  it.each(Object.entries(USELESS))('asks the broadcaster to place it when the door %s', (_, happen) => {
    const away = sentAway(3);
    const direct = posted(happen(away));
    expect(direct).toMatchObject([
      { to: BROADCAST_ID, payload: { join: away.edge, direct: true } },
      { to: BROADCAST_ID, kind: 'candidate' },
    ]);
    const payload = { v: 1, join: away.edge, peer: ROOT, notice: { type: 'doors', count: 3 } } as const;
    // The broadcaster knows that it was there, and may send it to another one later.
    const again = away.here.tell({ type: 'rendezvous-message', from: BROADCAST_ID, kind: 'answer', payload });
    expect(posted(again)[0]?.to).toMatch(new RegExp(`^${BROADCAST_ID}-\\d$`));
  });

  it('doesn’t mind being told of doors by a door, or by one of another broadcast', () => {
    const { here, edge } = sentAway(3);
    for (const from of [`${BROADCAST_ID}-64`, `${BROADCAST_ID}-x`, 'b'.repeat(26)]) {
      const payload = { v: 1, join: edge, peer: id(5), notice: { type: 'doors', count: 0 } } as const;
      expect(posted(here.tell({ type: 'rendezvous-message', from, kind: 'answer', payload }))).toEqual([]);
    }
  });
});
