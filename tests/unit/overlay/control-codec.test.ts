import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeControl, decodeJoin, encodeControl } from '../../../src/overlay/control-codec.ts';
import { ANCESTORS_MAX, MESSAGE_BYTES_MAX } from '../../../src/base/limits.ts';
import { utf8Bytes } from '../../../src/base/bytes.ts';
import type { ControlMessage } from '../../../src/overlay/message.ts';
import { SDP_CHARS_MAX } from '../../../src/overlay/timing.ts';

const ID = '0123456789abcdef';
const certificate = (n: number) => `${String(n).padEnd(91, 'A')}=`;
const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n';

const MESSAGES: ControlMessage[] = [
  { type: 'tip', epoch: 7, seq: 0xfffffffe, delayMs: 65_535, freeSlots: 3, standing: 'absent', dropped: 255 },
  { type: 'ping', t0Us: Number.MAX_SAFE_INTEGER },
  { type: 'pong', t0Us: 5, rootUs: 1_700_000_000_000_000 },
  { type: 'counts', viewers: 12, slots: 9, freeSlots: 4, freeDepth: 2 },
  {
    type: 'hello',
    v: 1,
    peer: ID,
    paths: [
      { mask: 5, depth: 2, ancestors: [ID, ID] },
      { mask: 10, depth: 64, ancestors: Array.from({ length: ANCESTORS_MAX }, () => ID) },
    ],
    slots: 8,
    epoch: 1,
    publicKey: `${'A'.repeat(43)}=`,
  },
  { type: 'hello', v: 1, peer: ID, paths: [], slots: 0, epoch: 0 },
  { type: 'path', paths: [{ mask: 15, depth: 0, ancestors: [] }] },
  { type: 'subscribe', mask: 0, layerMax: 3, epoch: 9, from: 'group' },
  { type: 'subscribe', mask: 10, layerMax: 0, epoch: 9, from: 77 },
  { type: 'bye', reason: 'leaving' },
  { type: 'bye', reason: 'moving', suggest: ID },
  { type: 'bye', reason: 'guest' },
  { type: 'pass', join: ID, peer: ID, avoid: [ID], sdp: SDP },
  { type: 'pass', join: ID, peer: ID, avoid: [], rides: true, sdp: SDP },
  { type: 'pass', join: ID, peer: ID, avoid: [], yields: true, sdp: SDP },
  { type: 'passed', join: ID, status: 'refused' },
  { type: 'signal', join: ID, peer: ID, signal: { type: 'answer', sdp: SDP } },
  {
    type: 'find',
    join: ID,
    peer: ID,
    purpose: 'standby',
    tier: 2,
    hops: 16,
    above: Array.from({ length: ANCESTORS_MAX }, () => ID),
    avoid: [ID],
    sdp: SDP,
  },
  {
    type: 'request',
    epoch: 9,
    ranges: [
      [0, 0],
      [7, 0xffffffff],
    ],
  },
  { type: 'doors', numbers: Array.from({ length: 64 }, (_, i) => i) },
  { type: 'doors', numbers: [1], yields: true },
  {
    type: 'doors',
    numbers: Array.from({ length: 64 }, (_, i) => i),
    certificates: Array.from({ length: 64 }, (_, i) => certificate(i)),
  },
  { type: 'find', join: ID, peer: ID, purpose: 'parent', tier: 0, hops: 0, above: [], avoid: [], sdp: SDP },
  {
    type: 'signal',
    join: ID,
    peer: ID,
    signal: { type: 'candidate', candidate: 'candidate:1', sdpMid: null, sdpMLineIndex: 0 },
  },
];

function json(type: number, value: unknown): Uint8Array {
  return Uint8Array.from([type, ...utf8Bytes(JSON.stringify(value))]);
}

function code(bytes: Uint8Array): string {
  const decoded = decodeControl(bytes);
  return decoded.ok ? 'ok' : decoded.code;
}

describe('control messages', () => {
  it.each(MESSAGES)('come back from their bytes: $type', (message) => {
    expect(decodeControl(encodeControl(message))).toEqual({ ok: true, value: message });
  });

  it.each(MESSAGES)('cut short at any place are refused: $type', (message) => {
    const bytes = encodeControl(message);
    for (let length = 0; length < bytes.length; length++) {
      expect(['empty', 'truncated', 'malformed']).toContain(code(bytes.subarray(0, length)));
    }
  });

  it('have the bytes that docs/wire-control.md gives a tip, a pong and a sum', () => {
    const hex = (message: ControlMessage) => Buffer.from(encodeControl(message)).toString('hex');
    const tip: ControlMessage = {
      type: 'tip',
      epoch: 1,
      seq: 2,
      delayMs: 3,
      freeSlots: 4,
      standing: 'seeking',
      dropped: 5,
    };
    expect(hex(tip)).toBe('0101000000010000000200030405');
    expect(hex({ type: 'pong', t0Us: 1, rootUs: 2 })).toBe('0300000000000000010000000000000002');
    expect(hex({ type: 'counts', viewers: 1, slots: 2, freeSlots: 1, freeDepth: 255 })).toBe(
      '04000000010000000200000001ff',
    );
  });

  it('of an unknown type are told apart from malformed ones', () => {
    for (const type of [0, 100, 200, 255]) expect(code(Uint8Array.of(type, 1, 2))).toBe('unknown-type');
  });

  it('may carry fields of a newer version', () => {
    const longer = Uint8Array.from([...encodeControl({ type: 'ping', t0Us: 5 }), 1, 2, 3]);
    expect(decodeControl(longer)).toEqual({ ok: true, value: { type: 'ping', t0Us: 5 } });
    expect(decodeControl(json(10, { join: ID, status: 'taken', colour: 'red' }))).toEqual({
      ok: true,
      value: { type: 'passed', join: ID, status: 'taken' },
    });
  });

  it.each([
    ['a message over the limit', new Uint8Array(MESSAGE_BYTES_MAX + 1).fill(5), 'too-long'],
    ['a ping that never ends', new Uint8Array(200).fill(2), 'too-long'],
    ['a standing that isn’t one', Uint8Array.from([1, 9, ...new Uint8Array(12)]), 'malformed'],
    ['a time beyond 2^53', Uint8Array.from([2, ...new Uint8Array(8).fill(255)]), 'malformed'],
    ['more free slots than slots', Uint8Array.from([4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0]), 'malformed'],
    ['bytes that are no UTF-8', Uint8Array.of(5, 0xff, 0xfe), 'malformed'],
    ['an array', json(5, []), 'malformed'],
    ['null', json(8, null), 'malformed'],
    ['a number', json(8, 1e308), 'malformed'],
    ['brackets without end', Uint8Array.from([8, ...new Uint8Array(16_000).fill(0x5b)]), 'malformed'],
    ['an id in capitals', json(10, { join: ID.toUpperCase(), status: 'taken' }), 'malformed'],
    ['an id that is an object', json(10, { join: { toString: 'x' }, status: 'taken' }), 'malformed'],
    [
      'a status that only a prototype has',
      json(10, { __proto__: { status: 'taken' }, join: ID }),
      'malformed',
    ],
    ['a range that ends before it begins', json(13, { epoch: 1, ranges: [[5, 4]] }), 'malformed'],
    ['a door beyond the last', json(14, { numbers: [64] }), 'malformed'],
    ['a door twice', json(14, { numbers: [1, 1] }), 'malformed'],
    ['a certificate of no door', json(14, { numbers: [], certificates: [certificate(1)] }), 'malformed'],
    [
      'a door without its certificate',
      json(14, { numbers: [1, 2], certificates: [certificate(1)] }),
      'malformed',
    ],
    ['certificates that are no list', json(14, { numbers: [1], certificates: certificate(1) }), 'malformed'],
    [
      'a certificate that is too short',
      json(14, { numbers: [1], certificates: ['A'.repeat(88)] }),
      'malformed',
    ],
    [
      'a certificate that never ends',
      json(14, { numbers: [1], certificates: ['A'.repeat(8000)] }),
      'malformed',
    ],
    [
      'a certificate of other characters',
      json(14, { numbers: [1], certificates: [`${'é'.repeat(91)}=`] }),
      'malformed',
    ],
    ['a certificate that is a number', json(14, { numbers: [1], certificates: [7] }), 'malformed'],
    ['a range of one', json(13, { epoch: 1, ranges: [[5]] }), 'malformed'],
    ['a range of three', json(13, { epoch: 1, ranges: [[5, 6, 7]] }), 'malformed'],
    ['33 ranges', json(13, { epoch: 1, ranges: Array.from({ length: 33 }, () => [1, 1]) }), 'malformed'],
    [
      'a search that never ends',
      json(12, { join: ID, peer: ID, purpose: 'parent', tier: 0, hops: 17, above: [], avoid: [], sdp: SDP }),
      'malformed',
    ],
    [
      '33 ancestors',
      json(6, { paths: [{ mask: 15, depth: 40, ancestors: Array.from({ length: 33 }, () => ID) }] }),
      'malformed',
    ],
    [
      'two paths for one stripe',
      json(6, {
        paths: [
          { mask: 3, depth: 1, ancestors: [] },
          { mask: 2, depth: 1, ancestors: [] },
        ],
      }),
      'malformed',
    ],
    ['a path for no stripe', json(6, { paths: [{ mask: 0, depth: 1, ancestors: [] }] }), 'malformed'],
    ['a depth of 65', json(6, { paths: [{ mask: 15, depth: 65, ancestors: [] }] }), 'malformed'],
    ['nine slots', json(5, { v: 1, peer: ID, paths: [], slots: 9, epoch: 0 }), 'malformed'],
    ['a mask of five stripes', json(7, { mask: 31, layerMax: 0, epoch: 0, from: 0 }), 'malformed'],
    ['a negative seq', json(7, { mask: 15, layerMax: 0, epoch: 0, from: -1 }), 'malformed'],
    ['half a seq', json(7, { mask: 15, layerMax: 0, epoch: 0, from: 0.5 }), 'malformed'],
    [
      'an offer on its way up',
      json(11, { join: ID, peer: ID, signal: { type: 'renegotiate' } }),
      'malformed',
    ],
    ['an empty description', json(9, { join: ID, peer: ID, avoid: [], sdp: '' }), 'malformed'],
    [
      'a description too long',
      json(9, { join: ID, peer: ID, avoid: [], sdp: 'a'.repeat(SDP_CHARS_MAX + 1) }),
      'malformed',
    ],
    [
      'a description of line ends only',
      json(9, { join: ID, peer: ID, avoid: [], sdp: '\n'.repeat(SDP_CHARS_MAX - 1000) }),
      'malformed',
    ],
    ['a description with a zero byte', json(9, { join: ID, peer: ID, avoid: [], sdp: 'v=0\0' }), 'malformed'],
    [
      'nine unwelcome peers',
      json(9, { join: ID, peer: ID, avoid: Array.from({ length: 9 }, () => ID), sdp: SDP }),
      'malformed',
    ],
  ])('are refused: %s', (_what, bytes, expected) => {
    expect(code(bytes)).toBe(expected);
  });

  it('of any bytes at all give a message that encodes again within the limit, or a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 12 }), (bytes, type) => {
        const decoded = decodeControl(Uint8Array.from([type, ...bytes]));
        if (!decoded.ok) return;
        const again = encodeControl(decoded.value);
        expect(again.length).toBeLessThanOrEqual(MESSAGE_BYTES_MAX);
        expect(decodeControl(again)).toEqual(decoded);
      }),
      { numRuns: 3000 },
    );
  });

  it('of any JSON at all give a message that encodes again within the limit, or a code', () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        ID,
        [ID],
        15,
        0,
        'group',
        'taken',
        'leaving',
        SDP,
        'x'.repeat(SDP_CHARS_MAX),
        '"'.repeat(SDP_CHARS_MAX),
      ),
      fc.record({
        type: fc.constantFrom('offer', 'answer', 'candidate'),
        sdp: fc.string(),
        candidate: fc.string(),
      }),
    );
    const names = [
      'v',
      'peer',
      'paths',
      'slots',
      'epoch',
      'mask',
      'layerMax',
      'from',
      'reason',
      'join',
      'avoid',
      'sdp',
      'status',
      'signal',
    ];
    const object = fc.record(Object.fromEntries(names.map((name) => [name, field])), { requiredKeys: [] });
    fc.assert(
      fc.property(object, fc.integer({ min: 5, max: 13 }), (value, type) => {
        const decoded = decodeControl(json(type, value));
        if (decoded.ok) expect(encodeControl(decoded.value).length).toBeLessThanOrEqual(MESSAGE_BYTES_MAX);
        expect(() => decodeJoin(value)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('join envelopes', () => {
  const offer = { v: 1, join: ID, peer: ID, signal: { type: 'offer', sdp: SDP } };

  it('are rebuilt from known fields', () => {
    expect(decodeJoin({ ...offer, avoid: [ID], rides: true, more: 1 })).toEqual({
      ok: true,
      value: { ...offer, avoid: [ID], rides: true },
    });
    const notice = { v: 1, join: ID, peer: ID, notice: { type: 'waiting', place: 3 } };
    expect(decodeJoin(notice)).toEqual({ ok: true, value: notice });
  });

  it.each([
    null,
    7,
    'offer',
    [],
    [offer],
    {},
    { ...offer, v: 2 },
    { ...offer, join: 'x' },
    { ...offer, signal: { type: 'offer', sdp: 'a'.repeat(SDP_CHARS_MAX + 1) } },
    { ...offer, signal: { type: 'candidate', candidate: 'c'.repeat(513), sdpMid: '0', sdpMLineIndex: 0 } },
    { ...offer, signal: { type: 'candidate', candidate: 'c', sdpMid: '0', sdpMLineIndex: 256 } },
    { ...offer, signal: { type: 'candidate', candidate: 'c\n', sdpMid: '0', sdpMLineIndex: 0 } },
    { ...offer, signal: { type: 'candidate', candidate: 'c', sdpMid: '0\n', sdpMLineIndex: 0 } },
    { ...offer, signal: { type: 'candidate', candidate: 'c', sdpMid: '0'.repeat(65), sdpMLineIndex: 0 } },
    { ...offer, avoid: Array.from({ length: 9 }, () => ID) },
    { ...offer, rides: 1 },
    { ...offer, direct: false },
    { v: 1, join: ID, peer: ID, notice: { type: 'go away' } },
  ])('are refused when malformed: %#', (payload) => {
    expect(decodeJoin(payload)).toEqual({ ok: false, code: 'malformed' });
  });
});
