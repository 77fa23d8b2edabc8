// Requests of moderators on their way up. Numbers in brackets name the invariants in act-hop.ts.

import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';
import {
  ACT_BYTES,
  actSigned,
  decodeAct,
  decodeActMessage,
  encodeActBody,
  encodeActMessage,
  type Act,
  type SignedAct,
} from '../../../src/room/act-codec.ts';
import { ActHop } from '../../../src/room/act-hop.ts';
import { decodeInvitation, encodeInvitation } from '../../../src/room/invitation.ts';
import {
  ACT_AGAIN_MS,
  EDGE_ACTS_BURST,
  KEY_ACTS_BURST,
  KEY_ACTS_PER_SECOND,
} from '../../../src/room/room-limits.ts';
import { makeSigner, verifier } from '../feed/samples.ts';
import { BROADCAST_ID, EPOCH } from './samples.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const AUTHOR = '0001020304050607';
const HIDE: Act = { kind: 'hide', epoch: EPOCH, seen: 3, nonce: 9, target: 12 };

function actOf(changes: Partial<Act> = {}, signature?: Bytes): SignedAct {
  const act = { ...HIDE, ...changes };
  // Any bytes do for a hop: whoever calls it checks them.
  const mark = signature ?? new Uint8Array(64).fill(act.nonce % 251);
  const decoded = decodeAct(concatBytes(encodeActBody(act, KEY), mark, new Uint8Array(64)));
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

describe('an act', () => {
  it('comes out as it went in, and its signature holds for its broadcast only', async () => {
    const signer = makeSigner();
    const body = encodeActBody(HIDE, signer.publicKey);
    const signature = await signer.sign('act', actSigned(BROADCAST_ID, body));
    const decoded = decodeActMessage(encodeActMessage(concatBytes(body, signature, new Uint8Array(64))));
    if (!decoded.ok) throw new Error(decoded.code);
    expect(decoded.value).toMatchObject({ ...HIDE, signature, publicKey: signer.publicKey });
    const holds = (id: string): Promise<boolean> =>
      verifier.verify('act', signer.publicKey, actSigned(id, decoded.value.body), signature);
    expect([await holds(BROADCAST_ID), await holds('b'.repeat(26))]).toEqual([true, false]);
  });

  it('has a target where it means something, and only there', () => {
    const code = (kind: Act['kind'], target: number): string => {
      const body = encodeActBody({ ...HIDE, kind, target }, KEY);
      const decoded = decodeAct(concatBytes(body, new Uint8Array(128)));
      return decoded.ok ? 'ok' : decoded.code;
    };
    for (const kind of ['hide', 'mute', 'approve', 'dismiss', 'keep'] as const)
      expect([code(kind, 1), code(kind, 0)]).toEqual(['ok', 'target']);
    for (const kind of ['shield', 'undo-shield'] as const)
      expect([code(kind, 1), code(kind, 0)]).toEqual(['target', 'ok']);
    expect([code('pin', 1), code('pin', 0)]).toEqual(['ok', 'ok']);
  });

  it('costs nothing more than a code, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2 * ACT_BYTES }), (any) => {
        const result = decodeActMessage(Uint8Array.from(any));
        expect(result.ok || result.code.length > 0).toBe(true);
      }),
    );
    expect(decodeAct(new Uint8Array(ACT_BYTES).fill(255))).toEqual({ ok: false, code: 'kind' });
  });
});

describe('an invitation', () => {
  it('is 107 characters that an address takes, and comes out as it went in', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    fc.assert(
      fc.property(bytes(16), bytes(64), (secret, delegation) => {
        const invitation = { secret: Uint8Array.from(secret), delegation: Uint8Array.from(delegation) };
        const text = encodeInvitation(invitation);
        expect(text).toMatch(/^[\w-]{107}$/);
        expect(decodeInvitation(text)).toEqual(invitation);
      }),
    );
    for (const text of ['', 'x'.repeat(106), 'x'.repeat(108), '!'.repeat(107)])
      expect(decodeInvitation(text)).toBeUndefined();
  });
});

describe('a hop', () => {
  let hop: ActHop;

  beforeEach(() => {
    hop = new ActHop();
    hop.follow(EPOCH, new Set([AUTHOR]));
  });

  it('passes on what a moderator in force asks for', () => {
    expect(hop.arrive('a', actOf(), 0)).toBe('check');
    expect(hop.pass(actOf(), 1)).toBe(true);
  });

  it('[1] drops what anybody else asks for, unchecked, and what is of another epoch', () => {
    expect(hop.arrive('a', actOf({ epoch: EPOCH - 1 }), 0)).toBe('drop');
    hop.follow(EPOCH, new Set());
    expect(hop.arrive('a', actOf(), 0)).toBe('drop');
    expect(hop.pass(actOf(), 0)).toBe(false);
    expect(new ActHop().arrive('a', actOf(), 0)).toBe('drop');
  });

  it('[1] drops what was being checked when its moderator was revoked', () => {
    expect(hop.arrive('a', actOf(), 0)).toBe('check');
    hop.follow(EPOCH, new Set());
    expect(hop.pass(actOf(), 1)).toBe(false);
  });

  it('[2] bounds what goes on for one moderator, over however many edges', () => {
    let passed = 0;
    for (let i = 0; i < 2000; i++) if (hop.pass(actOf({ nonce: i }, marked(i)), i)) passed++;
    expect(passed).toBeGreaterThanOrEqual(KEY_ACTS_BURST);
    expect(passed).toBeLessThanOrEqual(KEY_ACTS_BURST + 2 * KEY_ACTS_PER_SECOND);
  });

  it('[2] cuts an edge that floods, and no other', () => {
    const fates = Array.from({ length: EDGE_ACTS_BURST + 1 }, (_, i) =>
      hop.arrive('a', actOf({ nonce: i }), 0),
    );
    expect(fates.indexOf('cut')).toBe(EDGE_ACTS_BURST);
    expect(hop.arrive('b', actOf(), 0)).toBe('check');
  });

  it('[3] stops a copy, and lets one pass that is sent again later', () => {
    expect(hop.pass(actOf(), 0)).toBe(true);
    expect(hop.arrive('b', actOf(), 10)).toBe('drop');
    expect(hop.pass(actOf(), 10)).toBe(false);
    expect(hop.arrive('b', actOf(), ACT_AGAIN_MS)).toBe('check');
    expect(hop.pass(actOf(), ACT_AGAIN_MS)).toBe(true);
  });
});

function marked(i: number): Bytes {
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, i);
  return signature;
}
