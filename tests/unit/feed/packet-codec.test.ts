import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/base/bytes.ts';
import {
  decodeMediaMessage,
  encodeFragmentMessage,
  encodeSkipMessage,
  messagesOf,
} from '../../../src/feed/media-message.ts';
import { decodeHead, encodeHeader, fragmentCount } from '../../../src/feed/packet-codec.ts';
import type { PacketHeader } from '../../../src/feed/packet.ts';
import { draftsOf, makePackets, makeSigner, payloadOf } from './samples.ts';

const HEADER: PacketHeader = {
  kind: 'video',
  isKey: true,
  layer: 2,
  stripe: 3,
  isSealed: true,
  epoch: 0x6924_4a10,
  seq: 0xfedc_ba98,
  groupSeq: 0xfedc_ba98,
  timeUs: 1_795_000_000_123_456,
  durationUs: 33_333,
  length: 5000,
  digests: [payloadOf(16, 1), payloadOf(16, 2)],
};

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function headOf(header: PacketHeader): Bytes {
  return Uint8Array.from([...encodeHeader(header), ...payloadOf(64, 9)]);
}

const headers: fc.Arbitrary<PacketHeader> = fc
  .record({
    kind: fc.constantFrom('config', 'video', 'audio', 'room', 'beat', 'end'),
    isKey: fc.boolean(),
    layer: fc.integer({ min: 0, max: 3 }),
    stripe: fc.integer({ min: 0, max: 3 }),
    isSealed: fc.boolean(),
    epoch: fc.nat(0xffff_ffff),
    seq: fc.nat(0xffff_ffff),
    back: fc.nat(1000),
    timeUs: fc.maxSafeNat(),
    durationUs: fc.nat(0xffff_ffff),
    length: fc.nat(40_000),
  })
  .map(({ back, ...rest }) => ({
    ...rest,
    groupSeq: rest.isKey ? rest.seq : Math.max(0, rest.seq - back),
    digests: Array.from({ length: fragmentCount(rest.length) }, (_, i) => payloadOf(16, i)),
  }));

describe('the head of a packet', () => {
  it('keeps every field through encoding and decoding', () => {
    fc.assert(
      fc.property(headers, (header) => {
        const decoded = decodeHead(headOf(header));
        expect(decoded.ok && decoded.value.header).toEqual(header);
      }),
    );
  });

  it('is refused, and never read past its end, when truncated at any offset', () => {
    const head = headOf(HEADER);
    for (let length = 0; length < head.length; length++) {
      expect(decodeHead(head.subarray(0, length))).toEqual({ ok: false, code: 'truncated' });
    }
  });

  it.each([
    ['version', 0, 2],
    ['kind', 1, 6],
    ['flags', 2, 0b0100_0000],
    ['flags', 3, 1],
    ['length', 28, 0xff],
    ['time', 16, 0x80],
    ['group', 8, 0],
  ])('is refused by code %s when byte %i is %i', (code, offset, value) => {
    const head = headOf(HEADER);
    head[offset] = value;
    expect(decodeHead(head)).toEqual({ ok: false, code });
  });

  it.each([
    ['its group starts after it', { isKey: false, seq: 5, groupSeq: 6 }],
    ['it is a key in the group of another', { isKey: true, seq: 6, groupSeq: 5 }],
  ])('is refused when %s', (_, changes) => {
    expect(decodeHead(headOf({ ...HEADER, ...changes }))).toEqual({ ok: false, code: 'group' });
  });
});

describe('any bytes', () => {
  it('give a value or a code, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const result = decodeMediaMessage(Uint8Array.from(bytes));
        expect(typeof result.ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });

  it('give a value or a code when a true message is damaged anywhere', async () => {
    const [packet] = await makePackets(makeSigner(), 7, draftsOf(1));
    const [message] = messagesOf(packet!);
    fc.assert(
      fc.property(fc.nat(message!.length - 1), fc.nat(255), fc.nat(message!.length), (at, value, length) => {
        const damaged = message!.slice(0, length);
        if (at < damaged.length) damaged[at] = value;
        expect(typeof decodeMediaMessage(damaged).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a media message', () => {
  it('carries a fragment', () => {
    const message = decodeMediaMessage(encodeFragmentMessage(7, 9, 200, payloadOf(10)));
    expect(message).toEqual({
      ok: true,
      value: { type: 'fragment', epoch: 7, seq: 9, index: 200, bytes: payloadOf(10) },
    });
  });

  it('announces a hole', () => {
    const message = decodeMediaMessage(encodeSkipMessage(7, 9, 12));
    expect(message).toEqual({ ok: true, value: { type: 'skip', epoch: 7, fromSeq: 9, toSeq: 12 } });
  });

  it.each([
    ['empty', []],
    ['type', [0]],
    ['type', [4]],
    ['truncated', [2, 0, 0, 0, 1]],
    ['truncated', [2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]],
    ['truncated', [3, 0, 0, 0]],
    ['truncated', [3, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 9]],
    ['flags', [2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 9]],
    ['fragment', [2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, ...payloadOf(4097)]],
    ['fragment', [1, ...headOf(HEADER), ...payloadOf(4095)]],
    ['size', [...payloadOf(16_385)]],
  ])('is refused by code %s', (code, bytes) => {
    expect(decodeMediaMessage(Uint8Array.from(bytes))).toEqual({ ok: false, code });
  });

  it('is refused when a hole ends before it starts', () => {
    expect(decodeMediaMessage(encodeSkipMessage(7, 9, 8))).toEqual({ ok: false, code: 'range' });
  });
});

describe('version 1', () => {
  const vectors = JSON.parse(readFileSync('tests/vectors/wire-1.json', 'utf8')) as Record<string, string>;

  it('has the bytes that it always had', () => {
    expect(hex(encodeHeader(HEADER))).toBe(vectors['header']);
    expect(hex(encodeFragmentMessage(0x6924_4a10, 7, 3, payloadOf(5)))).toBe(vectors['fragment']);
    expect(hex(encodeSkipMessage(0x6924_4a10, 7, 9))).toBe(vectors['skip']);
  });
});
