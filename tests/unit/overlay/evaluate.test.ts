// The invariants of evaluate.ts by number, each on one peer that is told what happens around it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rootTimeUs } from '../../../src/overlay/clock-sync.ts';
import { evaluate } from '../../../src/overlay/evaluate.ts';
import type { OverlayEffect, OverlayEvent } from '../../../src/overlay/event.ts';
import { joinEnvelope } from '../../../src/overlay/join-envelope.ts';
import type { ControlMessage, Hello, Path } from '../../../src/overlay/message.ts';
import { hasLeft, overlayStats } from '../../../src/overlay/overlay-stats.ts';
import { createOverlay } from '../../../src/overlay/state.ts';
import {
  CHILD_DOZE_MS,
  CHILD_SILENCE_MS,
  ENDED_RETRY_MS_MAX,
  ENDED_RETRY_MS_MIN,
  JOIN_ANSWER_MS,
  JOIN_CANDIDATES_MAX,
  JOINS_MAX,
  PARENT_SILENCE_MS,
  PASS_ACK_MS,
  REJECTED_PEERS_MAX,
  SLOT_REST_MS,
} from '../../../src/overlay/timing.ts';

const BROADCAST_ID = 'abcdefghijklmnopqrstuvwxyz';
const SDP = 'v=0\r\n';
const ROOT = id(0xff);
const ME = id(0xee);

function id(n: number): string {
  return n.toString(16).padStart(16, '0');
}

/** One peer, with the time it lives in and what it last asked for. */
class Bench {
  nowMs = 1000;
  readonly state;
  /** What it asked for at its start. */
  readonly started: string[];

  constructor(role: 'root' | 'viewer', slots = 2, isRegistered = true) {
    const common = { broadcastId: BROADCAST_ID, slots, seed: new Uint8Array(16) };
    this.state = createOverlay(
      role === 'root'
        ? { ...common, role, peer: ROOT, publicKey: `${'A'.repeat(43)}=`, epoch: 1, clockOffsetUs: 5_000_000 }
        : { ...common, role, peer: ME },
    );
    this.started = types(this.tell({ type: 'started' }));
    if (isRegistered) this.tell({ type: 'rendezvous-opened' });
  }

  tell(event: OverlayEvent): OverlayEffect[] {
    return evaluate(this.state, event, this.nowMs);
  }

  hear(edge: string, message: ControlMessage): OverlayEffect[] {
    return this.tell({ type: 'control', edge, message });
  }

  /** Lets time pass in ticks, and gathers what is asked for meanwhile. */
  wait(ms: number): OverlayEffect[] {
    const effects: OverlayEffect[] = [];
    for (const untilMs = this.nowMs + ms; this.nowMs < untilMs;) {
      this.nowMs += 50;
      effects.push(...this.tell({ type: 'tick' }));
    }
    return effects;
  }

  offer(n: number, about: { rides?: true; avoid?: string[] } = {}): OverlayEffect[] {
    const payload = {
      v: 1,
      join: id(0x1000 + n),
      peer: id(n),
      signal: { type: 'offer', sdp: SDP },
      ...about,
    } as const;
    return this.tell({ type: 'rendezvous-message', from: id(n), kind: 'offer', payload });
  }

  /** A newcomer becomes a child, under the edge that is returned. */
  adopt(n: number, slots = 1): string {
    const edge = id(0x1000 + n);
    this.offer(n);
    this.tell({ type: 'edge-opened', edge });
    this.hear(edge, hello(id(n), [], slots));
    this.hear(edge, { type: 'subscribe', mask: 15, layerMax: 3, epoch: 0, from: 'group' });
    return edge;
  }

  /** As a viewer: the present offer is answered by a parent, which introduces itself. */
  findParent(peer = ROOT, paths: Path[] = [{ mask: 15, depth: 0, ancestors: [] }]): OverlayEffect[] {
    const edge = this.state.seeking.edge!;
    const payload = { v: 1, join: edge, peer, signal: { type: 'answer', sdp: SDP } } as const;
    this.tell({ type: 'rendezvous-message', from: BROADCAST_ID, kind: 'answer', payload });
    return [...this.tell({ type: 'edge-opened', edge }), ...this.hear(edge, hello(peer, paths, 2))];
  }
}

function hello(peer: string, paths: Path[], slots: number): Hello {
  return { type: 'hello', v: 1, peer, paths, slots, epoch: 1 };
}

function packet(edge: string | null, seq: number, epoch = 1): OverlayEvent {
  return { type: 'packet', edge, epoch, seq, groupSeq: seq - (seq % 20), isNew: true, timeUs: 0 };
}

function types(effects: OverlayEffect[]): string[] {
  return effects.map((effect) => (effect.type === 'send' ? `send ${effect.message.type}` : effect.type));
}

describe('the overlay', () => {
  it('1: offers again and again while the broadcaster isn’t there, and begins by itself when it comes', () => {
    const bench = new Bench('viewer');
    for (let i = 0; i < 5; i++) {
      expect(bench.state.seeking.phase).toBe('offering');
      bench.tell({ type: 'rendezvous-absent', to: BROADCAST_ID });
      expect(bench.state.shown).toMatchObject({ state: 'waiting', reason: 'absent' });
      expect(types(bench.wait(4000))).toContain('offer-edge');
    }
    expect(types(bench.findParent())).toContain('send subscribe');
    bench.tell(packet(bench.state.parent!.edge, 0));
    expect(bench.state.shown).toMatchObject({ state: 'live', reason: 'none' });
  });

  it('1: asks ever more rarely after the end, is away from the signaling server in between, and goes on when it comes back', () => {
    const bench = new Bench('viewer');
    bench.findParent();
    const { edge } = bench.state.parent!;
    bench.tell(packet(edge, 0));
    bench.tell({ type: 'ended' });
    expect(types(bench.tell({ type: 'edge-closed', edge }))).not.toContain('open-rendezvous');
    const pausesMs: number[] = [];
    for (let i = 0; i < 8; i++) {
      const fromMs = bench.nowMs;
      while (bench.state.rendezvous === 'closed') bench.wait(50);
      pausesMs.push(bench.nowMs - fromMs);
      expect(bench.state.shown).toMatchObject({ state: 'ended', reason: 'none' });
      bench.tell({ type: 'rendezvous-opened' });
      // Now and then the server is out of reach instead, which is left alone as well.
      if (i === 3) bench.wait(JOIN_ANSWER_MS);
      else bench.tell({ type: 'rendezvous-absent', to: BROADCAST_ID });
      expect(bench.state.rendezvous).toBe('closed');
    }
    for (const [i, pauseMs] of pausesMs.entries()) {
      const mostMs = Math.min(ENDED_RETRY_MS_MAX, ENDED_RETRY_MS_MIN * 2 ** Math.max(0, i - 1));
      expect(pauseMs).toBeGreaterThanOrEqual(mostMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(mostMs + 50);
    }
    while (bench.state.rendezvous === 'closed') bench.wait(50);
    bench.tell({ type: 'rendezvous-opened' });
    expect(types(bench.findParent())).toContain('send subscribe');
    bench.tell(packet(bench.state.parent!.edge, 0, 2));
    expect(bench.state.shown).toMatchObject({ state: 'live', reason: 'none' });
  });

  it('1: leaves out whom it couldn’t connect to, and says so in the next offer', () => {
    const bench = new Bench('viewer');
    const edge = bench.state.seeking.edge!;
    const payload = { v: 1, join: edge, peer: id(7), signal: { type: 'answer', sdp: SDP } } as const;
    bench.tell({ type: 'rendezvous-message', from: BROADCAST_ID, kind: 'answer', payload });
    bench.tell({ type: 'edge-closed', edge });
    bench.wait(500);
    const signal = { type: 'offer', sdp: SDP } as const;
    const [sent] = bench.tell({ type: 'local-signal', edge: bench.state.seeking.edge!, signal });
    expect(sent).toMatchObject({ type: 'send-rendezvous', to: BROADCAST_ID, payload: { avoid: [id(7)] } });
  });

  it('1: goes on with a join that was asked for before, and gives the next one an id of its own', () => {
    const seed = new Uint8Array(16);
    const about = { role: 'viewer', peer: ME, broadcastId: BROADCAST_ID, slots: 2, seed } as const;
    const state = createOverlay({ ...about, join: id(5) });
    expect(evaluate(state, { type: 'started' }, 0)).toContainEqual({ type: 'offer-edge', edge: id(5) });
    evaluate(state, { type: 'rendezvous-opened' }, 0);
    const signal = { type: 'offer', sdp: SDP } as const;
    const [said] = evaluate(state, { type: 'local-signal', edge: id(5), signal }, 0);
    const payload = joinEnvelope(id(5), ME, signal);
    expect(said).toMatchObject({ type: 'send-rendezvous', to: BROADCAST_ID, kind: 'offer', payload });
    evaluate(state, { type: 'edge-closed', edge: id(5) }, 0);
    const later = evaluate(state, { type: 'tick' }, 60_000);
    expect(types(later)).toContain('offer-edge');
    expect(state.seeking.edge).not.toBe(id(5));
  });

  it('1: makes its offer while the signaling server is being reached, and sends it with its candidates once it is', () => {
    const bench = new Bench('viewer', 2, false);
    expect(bench.started).toEqual(['open-rendezvous', 'offer-edge']);
    const edge = bench.state.seeking.edge!;
    const candidate = { type: 'candidate', candidate: 'c', sdpMid: '0', sdpMLineIndex: 0 } as const;
    expect(bench.tell({ type: 'local-signal', edge, signal: { type: 'offer', sdp: SDP } })).toEqual([]);
    expect(types(bench.tell({ type: 'rendezvous-lost' }))).toEqual(['state-changed']);
    for (let i = 0; i < 100; i++)
      expect(bench.tell({ type: 'local-signal', edge, signal: candidate })).toEqual([]);
    const sent = bench.tell({ type: 'rendezvous-opened' }).filter(({ type }) => type === 'send-rendezvous');
    expect(sent).toHaveLength(1 + JOIN_CANDIDATES_MAX);
    expect(sent[0]).toMatchObject({ type: 'send-rendezvous', kind: 'offer', payload: { join: edge } });
    expect(sent[1]).toMatchObject({ type: 'send-rendezvous', kind: 'candidate', payload: { join: edge } });
    expect(types(bench.tell({ type: 'local-signal', edge, signal: candidate }))).toEqual(['send-rendezvous']);
  });

  it('1: sends an offer that is ready only after the signaling server was reached at once, and anew when it was lost', () => {
    const bench = new Bench('viewer');
    const edge = bench.state.seeking.edge!;
    const signal = { type: 'offer', sdp: SDP } as const;
    expect(types(bench.tell({ type: 'local-signal', edge, signal }))).toEqual(['send-rendezvous']);
    bench.tell({ type: 'rendezvous-lost' });
    expect(types(bench.tell({ type: 'rendezvous-opened' })).slice(0, 2)).toEqual([
      'close-edge',
      'offer-edge',
    ]);
    expect(bench.state.seeking.edge).not.toBe(edge);
  });

  it('1: takes a silent parent for dead, but not for a silence that it slept through', () => {
    const bench = new Bench('viewer');
    bench.findParent();
    bench.nowMs += 60_000;
    bench.tell({ type: 'tick' });
    expect(bench.state.parent).not.toBeNull();
    bench.wait(PARENT_SILENCE_MS - 50);
    expect(bench.state.parent).not.toBeNull();
    expect(types(bench.wait(100))).toEqual(
      expect.arrayContaining(['send bye', 'parent-changed', 'open-rendezvous']),
    );
  });

  it('1: goes on at a new parent where the old one left off', () => {
    const bench = new Bench('viewer');
    bench.findParent();
    const { edge } = bench.state.parent!;
    for (const seq of [40, 41, 43]) bench.tell(packet(edge, seq));
    bench.hear(edge, { type: 'bye', reason: 'leaving' });
    const said = bench.findParent(id(9)).filter((effect) => effect.type === 'send');
    // It is asked before it has introduced itself.
    expect(said.map(({ message }) => message)).toMatchObject([
      { type: 'hello' },
      { type: 'subscribe', mask: 15, epoch: 1, from: 42 },
      { type: 'counts' },
    ]);
  });

  it('2: refuses a parent below itself, and leaves one that comes to be', () => {
    const bench = new Bench('viewer');
    expect(types(bench.findParent(id(5), [{ mask: 15, depth: 3, ancestors: [ROOT, ME] }]))).toContain(
      'send bye',
    );
    expect(bench.state.parent).toBeNull();
    bench.wait(1000);
    bench.findParent(id(6));
    expect(bench.state.parent).not.toBeNull();
    const paths = [{ mask: 15, depth: 3, ancestors: [ROOT, ME] }];
    bench.hear(bench.state.parent!.edge, { type: 'path', paths });
    expect(bench.state.parent).toBeNull();
  });

  it('3: passes a join down when its slots are taken, and tries the next child when one says nothing', () => {
    const bench = new Bench('root');
    const first = bench.adopt(1);
    const second = bench.adopt(2);
    const passes = (effects: OverlayEffect[]) =>
      effects.flatMap((effect) =>
        effect.type === 'send' && effect.message.type === 'pass' ? [effect.edge] : [],
      );
    const [to] = passes(bench.offer(3));
    expect([first, second]).toContain(to);
    expect(passes(bench.wait(PASS_ACK_MS + 50))).toEqual([to === first ? second : first]);
    expect(bench.state.children.size).toBe(2);
  });

  it.each([0, 1])('3: passes no join to a child that is silent (%i)', (silent) => {
    const bench = new Bench('root');
    const edges = [bench.adopt(1), bench.adopt(2)] as const;
    const awake = edges[1 - silent]!;
    for (let waitedMs = 0; waitedMs <= CHILD_DOZE_MS; waitedMs += 50) {
      bench.hear(awake, { type: 'ping', t0Us: 0 });
      bench.wait(50);
    }
    bench.offer(3);
    expect(bench.state.joins.get(id(0x1003))?.target).toBe(awake);
    expect(bench.state.children.size).toBe(2);
  });

  it.each([1, 2])('3: passes a join to whom it avoids only when nobody else is left (%i)', (avoided) => {
    const bench = new Bench('root');
    const edges = [bench.adopt(1), bench.adopt(2)];
    const passes = (effects: OverlayEffect[]) =>
      effects.flatMap((effect) =>
        effect.type === 'send' && effect.message.type === 'pass' ? [effect.edge] : [],
      );
    expect(passes(bench.offer(3, { avoid: [id(avoided)] }))).toEqual([edges[2 - avoided]]);
    expect(passes(bench.wait(PASS_ACK_MS + 50))).toEqual([edges[avoided - 1]]);
  });

  it('3: takes one that fled from it only when nobody else is left', () => {
    const bench = new Bench('root');
    const about = { avoid: [bench.state.peer] };
    expect(types(bench.offer(3, about))).toContain('signal-edge');
    const edge = bench.adopt(1, 2);
    const effects = bench.offer(4, about);
    expect(types(effects)).not.toContain('signal-edge');
    expect(effects).toContainEqual({
      type: 'send',
      edge,
      message: expect.objectContaining({ type: 'pass' }) as unknown,
    });
  });

  it('4: frees the slot of a silent child and forgets its viewers', () => {
    const bench = new Bench('root');
    const edge = bench.adopt(1);
    bench.hear(edge, { type: 'counts', viewers: 5, slots: 4, freeSlots: 1, freeDepth: 2 });
    expect(overlayStats(bench.state).viewers).toBe(5);
    expect(types(bench.wait(CHILD_SILENCE_MS + 50))).toEqual(
      expect.arrayContaining(['stop-child', 'close-edge']),
    );
    expect(overlayStats(bench.state)).toMatchObject({ viewers: 0, childIds: [] });
  });

  it('5: keeps its children while it looks for a parent, and tells them', () => {
    const bench = new Bench('viewer');
    bench.findParent();
    const { edge } = bench.state.parent!;
    bench.hear(edge, { type: 'pass', join: id(0x2001), peer: id(1), avoid: [], sdp: SDP });
    bench.tell({ type: 'edge-opened', edge: id(0x2001) });
    bench.hear(id(0x2001), hello(id(1), [], 0));
    bench.hear(id(0x2001), { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' });
    bench.tell({ type: 'edge-closed', edge });
    const tip = bench.wait(100).find((effect) => effect.type === 'send' && effect.edge === id(0x2001));
    expect(tip).toMatchObject({ message: { type: 'tip', standing: 'seeking' } });
    expect(overlayStats(bench.state).childIds).toEqual([id(1)]);
    // After the end they stay as well, and don't ask for themselves.
    bench.tell({ type: 'ended' });
    const after = bench.wait(100).find((effect) => effect.type === 'send' && effect.edge === id(0x2001));
    expect(after).toMatchObject({ message: { type: 'tip', standing: 'absent' } });
  });

  it('6: remembers who found no slot, says so, and gives it the first that comes free', () => {
    const bench = new Bench('root', 1);
    const edge = bench.adopt(1, 0);
    bench.offer(2, { rides: true });
    const notice = bench.wait(1100).find((effect) => effect.type === 'send-rendezvous');
    expect(notice).toMatchObject({ to: id(2), payload: { notice: { type: 'waiting', place: 0 } } });
    bench.hear(edge, { type: 'bye', reason: 'leaving' });
    expect(types(bench.wait(100))).toContain('answer-edge');
  });

  it('7: keeps its bounds under ten thousand joins and as many rejected peers', () => {
    const bench = new Bench('root', 1);
    for (let n = 1; n <= 10_000; n++) bench.offer(n);
    expect(bench.state.joins.size).toBeLessThanOrEqual(JOINS_MAX);
    for (let n = 1; n <= 200; n++) {
      bench.offer(20_000 + n);
      bench.tell({ type: 'rejected', edge: [...bench.state.children.keys()][0] ?? '' });
      bench.wait(50);
    }
    expect(bench.state.rejected.size).toBeLessThanOrEqual(REJECTED_PEERS_MAX);
  });

  it('7: lets the slot of a child that was cut rest, so that its next id costs no handshake', () => {
    const bench = new Bench('root', 1);
    bench.tell({ type: 'rejected', edge: bench.adopt(1) });
    bench.offer(2, { rides: true });
    expect(types(bench.wait(SLOT_REST_MS - 100))).not.toContain('answer-edge');
    expect(types(bench.wait(200))).toContain('answer-edge');
  });

  it('7: takes no join from a child, and never passes one to the peer that joins', () => {
    const bench = new Bench('root', 2);
    const edge = bench.adopt(1, 8);
    const effects = bench.hear(edge, { type: 'pass', join: id(0x3001), peer: id(3), avoid: [], sdp: SDP });
    expect(effects).toEqual([
      { type: 'send', edge, message: { type: 'passed', join: id(0x3001), status: 'refused' } },
    ]);
    bench.tell({ type: 'slots', slots: 1 });
    const payload = { v: 1, join: id(0x3002), peer: id(1), signal: { type: 'offer', sdp: SDP } } as const;
    const again = bench.tell({ type: 'rendezvous-message', from: id(1), kind: 'offer', payload });
    expect(types(again)).toEqual(['stop-child', 'close-edge', 'answer-edge', 'signal-edge']);
  });

  it('7: cuts a flood of control messages', () => {
    const bench = new Bench('root');
    const edge = bench.adopt(1);
    for (let i = 0; i < 1000; i++) bench.hear(edge, { type: 'ping', t0Us: 1 });
    expect(bench.state.children.has(edge)).toBe(false);
    expect(bench.state.rejected.has(id(1))).toBe(true);
  });

  it('8: says bye to everybody and closes every edge when it leaves', () => {
    const bench = new Bench('root');
    bench.adopt(1);
    bench.adopt(2);
    expect(types(bench.tell({ type: 'leaving' })).filter((type) => type === 'send bye')).toHaveLength(2);
    expect(hasLeft(bench.state)).toBe(false);
    expect(types(bench.wait(300))).toEqual(['close-edge', 'close-edge']);
    expect(hasLeft(bench.state)).toBe(true);
  });

  it('reads the root’s clock from the answer with the shortest way', () => {
    const bench = new Bench('viewer');
    bench.findParent();
    const { edge } = bench.state.parent!;
    const pong = (rttMs: number, errorMs: number) => {
      const t0Us = bench.nowMs * 1000;
      const rootUs = t0Us + 7_000_000 + (rttMs / 2 + errorMs) * 1000;
      bench.nowMs += rttMs;
      bench.hear(edge, { type: 'pong', t0Us, rootUs });
    };
    pong(400, 90);
    pong(20, 1);
    pong(300, -80);
    expect(rootTimeUs(bench.state, bench.nowMs)).toBe(bench.nowMs * 1000 + 7_001_000);
    expect(overlayStats(bench.state).rttMs).toBe(20);
  });

  it('survives any order of events, and says nothing on an edge it doesn’t have (7, 8)', () => {
    const edges = fc.integer({ min: 0x1001, max: 0x1006 }).map(id);
    const event: fc.Arbitrary<OverlayEvent> = fc.oneof(
      fc.constantFrom<OverlayEvent>(
        { type: 'tick' },
        { type: 'rendezvous-lost' },
        { type: 'rendezvous-opened' },
      ),
      edges.map((edge) => ({ type: 'edge-opened', edge }) as const),
      edges.map((edge) => ({ type: 'edge-closed', edge }) as const),
      edges.map((edge) => ({ type: 'rejected', edge }) as const),
      fc
        .tuple(
          edges,
          fc.constantFrom<ControlMessage>(
            hello(id(1), [], 1),
            { type: 'subscribe', mask: 15, layerMax: 3, epoch: 1, from: 'group' },
            { type: 'counts', viewers: 4e9, slots: 4e9, freeSlots: 4e9, freeDepth: 0 },
            { type: 'bye', reason: 'moving' },
            { type: 'passed', join: id(0x1002), status: 'refused' },
            { type: 'passed', join: id(0x1003), status: 'taken' },
            { type: 'signal', join: id(0x1003), peer: id(3), signal: { type: 'answer', sdp: SDP } },
          ),
        )
        .map(([edge, message]) => ({ type: 'control', edge, message }) as const),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(event, fc.integer({ min: 1, max: 6 })), { maxLength: 60 }), (steps) => {
        const bench = new Bench('root', 2);
        const open = new Set<string>();
        for (const step of steps) {
          bench.nowMs += 40;
          const effects = typeof step === 'number' ? bench.offer(step) : bench.tell(step);
          if (typeof step === 'object' && step.type === 'edge-closed') open.delete(step.edge);
          for (const effect of effects) {
            if (effect.type === 'answer-edge') open.add(effect.edge);
            if (effect.type === 'send') expect(open.has(effect.edge)).toBe(true);
            if (effect.type === 'close-edge') open.delete(effect.edge);
          }
          expect(bench.state.children.size).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 300 },
    );
  });
});
