// What every EdgeMaker does, whether its edges cross a network or only memory. Plain functions that throw, so that the
// same suite runs in Node and inside a page.

import { CHANNEL_BUFFERED_BYTES_LOW, MESSAGE_BYTES_MAX } from '../../src/base/limits.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { Edge, EdgeEvents, EdgeMaker, EdgeSignal } from '../../src/ports.ts';

/** Two makers whose edges can meet. */
export interface EdgeWorld {
  left: EdgeMaker;
  right: EdgeMaker;
}

type Happening =
  | { what: 'signal'; signal: EdgeSignal }
  | { what: 'media' | 'control'; bytes: Bytes }
  | { what: 'opened' | 'drained' | 'closed' };

/** Writes down what happens on an edge, and waits for it. */
export class EdgeWitness implements EdgeEvents {
  readonly log: Happening[] = [];
  #waiting: (() => void)[] = [];
  #carry: ((signal: EdgeSignal) => void) | undefined;

  signal(signal: EdgeSignal): void {
    this.#note({ what: 'signal', signal });
    this.#carry?.(signal);
  }
  opened = () => this.#note({ what: 'opened' });
  media = (bytes: Bytes) => this.#note({ what: 'media', bytes });
  control = (bytes: Bytes) => this.#note({ what: 'control', bytes });
  drained = () => this.#note({ what: 'drained' });
  closed = () => this.#note({ what: 'closed' });

  /** Carries every signal to the other edge, in order and later, as a server would. */
  carryTo(edge: () => Edge): void {
    let last: Promise<void> = Promise.resolve();
    this.#carry = (signal) => {
      last = last.then(() => edge().signal(structuredClone(signal)));
    };
  }

  count(what: Happening['what']): number {
    return this.log.filter((happening) => happening.what === what).length;
  }

  bytes(what: 'media' | 'control'): Bytes[] {
    return this.log.flatMap((happening) => (happening.what === what ? [happening.bytes] : []));
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async happened(what: Happening['what'], times = 1): Promise<void> {
    await this.until(() => this.count(what) >= times);
  }

  #note(happening: Happening): void {
    this.log.push(happening);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Two edges that are about to open to each other, and what happens on each. */
export interface EdgePair {
  near: Edge;
  far: Edge;
  nearLog: EdgeWitness;
  farLog: EdgeWitness;
}

/** Starts an edge on the left and meets it on the right. */
export function startPair({ left, right }: EdgeWorld): EdgePair {
  const nearLog = new EdgeWitness();
  const farLog = new EdgeWitness();
  nearLog.carryTo(() => far);
  farLog.carryTo(() => near);
  const far = right.answer(farLog);
  const near = left.offer(nearLog);
  return { near, far, nearLog, farLog };
}

/** As startPair, and waits until both are open. */
export async function openPair(world: EdgeWorld): Promise<EdgePair> {
  const pair = startPair(world);
  await pair.nearLog.happened('opened');
  await pair.farLog.happened('opened');
  return pair;
}

async function closePair({ near, far, nearLog, farLog }: EdgePair): Promise<void> {
  near.close();
  far.close();
  await nearLog.happened('closed');
  await farLog.happened('closed');
}

function check(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new Error(what);
}

function equal(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  check(a === b, `${what}: ${a}, not ${b}`);
}

/** Longer than a task and a microtask: whatever an edge would still say by itself has been said. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  7,
  'offer',
  [],
  {},
  { type: 'offer' },
  { type: 'offer', sdp: 7 },
  { type: 'offer', sdp: '' },
  { type: 'offer', sdp: 'v=0\r\n' },
  { type: 'offer', sdp: 'x'.repeat(1_000_000) },
  { type: 'rollback', sdp: '' },
  { type: 'renegotiate', renegotiate: true },
  { type: 'candidate' },
  { type: 'candidate', candidate: 'nonsense', sdpMid: '0', sdpMLineIndex: 0 },
  { type: 'candidate', candidate: { candidate: '' }, sdpMid: '0', sdpMLineIndex: 0 },
  {
    type: 'candidate',
    candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
    sdpMid: null,
    sdpMLineIndex: null,
  },
  {
    type: 'candidate',
    candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host',
    sdpMid: '0',
    sdpMLineIndex: 2 ** 31,
  },
];

/** The suite: a sentence and how to see that it is so. */
export const EDGE_CONTRACT: Readonly<Record<string, (world: EdgeWorld) => Promise<void>>> = {
  'opens on both sides, once, after the description was signalled first': async (world) => {
    const pair = await openPair(world);
    await settled();
    for (const log of [pair.nearLog, pair.farLog]) equal(log.count('opened'), 1, 'times opened');
    const firsts = [pair.nearLog, pair.farLog].map(
      ({ log: [first] }) => first?.what === 'signal' && first.signal.type,
    );
    equal(firsts, ['offer', 'answer'], 'first signals');
    await closePair(pair);
  },

  'carries bytes both ways on both channels, as plain arrays': async (world) => {
    const pair = await openPair(world);
    const message = Uint8Array.from({ length: 300 }, (_, i) => i);
    check(pair.near.sendMedia(message.subarray(100)), 'media is sent');
    check(pair.near.sendControl(message.subarray(200)), 'control is sent');
    check(pair.far.sendMedia(message.subarray(0, 1)), 'media is sent back');
    check(pair.far.sendControl(message), 'control is sent back');
    await pair.farLog.until(() => pair.farLog.count('media') + pair.farLog.count('control') === 2);
    await pair.nearLog.until(() => pair.nearLog.count('media') + pair.nearLog.count('control') === 2);
    const got = [
      pair.farLog.bytes('media'),
      pair.farLog.bytes('control'),
      pair.nearLog.bytes('media'),
    ].flat();
    equal(
      got.map((bytes) => [...bytes]),
      [[...message.subarray(100)], [...message.subarray(200)], [0]],
      'bytes',
    );
    for (const bytes of got) {
      check(Object.getPrototypeOf(bytes) === Uint8Array.prototype, 'a Uint8Array and no subclass');
      check(bytes.buffer instanceof ArrayBuffer, 'over an ArrayBuffer');
    }
    await closePair(pair);
  },

  'takes a message of the largest size, and an empty one': async (world) => {
    const pair = await openPair(world);
    check(pair.near.sendControl(new Uint8Array(MESSAGE_BYTES_MAX)), 'the largest is sent');
    check(pair.near.sendControl(new Uint8Array(0)), 'the empty one is sent');
    await pair.farLog.happened('control', 2);
    equal(
      pair.farLog.bytes('control').map(({ length }) => length),
      [MESSAGE_BYTES_MAX, 0],
      'lengths',
    );
    await closePair(pair);
  },

  'keeps the order of control messages and loses none': async (world) => {
    const pair = await openPair(world);
    for (let i = 0; i < 500; i++) check(pair.near.sendControl(Uint8Array.of(i >> 8, i & 255)), 'sent');
    await pair.farLog.happened('control', 500);
    pair.farLog.bytes('control').forEach(([high = 0, low = 0], i) => equal(high * 256 + low, i, 'number'));
    await closePair(pair);
  },

  'keeps what the sender may overwrite': async (world) => {
    const pair = await openPair(world);
    const bytes = Uint8Array.of(1, 2, 3);
    pair.near.sendMedia(bytes);
    bytes.fill(9);
    await pair.farLog.happened('media');
    equal([...pair.farLog.bytes('media')[0]!], [1, 2, 3], 'bytes');
    await closePair(pair);
  },

  'sends nothing before it is open and after it is closed': async (world) => {
    const pair = startPair(world);
    equal(
      [pair.near.sendMedia(Uint8Array.of(1)), pair.far.sendControl(Uint8Array.of(1))],
      [false, false],
      'sent early',
    );
    await pair.nearLog.happened('opened');
    await pair.farLog.happened('opened');
    pair.near.close();
    equal(
      [pair.near.sendMedia(Uint8Array.of(1)), pair.near.sendControl(Uint8Array.of(1))],
      [false, false],
      'sent late',
    );
    await pair.farLog.happened('closed');
    equal(pair.farLog.count('media') + pair.farLog.count('control'), 0, 'messages');
  },

  'says once, last and not at once that it is closed, on both sides': async (world) => {
    const pair = await openPair(world);
    pair.far.sendMedia(new Uint8Array(1000));
    pair.near.close();
    equal(pair.nearLog.count('closed'), 0, 'told inside close()');
    pair.near.close();
    await pair.nearLog.happened('closed');
    await pair.farLog.happened('closed');
    pair.far.close();
    await settled();
    for (const log of [pair.nearLog, pair.farLog]) {
      equal(log.count('closed'), 1, 'times closed');
      equal(log.log.at(-1)?.what, 'closed', 'the last word');
    }
  },

  'says that it is closed when it never opened': async ({ left, right }) => {
    for (const isOfferer of [true, false]) {
      const log = new EdgeWitness();
      const edge = isOfferer ? left.offer(log) : right.answer(log);
      edge.close();
      await log.happened('closed');
      await settled();
      equal([log.count('closed'), log.count('signal')], [1, 0], 'closed and signals');
    }
  },

  'closes on anything malformed, and never throws': async ({ right, left }) => {
    for (const garbage of GARBAGE) {
      const log = new EdgeWitness();
      const edge = right.answer(log);
      edge.signal(garbage as EdgeSignal);
      edge.signal(garbage as EdgeSignal);
      await log.happened('closed');
      equal(
        log.log.map(({ what }) => what),
        ['closed'],
        `after ${JSON.stringify(garbage ?? null).slice(0, 80)}`,
      );
    }
    const log = new EdgeWitness();
    const offerer = left.offer(log);
    await log.happened('signal');
    const [first] = log.log;
    check(first?.what === 'signal', 'an offer');
    offerer.signal(first.signal);
    await log.happened('closed');
  },

  'takes a description twice, and no second one': async (world) => {
    const pair = await openPair(world);
    const [first] = pair.farLog.log;
    check(first?.what === 'signal' && first.signal.type === 'answer', 'an answer');
    pair.near.signal(first.signal);
    check(pair.near.sendControl(Uint8Array.of(1)), 'still open');
    await pair.farLog.happened('control');
    pair.near.signal({ type: 'answer', sdp: first.signal.sdp.replace('v=0', 'v=0 ') });
    await pair.nearLog.happened('closed');
    await pair.farLog.happened('closed');
  },

  'counts what waits, and says when there is room again': async (world) => {
    const pair = await openPair(world);
    equal(pair.near.mediaBufferedBytes, 0, 'bytes waiting at first');
    const messages = (8 * CHANNEL_BUFFERED_BYTES_LOW) / MESSAGE_BYTES_MAX;
    for (let i = 0; i < messages; i++) pair.near.sendMedia(new Uint8Array(MESSAGE_BYTES_MAX));
    check(pair.near.mediaBufferedBytes > CHANNEL_BUFFERED_BYTES_LOW, 'bytes wait');
    await pair.nearLog.happened('drained');
    check(pair.near.mediaBufferedBytes <= CHANNEL_BUFFERED_BYTES_LOW, 'few bytes wait');
    await pair.farLog.happened('media', messages);
    await closePair(pair);
  },
};
