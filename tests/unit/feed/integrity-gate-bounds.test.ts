// What the gate spends on bytes that nobody needs, and what happens while checks are still under way. Numbers in brackets name its invariants.

import { describe, expect, it } from 'vitest';
import { concatBytes, type Bytes } from '../../../src/base/bytes.ts';
import { ASSEMBLY_BYTES_MAX, ASSEMBLY_PACKETS_MAX, HEAD_CHECKS_MAX } from '../../../src/base/limits.ts';
import { IntegrityGate, type GateCode } from '../../../src/feed/integrity-gate.ts';
import {
  decodeMediaMessage,
  encodeFragmentMessage,
  encodeHeadMessage,
  messagesOf,
} from '../../../src/feed/media-message.ts';
import { encodeHeader } from '../../../src/feed/packet-codec.ts';
import type { Packet, PacketHeader } from '../../../src/feed/packet.ts';
import type { Verifier } from '../../../src/ports.ts';
import { draftsOf, makePackets, makeSigner, payloadOf, verifier } from './samples.ts';

const signer = makeSigner();
const packets = await makePackets(signer, 100, draftsOf(1));
const [older] = await makePackets(signer, 99, draftsOf(1));
const [newer] = await makePackets(signer, 101, draftsOf(1));
const LARGE_BYTES = 200_000;
/** Heads of more bytes than the gate holds, of seqs that the others don't have. */
const large = (
  await makePackets(
    signer,
    100,
    Array.from({ length: 80 }, (_, i) => ({
      ...{ kind: 'video' as const, timeUs: 1 },
      payload: payloadOf(i < packets.length ? 1 : LARGE_BYTES, i),
    })),
  )
).slice(packets.length);
const key = packets.find(({ header }) => header.length > 8192)!;

/** A gate whose checks are counted, and wait until `release` where they are held. */
class Watched {
  verified = 0;
  readonly packets: Packet[] = [];
  readonly fragments: number[] = [];
  readonly rejections: GateCode[] = [];
  readonly gate: IntegrityGate;
  #held: (() => void)[] = [];

  constructor(isHeld: (check: 'signature' | 'digest') => boolean = () => false) {
    const wait = (check: 'signature' | 'digest'): Promise<void> =>
      isHeld(check) ? new Promise((resolve) => this.#held.push(resolve)) : Promise.resolve();
    const watched: Verifier = {
      ...verifier,
      verify: async (...args) => {
        this.verified++;
        await wait('signature');
        return verifier.verify(...args);
      },
      sha256: async (bytes) => {
        await wait('digest');
        return verifier.sha256(bytes);
      },
    };
    this.gate = new IntegrityGate(watched, signer.publicKey, {
      head: () => undefined,
      fragment: (_, index) => this.fragments.push(index),
      packet: (packet) => this.packets.push(packet),
      rejected: (_, code) => this.rejections.push(code),
    });
  }

  async feed(bytes: Bytes, edge = 'parent'): Promise<void> {
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok || decoded.value.type === 'skip') throw new Error('no message of a packet');
    if (decoded.value.type === 'head') await this.gate.acceptHead(decoded.value, edge);
    else await this.gate.acceptFragment(decoded.value, edge);
  }

  async feedAll(packet: Packet): Promise<void> {
    for (const message of messagesOf(packet)) await this.feed(message);
  }

  /** Lets the last of those that wait go first. */
  async release(): Promise<void> {
    for (const go of this.#held.splice(0).reverse()) {
      go();
      // Whatever the check leads to is done before the next one is.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** A head with any signature. */
function headOf(changes: Partial<PacketHeader>, signature: Bytes): Bytes {
  return encodeHeadMessage(concatBytes(encodeHeader({ ...packets[0]!.header, ...changes }), signature));
}

describe('the gate spends nothing', () => {
  it('on heads and fragments of an older epoch', async () => {
    const watched = new Watched();
    await watched.feedAll(packets[0]!);
    await watched.feedAll(older!);
    expect(watched.verified).toBe(1);
    await watched.feed(encodeFragmentMessage(99, 7, 0, payloadOf(4096)));
    expect(watched.gate.heldBytes).toBe(0);
  });

  it('on more than so many signatures at once, and goes on when they are checked', async () => {
    let isHeld = true;
    const watched = new Watched((check) => isHeld && check === 'signature');
    const all = Array.from({ length: HEAD_CHECKS_MAX + 10 }, (_, i) =>
      watched.feed(headOf({ seq: i, groupSeq: 0 }, payloadOf(64, i))),
    );
    expect(watched.verified).toBe(HEAD_CHECKS_MAX);
    isHeld = false;
    await Promise.all([watched.release(), ...all]);
    await watched.feedAll(packets[0]!);
    expect(watched.packets).toHaveLength(1);
  });

  it('on fragments of packets that are whole, and gives none of those twice (2)', async () => {
    const watched = new Watched();
    for (let i = 0; i < 2; i++) await watched.feedAll(key);
    await watched.feed(encodeFragmentMessage(100, key.header.seq, 1, payloadOf(4096)));
    expect(watched.packets).toHaveLength(1);
    expect(watched.gate.heldBytes).toBe(0);
  });

  it('on more than so many packets, however small their fragments are (3)', async () => {
    const watched = new Watched();
    for (let seq = 0; seq < 2 * ASSEMBLY_PACKETS_MAX; seq++)
      await watched.feed(encodeFragmentMessage(100, seq, 0, payloadOf(1)));
    expect(watched.gate.heldBytes).toBe(ASSEMBLY_PACKETS_MAX);
  });
});

describe('while checks are under way', () => {
  it('a newer epoch stays, though an older head was sent before', async () => {
    const watched = new Watched((check) => check === 'signature');
    const fed = [messagesOf(packets[0]!)[0]!, messagesOf(newer!)[0]!].map((message) => watched.feed(message));
    await watched.release();
    await Promise.all(fed);
    expect(watched.gate.epoch).toBe(101);
    expect(watched.packets.map(({ header }) => header.epoch)).toEqual([101]);
  });

  it('a fragment that two edges brought goes on once', async () => {
    const watched = new Watched((check) => check === 'digest');
    const [head, second] = messagesOf(key);
    const fed = [head!, second!, second!].map((message, i) => watched.feed(message, `edge-${i}`));
    await new Promise((resolve) => setImmediate(resolve));
    await watched.release();
    await Promise.all(fed);
    expect(watched.fragments.toSorted()).toEqual([0, 1]);
  });

  it('a packet whose bytes are all here isn’t the one to go when others come', async () => {
    let isHeld = true;
    const watched = new Watched((check) => isHeld && check === 'digest');
    const fed = messagesOf(key).map((message) => watched.feed(message));
    await new Promise((resolve) => setImmediate(resolve));
    isHeld = false;
    for (const { head } of large) await watched.feed(encodeHeadMessage(head));
    expect(watched.gate.heldBytes).toBeGreaterThan(ASSEMBLY_BYTES_MAX - LARGE_BYTES);
    await watched.release();
    await Promise.all(fed);
    expect(watched.packets.map(({ header }) => header.seq)).toEqual([key.header.seq]);
  });
});
