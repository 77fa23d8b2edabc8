// The room's bytes: what is said, what goes up, what comes down. Hostile bytes are values, never exceptions.

import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concatBytes, hex, utf8Bytes, utf8Text, type Bytes } from '../../../src/base/bytes.ts';
import { MESSAGE_BYTES_MAX } from '../../../src/base/limits.ts';
import {
  decodeSaid,
  encodeSaidBody,
  isCleanSaid,
  SAID_BYTES_MAX,
  saidSigned,
} from '../../../src/room/comment-codec.ts';
import { decodeRise, encodeRise } from '../../../src/room/rise-message.ts';
import { isRise } from '../../../src/room/rise-type.ts';
import { decodeRoomPacket, encodeRoomPacket, type RoomPacket } from '../../../src/room/room-packet.ts';
import { RISE_COMMENTS_MAX, SUM_MAX } from '../../../src/room/room-limits.ts';
import { decodeTicket, encodeTicket, TICKET_BYTES, ticketSigned } from '../../../src/room/ticket.ts';
import { makeSigner, verifier } from '../feed/samples.ts';
import { BROADCAST_ID, EPOCH, say } from './samples.ts';

const signer = makeSigner();
const fromHex = (text: string): Bytes => Uint8Array.from(Buffer.from(text, 'hex'));
const VECTORS = JSON.parse(readFileSync('tests/vectors/room-1.json', 'utf8')) as {
  broadcastId: string;
  said: string;
  rise: string;
  packet: string;
};

const PACKET: RoomPacket = {
  n: 3,
  isWhole: true,
  mode: 'slow',
  hearts: 1_000_000,
  leftOut: 431,
  floor: 2,
  last: 9,
  add: [
    { id: 8, by: '0123456789abcdef', name: 'Zoé', text: '<b>salut</b>' },
    { id: 9, by: '', name: '', text: 'Bienvenue' },
  ],
  hide: [5],
  muted: ['fedcba9876543210'],
  board: {
    pinned: null,
    questions: [{ id: 4, by: '0123456789abcdef', name: '', text: 'Pourquoi ?', votes: 3 }],
  },
  joined: 2,
};

describe('what is said', () => {
  it('comes back as it went, and its signature holds for this broadcast only', async () => {
    const said = await say(signer, { name: 'Zoé', text: 'Salut à tous', counter: 12 });
    expect(said).toMatchObject({
      kind: 'comment',
      name: 'Zoé',
      text: 'Salut à tous',
      counter: 12,
      epoch: EPOCH,
    });
    expect(said.author).toBe(hex(signer.publicKey).slice(0, 16));
    const check = (id: string, body: Bytes): Promise<boolean> =>
      verifier.verify('comment', said.publicKey, saidSigned(id, body), said.signature);
    expect(await check(BROADCAST_ID, said.body)).toBe(true);
    expect(await check('b'.repeat(26), said.body)).toBe(false);
    expect(await check(BROADCAST_ID, (await say(signer, { epoch: EPOCH + 1 })).body)).toBe(false);
  });

  it('carries a ticket behind its signature, which holds for its key and broadcast only', async () => {
    const root = makeSigner();
    const said = await say(signer);
    const told = { tag: '0123456789abcdef', expiryS: 1_800_000_000 };
    const statement = ticketSigned(BROADCAST_ID, said.publicKey, told);
    const bytes = encodeTicket({ ...told, signature: await root.sign('ticket', statement) });
    expect(bytes).toHaveLength(TICKET_BYTES);
    const decoded = decodeSaid(concatBytes(said.bytes, bytes));
    if (!decoded.ok) throw new Error(decoded.code);
    expect(decoded.value).toMatchObject({ tag: told.tag, author: said.author, body: said.body });
    expect(decoded.value.signature).toEqual(said.signature);
    expect(decoded.value.ticket).toEqual(decodeTicket(bytes));
    const { signature } = decodeTicket(bytes)!;
    const holds = (id: string, key: Bytes, of = told): Promise<boolean> =>
      verifier.verify('ticket', root.publicKey, ticketSigned(id, key, of), signature);
    expect(await holds(BROADCAST_ID, said.publicKey)).toBe(true);
    expect(await holds('b'.repeat(26), said.publicKey)).toBe(false);
    expect(await holds(BROADCAST_ID, makeSigner().publicKey)).toBe(false);
    expect(await holds(BROADCAST_ID, said.publicKey, { ...told, tag: 'f'.repeat(16) })).toBe(false);
    expect(await holds(BROADCAST_ID, said.publicKey, { ...told, expiryS: told.expiryS + 1 })).toBe(false);
    for (let cut = 1; cut < TICKET_BYTES; cut++)
      expect(decodeSaid(concatBytes(said.bytes, bytes.subarray(0, cut)))).toMatchObject({ ok: false });
  });

  it('is as the vectors keep it', async () => {
    const decoded = decodeSaid(fromHex(VECTORS.said));
    if (!decoded.ok) throw new Error(decoded.code);
    const { kind, name, text, counter, target, epoch, publicKey, body, signature } = decoded.value;
    expect({ kind, name, text, counter, target, epoch }).toEqual({
      ...{
        kind: 'comment',
        name: 'Zoé',
        text: 'Salut à tous !',
        counter: 5,
        target: 0,
        epoch: 1_795_000_000,
      },
    });
    const signed = saidSigned(VECTORS.broadcastId, body);
    expect(await verifier.verify('comment', publicKey, signed, signature)).toBe(true);
    expect(hex(encodeSaidBody(decoded.value, publicKey))).toBe(hex(body));
  });

  it('costs nothing more than a code, whatever the bytes', async () => {
    const { bytes } = await say(signer, { name: 'Zoé' });
    for (let length = 0; length < bytes.length; length++)
      expect(decodeSaid(bytes.slice(0, length))).toEqual({ ok: false, code: 'truncated' });
    expect(decodeSaid(concatBytes(bytes, [0])).ok).toBe(false);
    expect(decodeSaid(new Uint8Array(SAID_BYTES_MAX + 1))).toEqual({ ok: false, code: 'too-long' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (any) => {
        const result = decodeSaid(Uint8Array.from(any));
        expect(result.ok || result.code.length > 0).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const mutant = bytes.slice();
        mutant[at] = value;
        decodeSaid(mutant);
      }),
    );
  });

  it('has no name beside words that are sealed', async () => {
    const { bytes } = await say(signer, { name: 'Zoé' });
    const sealed = concatBytes([bytes[0]! | 0x80], bytes.slice(1));
    expect(decodeSaid(sealed)).toEqual({ ok: false, code: 'sealed' });
  });

  it('has a target where it means something, and only there', () => {
    const target = (kind: 'comment' | 'vote' | 'report', number: number): boolean => {
      const said = { kind, epoch: 1, counter: 1, target: number, name: '', text: '' };
      return decodeSaid(concatBytes(encodeSaidBody(said, signer.publicKey), new Uint8Array(64))).ok;
    };
    expect([target('comment', 0), target('comment', 1)]).toEqual([true, false]);
    expect([target('vote', 0), target('vote', 1)]).toEqual([false, true]);
    expect([target('report', 0), target('report', 1)]).toEqual([true, true]);
  });

  it('is unclean with a text that nobody could have typed', async () => {
    expect(isCleanSaid(await say(signer))).toBe(true);
    expect(isCleanSaid(await say(signer, { text: 'a\u202eb' }))).toBe(false);
    expect(isCleanSaid(await say(signer, { text: '' }))).toBe(false);
    expect(isCleanSaid(await say(signer, { name: ' x' }))).toBe(false);
    const vote = await say(signer, { kind: 'vote', target: 1, text: '' });
    expect([isCleanSaid(vote), isCleanSaid({ ...vote, text: 'mine' })]).toEqual([true, false]);
  });
});

describe('the message up', () => {
  it('comes back as it went', async () => {
    const said = [await say(signer), await say(signer, { counter: 2, text: 'x' })];
    const bytes = encodeRise({ hearts: SUM_MAX, leftOut: 2 ** 33 + 5, said });
    expect(isRise(bytes)).toBe(true);
    expect(decodeRise(bytes)).toEqual({ ok: true, value: { hearts: SUM_MAX, leftOut: 2 ** 33 + 5, said } });
    expect(decodeRise(fromHex(VECTORS.rise))).toMatchObject({
      ok: true,
      value: { hearts: 123_456_789_012, leftOut: 431, said: [{ text: 'Salut à tous !' }] },
    });
  });

  it('fits a message even when it is full, and sums alone take few bytes', async () => {
    const longest = await say(signer, { name: '😀'.repeat(24), text: '😀'.repeat(200) });
    const said = Array.from({ length: RISE_COMMENTS_MAX }, () => longest);
    expect(encodeRise({ hearts: 0, leftOut: 0, said }).length).toBeLessThan(MESSAGE_BYTES_MAX / 4);
    expect(encodeRise({ hearts: 1e12, leftOut: 0, said: [] })).toHaveLength(14);
  });

  it('is refused when anything in it breaks a rule', async () => {
    const bytes = encodeRise({ hearts: 1, leftOut: 1, said: [await say(signer)] });
    for (let length = 0; length < bytes.length; length++)
      expect(decodeRise(bytes.slice(0, length))).toEqual({ ok: false, code: 'truncated' });
    expect(decodeRise(concatBytes([0], bytes.slice(1)))).toEqual({ ok: false, code: 'truncated' });
    expect(decodeRise(concatBytes(bytes, [0]))).toEqual({ ok: false, code: 'truncated' });
    const many = bytes.slice();
    many[13] = 255;
    expect(decodeRise(many)).toEqual({ ok: false, code: 'count' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (any) => {
        decodeRise(concatBytes([34], any));
      }),
    );
  });
});

describe('a room packet', () => {
  it('comes back as it went', () => {
    expect(decodeRoomPacket(encodeRoomPacket(PACKET))).toEqual({ ok: true, value: PACKET });
    const small: RoomPacket = {
      ...{ n: 0, isWhole: false, mode: 'open', hearts: 0, leftOut: 0, floor: 0, last: 0, add: [], hide: [] },
    };
    expect(decodeRoomPacket(encodeRoomPacket(small))).toEqual({ ok: true, value: small });
    expect(utf8Text(fromHex(VECTORS.packet))).toBe(utf8Text(encodeRoomPacket(PACKET)));
  });

  it('gives up texts that break the rules, even of a broadcaster', () => {
    const hostile = { ...PACKET, add: [{ ...PACKET.add[0]!, text: `a${'\u0335'.repeat(80)}\n\n\n\u202eb` }] };
    const decoded = decodeRoomPacket(encodeRoomPacket(hostile));
    expect(decoded.ok && decoded.value.add[0]!.text).toBe(`a${'\u0335'.repeat(4)} b`);
  });

  it('is refused when a field is of another kind', () => {
    const json = JSON.parse(utf8Text(encodeRoomPacket(PACKET))!) as object;
    const wrong: [object, string][] = [
      [{ v: 2 }, 'version'],
      [{ n: -1 }, 'fields'],
      [{ mode: 'loud' }, 'fields'],
      [{ hearts: 2 ** 53 }, 'fields'],
      [{ hide: Array.from({ length: 500 }, () => 1) }, 'fields'],
      [{ joined: '2' }, 'fields'],
      [{ add: [{ id: 1, by: 'xyz', name: '', text: 'a' }] }, 'comment'],
      [{ add: [{ id: 1, by: '', name: '', text: '\u200b' }] }, 'comment'],
      [{ add: {} }, 'comment'],
      [{ muted: ['__proto__'] }, 'board'],
      [{ board: { pinned: 1, questions: [] } }, 'board'],
      [{ board: undefined }, 'board'],
    ];
    for (const [change, code] of wrong)
      expect(decodeRoomPacket(utf8Bytes(JSON.stringify({ ...json, ...change })))).toEqual({
        ok: false,
        code,
      });
    expect(decodeRoomPacket(new Uint8Array(16_385))).toEqual({ ok: false, code: 'size' });
    expect(decodeRoomPacket(Uint8Array.of(0xff))).toEqual({ ok: false, code: 'utf8' });
    for (const text of ['', '[]', 'null', '1', '{']) expect(decodeRoomPacket(utf8Bytes(text)).ok).toBe(false);
    fc.assert(
      fc.property(fc.json(), (text) => {
        decodeRoomPacket(utf8Bytes(text));
      }),
    );
  });
});
