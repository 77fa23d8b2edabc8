// The rules of the exchange: by examples first, then its numbered invariants over random worlds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagOf as addressTagOf } from '../../../src/server/client-address.ts';
import { Exchange } from '../../../src/server/exchange.ts';
import type { ConnectionId, Effect } from '../../../src/server/effect.ts';
import {
  ADDRESS_FRAMES_BURST,
  FIRST_FRAME_MS_MAX,
  FRAMES_BURST,
  FRAMES_PER_SECOND,
  MESSAGE_BYTES_MAX,
  OFFERS_BURST,
  QUEUE_BYTES_MAX,
  QUEUE_MESSAGES_MAX,
  QUEUE_MS_MAX,
  QUEUES_BYTES_MAX,
  SILENCE_MS_MAX,
} from '../../../src/server/limits.ts';
import { Visitors } from '../../../src/server/visitors.ts';
import { Tags } from '../../../src/server/tags.ts';

const KEY = 'peerjs';

function join(
  exchange: Exchange,
  connection: ConnectionId,
  id: string,
  token = `token-${id}`,
  nowMs = 0,
): Effect[] {
  return exchange.connect(connection, { key: KEY, id, token }, nowMs);
}

function frame(type: string, dst?: string, payload: unknown = null): string {
  return JSON.stringify({ type, dst, payload });
}

/** What each connection is told, as parsed messages, and why it is closed. */
function told(effects: Effect[]): unknown[] {
  return effects.map((effect) => {
    if (effect.kind === 'send') return [effect.connection, JSON.parse(effect.text) as unknown];
    if (effect.kind === 'close') return [effect.connection, 'close', effect.reason];
    if (effect.kind === 'pass') return [effect.dst, 'pass', effect.src, effect.type];
    return [effect.connection, effect.kind, effect.kind === 'claim' ? effect.id : effect.broadcastId];
  });
}

describe('a server for one broadcast', () => {
  const ID = 'abcdefghijklmnopqrstuvwxyz';

  it('keeps the id for its resident, also while nobody holds it', () => {
    const exchange = new Exchange({ broadcastId: ID });
    expect(told(join(exchange, 1, ID))).toMatchObject([
      [1, { type: 'ID-TAKEN' }],
      [1, 'close', 'id-taken'],
    ]);
    join(exchange, 2, 'alice');
    expect(told(exchange.receive(2, frame('OFFER', ID, 1), 0))).toEqual([]);
    expect(told(exchange.connectResident(3))).toEqual([
      [3, { type: 'OPEN' }],
      [3, { type: 'OFFER', src: 'alice', dst: ID, payload: 1 }],
    ]);
    expect(told(exchange.receive(3, frame('ANSWER', 'alice', 2), 0))).toEqual([
      [2, { type: 'ANSWER', src: ID, dst: 'alice', payload: 2 }],
    ]);
  });

  it('carries nothing between others', () => {
    const exchange = new Exchange({ broadcastId: ID });
    join(exchange, 1, 'alice');
    join(exchange, 2, 'bob');
    expect(told(exchange.receive(1, frame('OFFER', 'bob'), 0))).toEqual([
      [1, { type: 'EXPIRE', src: 'bob', dst: 'alice' }],
    ]);
  });

  it('never takes its resident for silent', () => {
    const exchange = new Exchange({ broadcastId: ID });
    exchange.connectResident(1);
    expect(exchange.tick(10 * SILENCE_MS_MAX)).toEqual([]);
    exchange.receive(1, frame('HEARTBEAT'), 0);
    expect(exchange.tick(20 * SILENCE_MS_MAX)).toEqual([]);
    expect(exchange.has(ID)).toBe(true);
  });
});

describe('registration', () => {
  it('opens a peer', () => {
    const exchange = new Exchange();
    expect(told(join(exchange, 1, 'alice'))).toEqual([[1, { type: 'OPEN' }]]);
    expect(exchange.has('alice')).toBe(true);
  });

  it('refuses an id that lives under another token, and frees it when its owner goes', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice', 'hers');
    expect(told(join(exchange, 2, 'alice', 'his'))).toEqual([
      [2, { type: 'ID-TAKEN', payload: { msg: expect.any(String) as unknown } }],
      [2, 'close', 'id-taken'],
    ]);
    exchange.disconnect(1);
    expect(told(join(exchange, 3, 'alice', 'his'))).toEqual([[3, { type: 'OPEN' }]]);
  });

  it('replaces a socket at once when the same peer comes back with its token', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    expect(told(join(exchange, 2, 'alice'))).toEqual([
      [1, 'close', 'replaced'],
      [2, { type: 'OPEN' }],
    ]);
    exchange.disconnect(1);
    expect(exchange.has('alice')).toBe(true);
    expect(exchange.receive(1, frame('OFFER', 'alice'), 0)).toEqual([]);
  });

  it('names a wrong key', () => {
    const effects = new Exchange({ key: 'ours' }).connect(1, { key: 'theirs', id: 'a', token: 't' }, 0);
    expect(told(effects)).toEqual([
      [1, { type: 'INVALID-KEY', payload: { msg: expect.any(String) as unknown } }],
      [1, 'close', 'invalid-key'],
    ]);
  });

  it.each(['', '-a', 'a-', 'a--b', 'a b-', 'é', 'a\n', 'a/b', '__proto__', 'a'.repeat(65)])(
    'refuses the id %j',
    (id) => {
      expect(told(join(new Exchange(), 1, id, 't')).at(-1)).toEqual([1, 'close', 'invalid-parameters']);
    },
  );

  it.each(['a', 'A1', 'a-b_c d', 'constructor', 'a'.repeat(64), 'c7fba5ce-9d12-4e3c-8f11-000000000000'])(
    'takes the id %j',
    (id) => {
      expect(told(join(new Exchange(), 1, id))).toEqual([[1, { type: 'OPEN' }]]);
    },
  );

  it.each(['', 't'.repeat(129)])('refuses the token %j', (token) => {
    expect(told(join(new Exchange(), 1, 'a', token)).at(-1)).toEqual([1, 'close', 'invalid-parameters']);
  });

  it('is full at its limit, but lets a known peer reconnect', () => {
    const exchange = new Exchange({ socketsMax: 1 });
    join(exchange, 1, 'alice');
    expect(told(join(exchange, 2, 'bob')).at(-1)).toEqual([2, 'close', 'full']);
    expect(told(join(exchange, 3, 'alice')).at(-1)).toEqual([3, { type: 'OPEN' }]);
  });
});

describe('relaying', () => {
  it.each(['OFFER', 'ANSWER', 'CANDIDATE', 'LEAVE', 'EXPIRE'])(
    'passes %s on under the true sender',
    (type) => {
      const exchange = new Exchange();
      join(exchange, 1, 'alice');
      join(exchange, 2, 'bob');
      const forged = JSON.stringify({ type, src: 'carol', dst: 'bob', payload: { sdp: 'x' } });
      expect(told(exchange.receive(1, forged, 0))).toEqual([
        [2, { type, src: 'alice', dst: 'bob', payload: { sdp: 'x' } }],
      ]);
    },
  );

  it('lets a peer reach itself', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    expect(told(exchange.receive(1, frame('OFFER', 'alice'), 0))).toHaveLength(1);
  });

  it('drops heartbeats and unknown types without a word', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    expect(exchange.receive(1, frame('HEARTBEAT'), 0)).toEqual([]);
    expect(exchange.receive(1, frame('GOSSIP', 'alice'), 0)).toEqual([]);
    expect(exchange.has('alice')).toBe(true);
  });

  it('lets a peer go that says LEAVE to nobody', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    expect(told(exchange.receive(1, frame('LEAVE'), 0))).toEqual([[1, 'close', 'left']]);
    expect(exchange.has('alice')).toBe(false);
  });

  it.each([
    ['null', 'not-an-object'],
    ['42', 'not-an-object'],
    ['"OFFER"', 'not-an-object'],
    ['[]', 'not-an-object'],
    ['', 'not-json'],
    ['{', 'not-json'],
    ['{}', 'bad-type'],
    ['{"type":null}', 'bad-type'],
    ['{"type":["OFFER"]}', 'bad-type'],
    ['{"__proto__":{"type":"OFFER","dst":"bob"}}', 'bad-type'],
    ['{"type":"OFFER"}', 'bad-dst'],
    ['{"type":"OFFER","dst":{"toString":"bob"}}', 'bad-dst'],
    ['{"type":"OFFER","dst":["bob"]}', 'bad-dst'],
    ['{"type":"OFFER","dst":"__proto__"}', 'bad-dst'],
    ['{"type":"LEAVE","dst":null}', 'bad-dst'],
    [`{"type":"OFFER","dst":"bob","payload":${'['.repeat(1e4)}${']'.repeat(1e4)}}`, 'too-deep'],
    ['['.repeat(6e4), 'too-deep'],
    ['x'.repeat(MESSAGE_BYTES_MAX + 1), 'too-large'],
    [`{"type":"OFFER","dst":"bob","payload":[${Array(12_000).fill('1e20').join(',')}]}`, 'too-large'],
  ])('ends the connection that sends %.60s', (text, code) => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    join(exchange, 2, 'bob');
    expect(told(exchange.receive(1, text, 0))).toEqual([
      [1, { type: 'ERROR', payload: { msg: expect.stringContaining(code) as unknown } }],
      [1, 'close', code],
    ]);
    expect(exchange.has('alice')).toBe(false);
    expect(exchange.has('bob')).toBe(true);
  });

  it('counts brackets inside strings as text', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    const payload = `"\\${'[{'.repeat(1000)}"`;
    expect(told(exchange.receive(1, frame('OFFER', 'alice', payload), 0))).toEqual([
      [1, { type: 'OFFER', src: 'alice', dst: 'alice', payload }],
    ]);
  });

  it('carries a payload with __proto__ as plain data', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    const payload = '{"__proto__":{"polluted":true}}';
    const [effect] = exchange.receive(1, `{"type":"OFFER","dst":"alice","payload":${payload}}`, 0);
    expect(effect?.kind === 'send' && effect.text).toContain(payload);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('waiting', () => {
  it('keeps messages for an absent peer and hands them over in order, after OPEN', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    for (const n of [1, 2, 3]) expect(exchange.receive(1, frame('CANDIDATE', 'bob', n), 0)).toEqual([]);
    const payloads = told(join(exchange, 2, 'bob')).map(
      (item) => (item as [number, { payload?: number }])[1].payload,
    );
    expect(payloads).toEqual([undefined, 1, 2, 3]);
    expect(exchange.load.waitingBytes).toBe(0);
  });

  it('returns EXPIRE once for each absent peer after 5 s, not sooner', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    exchange.receive(1, frame('OFFER', 'bob'), 0);
    exchange.receive(1, frame('CANDIDATE', 'bob'), 0);
    exchange.receive(1, frame('OFFER', 'carol'), 10);
    expect(exchange.tick(QUEUE_MS_MAX - 1)).toEqual([]);
    expect(told(exchange.tick(QUEUE_MS_MAX))).toEqual([[1, { type: 'EXPIRE', src: 'bob', dst: 'alice' }]]);
    expect(told(exchange.tick(QUEUE_MS_MAX + 10))).toEqual([
      [1, { type: 'EXPIRE', src: 'carol', dst: 'alice' }],
    ]);
    expect(told(join(exchange, 2, 'bob'))).toEqual([[2, { type: 'OPEN' }]]);
  });

  it('keeps no LEAVE and no EXPIRE', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    exchange.receive(1, frame('LEAVE', 'bob'), 0);
    exchange.receive(1, frame('EXPIRE', 'bob'), 0);
    expect(told(join(exchange, 2, 'bob'))).toEqual([[2, { type: 'OPEN' }]]);
  });

  it('answers EXPIRE at once to what does not fit, by count and by bytes', () => {
    const expired = [[1, { type: 'EXPIRE', src: 'bob', dst: 'alice' }]];
    const byCount = new Exchange();
    join(byCount, 1, 'alice');
    for (let n = 0; n < QUEUE_MESSAGES_MAX; n++) byCount.receive(1, frame('OFFER', 'bob', n), 0);
    expect(told(byCount.receive(1, frame('OFFER', 'bob'), 0))).toEqual(expired);

    const byBytes = new Exchange();
    join(byBytes, 1, 'alice');
    const big = 'é'.repeat(20_000);
    while (byBytes.load.waitingBytes + 40_100 < QUEUE_BYTES_MAX)
      byBytes.receive(1, frame('OFFER', 'bob', big), 0);
    expect(told(byBytes.receive(1, frame('OFFER', 'bob', big), 0))).toEqual(expired);
    const delivered = join(byBytes, 2, 'bob').map((effect) => (effect.kind === 'send' ? effect.text : ''));
    expect(Buffer.byteLength(delivered.join(''))).toBeLessThanOrEqual(QUEUE_BYTES_MAX + 100);
  });

  it('bounds what waits for all absent peers together', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'alice');
    const big = 'x'.repeat(60_000);
    for (let n = 0; n < 1000; n++) exchange.receive(1, frame('OFFER', `absent${n}`, big), 0);
    expect(exchange.load.waitingBytes).toBeLessThanOrEqual(QUEUES_BYTES_MAX);
    expect(exchange.load.waitingBytes).toBeGreaterThan(QUEUES_BYTES_MAX - 61_000);
  });
});

describe('silence', () => {
  it('closes a peer that gave no sign of life, and keeps one that did', () => {
    const exchange = new Exchange();
    for (const [connection, id] of [
      [1, 'still'],
      [2, 'ponging'],
      [3, 'beating'],
    ] as const)
      join(exchange, connection, id);
    for (const connection of [1, 2]) exchange.receive(connection, frame('HEARTBEAT'), 0);
    exchange.heard(2, 1000);
    exchange.receive(3, frame('HEARTBEAT'), 1000);
    expect(exchange.tick(SILENCE_MS_MAX - 1)).toEqual([]);
    expect(told(exchange.tick(SILENCE_MS_MAX)).at(-1)).toEqual([1, 'close', 'silent']);
    expect([exchange.has('still'), exchange.has('ponging'), exchange.has('beating')]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('haste and hesitation', () => {
  it('ends a connection that says nothing at all, though it answers pings', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'mute');
    exchange.heard(1, FIRST_FRAME_MS_MAX - 1);
    expect(exchange.tick(FIRST_FRAME_MS_MAX - 1)).toEqual([]);
    expect(told(exchange.tick(FIRST_FRAME_MS_MAX)).at(-1)).toEqual([1, 'close', 'silent']);
  });

  it('ends a connection that says too much, and lets one go on that keeps the pace', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'hasty');
    join(exchange, 2, 'steady');
    for (let i = 0; i < FRAMES_BURST; i++) expect(exchange.receive(1, frame('HEARTBEAT'), 0)).toEqual([]);
    expect(told(exchange.receive(1, frame('HEARTBEAT'), 0)).at(-1)).toEqual([1, 'close', 'too-fast']);
    for (let i = 0; i < 5 * FRAMES_BURST; i++)
      expect(exchange.receive(2, frame('HEARTBEAT'), (i * 1000) / FRAMES_PER_SECOND)).toEqual([]);
  });

  it('hands one peer so many offers, and tells the senders of the others that it isn’t there', () => {
    const exchange = new Exchange();
    join(exchange, 1, 'broadcaster');
    const outcomes = { passed: 0, expired: 0 };
    for (let i = 0; i < 3 * OFFERS_BURST; i++) {
      join(exchange, i + 2, `viewer-${i}`);
      const [effect] = told(exchange.receive(i + 2, frame('OFFER', 'broadcaster'), 0)) as [[number]];
      if (effect[0] === 1) outcomes.passed++;
      else outcomes.expired++;
    }
    expect(outcomes).toEqual({ passed: OFFERS_BURST, expired: 2 * OFFERS_BURST });
  });

  it('lets all sockets of one address say so much together', () => {
    const exchange = new Exchange();
    const visitors = new Visitors();
    const arrival = { visitor: visitors.arrive('here', 0), host: '' };
    for (let i = 0; i < 40; i++) exchange.connect(i, { key: KEY, id: `peer-${i}`, token: 't' }, 0, arrival);
    let passed = 0;
    for (let i = 0; i < 40; i++)
      for (let n = 0; n < FRAMES_BURST; n++)
        passed += told(exchange.receive(i, frame('CANDIDATE', `peer-${i}`, n), 0)).filter(
          (item) => (item as [number, { type?: string }])[1].type === 'CANDIDATE',
        ).length;
    expect(passed).toBe(ADDRESS_FRAMES_BURST);
  });
});

type Step =
  | { kind: 'connect'; id: string; token: string }
  | { kind: 'disconnect'; pick: number }
  | { kind: 'pong'; pick: number }
  | { kind: 'frame'; pick: number; text: string }
  | { kind: 'time'; ms: number };

const ids = fc.constantFrom('a', 'b', 'c', 'd', '__proto__');
const frames = fc.oneof(
  fc
    .record({
      type: fc.constantFrom('OFFER', 'ANSWER', 'LEAVE', 'EXPIRE', 'HEARTBEAT', 'X'),
      dst: ids,
      n: fc.nat(),
    })
    .map(({ type, dst, n }) => frame(type, dst, n)),
  fc.json(),
  fc.string(),
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('connect' as const), id: ids, token: fc.constantFrom('t', 'u') }),
  fc.record({ kind: fc.constant('disconnect' as const), pick: fc.nat(9) }),
  fc.record({ kind: fc.constant('pong' as const), pick: fc.nat(9) }),
  fc.record({ kind: fc.constant('frame' as const), pick: fc.nat(9), text: frames }),
  fc.record({ kind: fc.constant('time' as const), ms: fc.nat(20_000) }),
);

describe('invariants over random worlds', () => {
  it('hold: one connection per id, true senders, order kept, silence after a close, bounded queues', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 120 }), (world) => {
        const exchange = new Exchange({ socketsMax: 3 });
        const open = new Map<ConnectionId, string>();
        const lastSeen = new Map<string, number>();
        let nowMs = 0;
        let connections = 0;
        let sent = 0;
        const apply = (effects: Effect[], newcomer?: { connection: ConnectionId; id: string }): void => {
          let isRefused = false;
          for (const effect of effects) {
            if (effect.kind === 'pass' || effect.kind === 'claim')
              throw new Error('nobody has neighbours here');
            const { connection } = effect;
            if (effect.kind === 'close') {
              open.delete(connection);
              continue;
            }
            if (effect.kind === 'verify') throw new Error('nobody has a broadcast’s id here');
            const message = JSON.parse(effect.text) as {
              type: string;
              src?: string;
              dst?: string;
              payload?: unknown;
            };
            if (message.type === 'OPEN') {
              expect(connection).toBe(newcomer?.connection);
              expect([...open.values()]).not.toContain(newcomer!.id); // (1)
              open.set(connection, newcomer!.id);
              continue;
            }
            if (message.src === undefined) {
              isRefused = true;
              continue;
            }
            expect(open.has(connection)).toBe(true); // (3)
            expect(message.dst).toBe(open.get(connection));
            if (message.type !== 'OFFER' && message.type !== 'ANSWER') continue;
            const { from, n } = message.payload as { from: string; n: number };
            expect(message.src).toBe(from); // (2)
            const pair = `${message.src} ${message.dst!}`;
            expect(n).toBeGreaterThan(lastSeen.get(pair) ?? -1); // (4)
            lastSeen.set(pair, n);
          }
          if (isRefused) expect(effects.at(-1)?.kind).toBe('close');
        };
        const pickFrom = (pick: number): ConnectionId => 1 + (pick % Math.max(1, connections));
        for (const step of world) {
          if (step.kind === 'connect') {
            const connection = ++connections;
            const { id, token } = step;
            apply(exchange.connect(connection, { key: KEY, id, token }, nowMs), { connection, id });
          } else if (step.kind === 'disconnect') {
            exchange.disconnect(pickFrom(step.pick));
            open.delete(pickFrom(step.pick));
          } else if (step.kind === 'pong') {
            exchange.heard(pickFrom(step.pick), nowMs);
          } else if (step.kind === 'time') {
            nowMs += step.ms;
            apply(exchange.tick(nowMs));
          } else {
            const connection = pickFrom(step.pick);
            const isOffer =
              step.text.startsWith('{"type":"OFFER"') || step.text.startsWith('{"type":"ANSWER"');
            const text = isOffer
              ? JSON.stringify({
                  ...JSON.parse(step.text),
                  payload: { from: open.get(connection), n: sent++ },
                })
              : step.text;
            apply(exchange.receive(connection, text, nowMs));
          }
          expect(exchange.load.peers).toBe(open.size);
          expect(exchange.load.waitingBytes).toBeLessThanOrEqual(QUEUES_BYTES_MAX); // (5)
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the tag of an address', () => {
  const BROADCAST = 'a'.repeat(26);
  const tagOf = (broadcastId: string, address: string): string => `${broadcastId} ${address}`;
  const arriving = (exchange: Exchange, connection: ConnectionId, id: string, address: string): Effect[] => {
    const visitor = new Visitors().arrive(address, 0);
    return exchange.connect(connection, { key: KEY, id, token: id }, 0, { visitor, host: '' });
  };

  it('goes with an offer to a broadcast, and a client’s own word for it doesn’t', () => {
    const exchange = new Exchange({ tagOf });
    arriving(exchange, 1, BROADCAST, '192.0.2.1');
    arriving(exchange, 2, 'viewer', '192.0.2.2');
    const boast = { type: 'OFFER', dst: BROADCAST, payload: 1, tag: 'made up', src: 'somebody' };
    expect(told(exchange.receive(2, JSON.stringify(boast), 1))).toEqual([
      [1, { type: 'OFFER', src: 'viewer', dst: BROADCAST, payload: 1, tag: `${BROADCAST} 192.0.2.2` }],
    ]);
  });

  it('is the same for all of one IPv6 /64, and another for the next', () => {
    const tags = new Tags();
    const exchange = new Exchange({ tagOf: (broadcastId, address) => tags.of(broadcastId, address) });
    arriving(exchange, 1, BROADCAST, '192.0.2.1');
    const tagFor = (connection: ConnectionId, address: string): unknown => {
      arriving(exchange, connection, `viewer${String(connection)}`, addressTagOf(address));
      const [offer] = exchange.receive(connection, frame('OFFER', BROADCAST), 1);
      return offer?.kind === 'send' ? (JSON.parse(offer.text) as { tag?: unknown }).tag : undefined;
    };
    const tag = tagFor(2, '2001:db8:1:2:3:4:5:6');
    expect(tag).toMatch(/^[0-9a-f]{16}$/);
    expect(tagFor(3, '2001:db8:1:2::9')).toBe(tag);
    expect(tagFor(4, '2001:db8:1:3::9')).not.toBe(tag);
  });

  it('goes with nothing else', () => {
    const exchange = new Exchange({ tagOf });
    arriving(exchange, 1, BROADCAST, '192.0.2.1');
    arriving(exchange, 2, 'viewer', '192.0.2.2');
    const texts = [
      ...exchange.receive(2, frame('CANDIDATE', BROADCAST), 1),
      ...exchange.receive(2, frame('OFFER', 'viewer'), 1),
      ...exchange.receive(1, frame('ANSWER', 'viewer'), 1),
    ].map((effect) => (effect.kind === 'send' ? effect.text : effect.kind));
    expect(texts).toHaveLength(3);
    for (const text of texts) expect(text).not.toContain('192.0.2');
  });
});
