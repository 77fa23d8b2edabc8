import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALL_SDP_CHARS_MAX } from '../../../src/base/limits.ts';
import { callOver, fingerprintOf, readCallMessage } from '../../../src/rendezvous/call-message.ts';

const ID = 'mc_0123456789';
const OFFER = { type: 'offer', sdp: 'v=0' } as const;

describe('what pages say about a call', () => {
  test('is read as PeerJS says it', () => {
    const metadata = { v: 1 };
    const common = { type: 'media', connectionId: ID };
    expect(readCallMessage('offer', { ...common, sdp: OFFER, metadata })).toEqual({
      ...{ is: 'offer', id: ID, sdp: OFFER, said: metadata },
    });
    const answer = { type: 'answer', sdp: 'v=0' };
    expect(readCallMessage('answer', { ...common, sdp: answer })).toEqual({
      ...{ is: 'answer', id: ID, sdp: answer },
    });
    const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };
    expect(
      readCallMessage('candidate', { ...common, candidate: { ...candidate, usernameFragment: 'x' } }),
    ).toEqual({
      ...{ is: 'candidate', id: ID, candidate },
    });
    expect(readCallMessage('candidate', callOver(ID, 'declined'))).toEqual({
      ...{ is: 'over', id: ID, why: 'declined' },
    });
  });

  test.each([
    ['of a data connection', 'offer', { type: 'data', connectionId: ID, sdp: OFFER }],
    ['without a name', 'offer', { type: 'media', sdp: OFFER }],
    ['with a long name', 'offer', { type: 'media', connectionId: 'x'.repeat(65), sdp: OFFER }],
    ['without a description', 'offer', { type: 'media', connectionId: ID }],
    [
      'with a huge one',
      'offer',
      {
        ...{ type: 'media', connectionId: ID },
        sdp: { type: 'offer', sdp: 'x'.repeat(CALL_SDP_CHARS_MAX + 1) },
      },
    ],
    ['with another one', 'answer', { type: 'media', connectionId: ID, sdp: OFFER }],
    ['without a candidate', 'candidate', { type: 'media', connectionId: ID, candidate: null }],
    [
      'with a long candidate',
      'candidate',
      { type: 'media', connectionId: ID, candidate: { candidate: 'x'.repeat(2000) } },
    ],
    ['that only we may conclude', 'candidate', { type: 'media', connectionId: ID, over: 'lost' }],
  ] as const)('is nothing %s', (_, kind, payload) => {
    expect(readCallMessage(kind, payload)).toBeUndefined();
  });

  test('never throws, whatever comes', () => {
    const kinds = fc.constantFrom('offer' as const, 'answer' as const, 'candidate' as const);
    fc.assert(fc.property(kinds, fc.anything(), (kind, payload) => void readCallMessage(kind, payload)));
    fc.assert(
      fc.property(kinds, fc.anything(), fc.anything(), (kind, sdp, candidate) => {
        readCallMessage(kind, { type: 'media', connectionId: ID, sdp, candidate, over: candidate });
      }),
    );
  });
});

describe('the certificate of a description', () => {
  const PRINT = Array.from({ length: 32 }, (_, i) => (i + 160).toString(16)).join(':');
  const OTHER = PRINT.replace('a0', '00');
  const line = (print: string): string => `a=fingerprint:sha-256 ${print.toUpperCase()}`;
  const sdp = (...lines: string[]): string =>
    ['v=0', ...lines, 'm=audio 9 UDP/TLS/RTP/SAVPF 111', ''].join('\r\n');

  test('is that which every section names', () => {
    for (const lines of [[line(PRINT)], [line(PRINT), 'm=video 9 UDP/TLS/RTP/SAVPF 96', line(PRINT)]])
      expect(fingerprintOf(sdp(...lines))).toBe(PRINT.replaceAll(':', ''));
  });

  test('is none where another one is named besides, however it is written, or none is', () => {
    for (const lines of [
      [],
      [line(PRINT), line(OTHER)],
      [line(PRINT), line(OTHER).toUpperCase()],
      [line(PRINT), ` ${line(OTHER)}`],
      [line(PRINT), line(OTHER).replace('=', ' = ')],
      [line(PRINT), `a=x\n${line(OTHER)}`],
      [line(PRINT), `a=x\r${line(OTHER)}`],
      [line(PRINT), `a=x${line(OTHER)}`],
      [line(PRINT), line(OTHER).replace('sha-256', 'sha-1')],
      [line(PRINT).replace('sha-256', 'sha-1')],
      [line(PRINT.slice(3))],
      [line(`${PRINT}:00`)],
    ])
      expect(fingerprintOf(sdp(...lines))).toBeUndefined();
    fc.assert(fc.property(fc.string(), (any) => void fingerprintOf(any)));
    fc.assert(fc.property(fc.string(), (any) => void fingerprintOf(`a=fingerprint:${any}`)));
  });
});
