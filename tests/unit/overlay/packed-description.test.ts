// Descriptions in short: what real browsers and Node write survives, and no text at all throws or grows.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeControl, encodeControl } from '../../../src/overlay/control-codec.ts';
import { packDescription, unpackDescription } from '../../../src/overlay/packed-description.ts';

interface Sample {
  from: string;
  type: string;
  sdp: string;
  packed: string;
}
const SAMPLES = JSON.parse(
  readFileSync(new URL('../../vectors/descriptions-1.json', import.meta.url), 'utf8'),
) as Sample[];
const ID = '0123456789abcdef';

/** The lines that two data channels need, in an order and a spelling of their own. */
function essence(sdp: string): string[] {
  const kept = /^a=(?:ice-ufrag|ice-pwd|fingerprint|setup|mid|sctp-port|max-message-size|candidate):/;
  return sdp
    .split(/\r?\n/)
    .filter((line) => kept.test(line) && !line.includes('tcptype active'))
    .map((line) => line.replace(/ (?:generation|network-cost|network-id) \d+/g, '').toLowerCase())
    .sort();
}

const word = (characters: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength: min, maxLength: max });
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const port = fc.nat(65_535);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.uuid().map((id) => `${id}.local`),
);
const related = fc.oneof(
  fc.constant(''),
  fc.tuple(address, port).map(([address, port]) => ` raddr ${address} rport ${port}`),
);
const candidate = fc
  .tuple(
    word(`${ALPHANUMERIC}+/`, 1, 32),
    fc.nat(0xffffffff),
    address,
    port,
    fc.constantFrom('host', 'srflx', 'prflx', 'relay'),
    related,
    fc.constantFrom('udp', 'tcp passive', 'tcp so'),
  )
  .map(([foundation, priority, address, port, type, related, transport]) => {
    const [protocol = '', tcpType] = transport.split(' ');
    const line = `a=candidate:${foundation} 1 ${protocol} ${priority} ${address} ${port} typ ${type}${related}`;
    return tcpType === undefined ? line : `${line} tcptype ${tcpType}`;
  });
const description = fc
  .record({
    setup: fc.constantFrom('actpass', 'active', 'passive'),
    mid: word(ALPHANUMERIC, 1, 16),
    size: fc.nat(0xffffffff),
    ufrag: word(`${ALPHANUMERIC}+/`, 4, 32),
    password: word(`${ALPHANUMERIC}+/`, 22, 64),
    fingerprint: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    candidates: fc.array(candidate, { maxLength: 20 }),
  })
  .map(({ setup, mid, size, ufrag, password, fingerprint, candidates }) => {
    const pairs = Array.from(fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase());
    return [
      'v=0',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      ...candidates,
      `a=setup:${setup}`,
      `a=mid:${mid}`,
      `a=max-message-size:${size}`,
      `a=ice-ufrag:${ufrag}`,
      `a=ice-pwd:${password}`,
      `a=fingerprint:sha-256 ${pairs.join(':')}`,
      'a=sctp-port:5000',
      '',
    ].join('\r\n');
  });

describe('a packed description', () => {
  it.each(SAMPLES)('of $from keeps all that its $type needs, in less than half', ({ sdp, packed }) => {
    expect(packDescription(sdp)).toBe(packed);
    expect(packed.length).toBeLessThan(sdp.length / 2);
    expect(essence(unpackDescription(packed) ?? '')).toEqual(essence(sdp));
  });

  it('keeps all that two data channels need, and is the same at every hop', () => {
    fc.assert(
      fc.property(description, (sdp) => {
        const packed = packDescription(sdp) ?? '';
        const whole = unpackDescription(packed) ?? '';
        expect(essence(whole)).toEqual(essence(sdp));
        expect(packDescription(whole)).toBe(packed);
      }),
    );
  });

  it('is what passes, finds and answers carry', () => {
    const { sdp } = SAMPLES[0]!;
    const common = { join: ID, peer: ID, avoid: [] };
    const messages = [
      { type: 'pass', ...common, sdp },
      { type: 'find', ...common, purpose: 'parent', tier: 0, hops: 1, above: [], sdp },
      { type: 'signal', join: ID, peer: ID, signal: { type: 'answer', sdp } },
    ] as const;
    for (const message of messages) {
      const bytes = encodeControl({ ...message } as Parameters<typeof encodeControl>[0]);
      expect(bytes.length).toBeLessThan(sdp.length * 0.65);
      const decoded = decodeControl(bytes);
      if (!decoded.ok) throw new Error(decoded.code);
      const { value } = decoded;
      expect(encodeControl(value)).toHaveLength(bytes.length);
      const carried =
        'sdp' in value ? value.sdp : 'signal' in value && 'sdp' in value.signal && value.signal.sdp;
      expect(essence(String(carried))).toEqual(essence(sdp));
    }
  });

  it.each([
    [
      'another section',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      '$&\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111',
    ],
    ['another digest', 'sha-256', 'sha-512'],
    ['another port', 'sctp-port:5000', 'sctp-port:5001'],
    ['an ICE lite agent', 's=-', 's=-\r\na=ice-lite'],
    ['no password', /a=ice-pwd:.*\r\n/, ''],
    ['two fragments of a user', /a=ice-ufrag:.*/, '$&\r\na=ice-ufrag:another'],
    ['a candidate of another component', /(candidate:\d+) 1 /, '$1 2 '],
  ])('can’t say %s, which travels whole', (_, what, instead) => {
    const { sdp } = SAMPLES[0]!;
    const other = sdp.replace(what, instead);
    expect(other).not.toBe(sdp);
    expect(packDescription(other)).toBeUndefined();
  });

  it('is none when one character is missing, doubled or another, or else stands for a description again', () => {
    const packed = fc.constantFrom(...SAMPLES.map((sample) => sample.packed));
    const damage = fc.tuple(
      packed,
      fc.nat(),
      fc.constantFrom('', ' ', ';', 'z', '0', '\r\n', '\u0000', '\ud800'),
    );
    fc.assert(
      fc.property(damage, ([packed, at, instead]) => {
        const i = at % packed.length;
        const text = packed.slice(0, i) + instead + packed.slice(i + 1);
        const whole = unpackDescription(text);
        if (whole !== undefined) expect(packDescription(whole)).toBe(text);
      }),
    );
  });

  it('may be any text at all, and so may a description', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('1', '0', ' ', ';', 'a', '.', 'u') }),
      fc.integer({ min: 33, max: 5000 }).map((n) => `${SAMPLES[0]!.packed}${';0u 1 1 1.2.3.4 5'.repeat(n)}`),
    );
    fc.assert(
      fc.property(text, (text) => {
        const whole = unpackDescription(text);
        if (whole !== undefined) expect(packDescription(whole)).toBe(text);
        packDescription(text);
      }),
    );
    expect(unpackDescription(`${SAMPLES[0]!.packed}${';0u 1 1 1.2.3.4 5'.repeat(33)}`)).toBeUndefined();
  });

  it('and a whole one beside it cost the edge', () => {
    const { sdp, packed } = SAMPLES[0]!;
    const bytes = (fields: object) => {
      const json = new TextEncoder().encode(JSON.stringify({ join: ID, peer: ID, avoid: [], ...fields }));
      return Uint8Array.of(9, ...json);
    };
    expect(decodeControl(bytes({ packed })).ok).toBe(true);
    for (const fields of [{ packed, sdp }, { packed: '' }, { packed: 7 }, { packed: `${packed};` }])
      expect(decodeControl(bytes(fields))).toEqual({ ok: false, code: 'malformed' });
  });
});
