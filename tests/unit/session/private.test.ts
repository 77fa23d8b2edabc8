// A private broadcast between real sessions: who has the whole link sees it, who hasn't passes it on.

import { describe, expect, it } from 'vitest';
import { concatBytes, utf8Bytes, type Bytes } from '../../../src/base/bytes.ts';
import { decodeConfig } from '../../../src/feed/config.ts';
import { decodeSaid, encodeSaidBody, saidSigned } from '../../../src/room/comment-codec.ts';
import { encodeRise } from '../../../src/room/rise-message.ts';
import type { MediaChunk } from '../../../src/ports.ts';
import type { LiveBroadcast } from '../../../src/session/broadcast-session.ts';
import { SealedFeed } from '../../../src/session/sealed-feed.ts';
import { nodeCipher } from '../../fakes/node-cipher.ts';
import { Town, type Townsman } from '../../fakes/town.ts';
import { makeSigner, payloadOf } from '../feed/samples.ts';

const signer = makeSigner();
const KEY = payloadOf(16, 3);
const OTHER_KEY = payloadOf(16, 4);

interface Scene {
  town: Town;
  session: LiveBroadcast;
}

async function goLive(town = new Town(), epoch = 100, sealed?: (used: string) => void): Promise<Scene> {
  const cipher = nodeCipher(signer.broadcastId, KEY, sealed);
  const { session } = town.broadcast(signer, 1, epoch, epoch > 100, { cipher, title: 'Among ourselves' });
  await town.clock.pass(500);
  return { town, session };
}

/** A viewer whose link has this key, or none. */
async function join(town: Town, key?: Bytes, showsNothing?: true): Promise<Townsman> {
  const cipher = key && Promise.resolve(nodeCipher(signer.broadcastId, key));
  const viewer = town.watch(signer.broadcastId, 1, undefined, {
    loadSealed: () =>
      Promise.resolve(
        (events) =>
          new SealedFeed({ clock: town.clock, cipher, showsNothing: showsNothing ?? false }, events),
      ),
    ...(showsNothing && { showsNothing }),
  });
  await town.clock.pass(2500);
  return viewer;
}

const mediaOf = ({ player }: Townsman): MediaChunk[] =>
  player.packets.flatMap((packet) => (packet.track === 'none' ? [] : [packet]));
const textsOf = (viewer: Townsman) => (viewer.session.room?.comments ?? []).map(({ text }) => text);

/** Whether `bytes` stand anywhere in `where`. */
const holds = (where: Bytes, bytes: Bytes): boolean => Buffer.from(where).includes(Buffer.from(bytes));

/** Real cryptography under a virtual clock takes its time. */
const LONG = { timeout: 60_000 };

describe('a private broadcast', LONG, () => {
  it('is seen with the whole link, through a relay that has no key', async () => {
    const { town, session } = await goLive();
    // It is on no list, whoever asks.
    expect(session).toMatchObject({ isPrivate: true, listing: undefined });
    const blind = await join(town);
    const viewer = await join(town, KEY);
    expect((await viewer.session.getStats()).depth).toBe(2);
    expect(viewer.session).toMatchObject({ state: 'live', title: 'Among ourselves', lock: undefined });
    const pictures = mediaOf(viewer).filter(({ track }) => track === 'video');
    expect(pictures.length).toBeGreaterThan(25);
    // Picture by picture what the camera gave.
    for (const picture of pictures)
      expect([picture.bytes.length, picture.bytes[1]! - picture.bytes[0]!]).toEqual([
        picture.isKey ? 20_000 : 3000,
        expect.toSatisfy((step: number) => step === 31 || step === 31 - 256),
      ]);
    expect(blind.session).toMatchObject({ state: 'failed', lock: 'no-key', title: '' });
    expect(blind.session.room?.comments).toEqual([]);
    expect(mediaOf(blind)).toEqual([]);
    const relayed = await blind.session.getStats();
    expect(relayed.bytesRelayed).toBeGreaterThan(50_000);
    expect(relayed).toMatchObject({ rejected: 0, packetsMissing: 0, freshness: 'live' });
    expect((await viewer.session.getStats()).packetsMissing).toBe(0);
  });

  it('shows nothing with another key, and says so', async () => {
    const { town } = await goLive();
    const viewer = await join(town, OTHER_KEY);
    expect(viewer.session).toMatchObject({ state: 'failed', lock: 'wrong-key', title: '' });
    expect(mediaOf(viewer)).toEqual([]);
    expect((await viewer.session.getStats()).packetsReceived).toBeGreaterThan(50);
  });

  it('is passed on by a peer that shows nothing, with the key or without', async () => {
    for (const key of [undefined, KEY]) {
      const { town } = await goLive();
      const relay = await join(town, key, true);
      const viewer = await join(town, KEY);
      expect(relay.session).toMatchObject({ state: 'live', title: key ? 'Among ourselves' : '' });
      expect((await viewer.session.getStats()).depth).toBe(2);
      expect(viewer.session.state).toBe('live');
      // It counts, sealed or not.
      expect(mediaOf(relay).length).toBeGreaterThan(100);
    }
  });

  it('ends for everybody, and goes on in the next epoch under the same link', async () => {
    const { town, session } = await goLive();
    const blind = await join(town);
    const viewer = await join(town, KEY);
    const stopped = session.stop();
    await town.clock.pass(4000);
    await stopped;
    expect([blind.session.state, viewer.session.state]).toEqual(['ended', 'ended']);
    await goLive(town, 101);
    await town.clock.pass(9000);
    expect(viewer.session.state).toBe('live');
    expect(blind.session).toMatchObject({ state: 'failed', lock: 'no-key' });
    expect((await viewer.session.getStats()).epoch).toBe(101);
  });

  it('carries comments up through a relay that can’t read them', async () => {
    const { town, session } = await goLive();
    await join(town);
    const viewer = await join(town, KEY);
    expect(await viewer.session.room!.comment('Under the rose', 'Zoé')).toEqual({ ok: true });
    await town.clock.pass(6000);
    expect(session.room.comments).toMatchObject([{ text: 'Under the rose', name: 'Zoé' }]);
    expect(textsOf(viewer)).toEqual(['Under the rose']);
  });

  it('hears nobody who speaks without the key', async () => {
    const { town, session } = await goLive();
    const viewer = await join(town);
    const speaker = makeSigner();
    const said = { kind: 'comment', epoch: 100, counter: 1, target: 0, name: '', text: 'let me in' } as const;
    const other = await nodeCipher(signer.broadcastId, OTHER_KEY).epoch(100, payloadOf(16, 9));
    const forged = await other.sealSaid(speaker.publicKey, 2, utf8Bytes('x'.repeat(64)));
    for (const sealed of [undefined, forged]) {
      const body = encodeSaidBody({ ...said, counter: sealed ? 2 : 1 }, speaker.publicKey, sealed);
      const signature = await speaker.sign('comment', saidSigned(signer.broadcastId, body));
      const decoded = decodeSaid(concatBytes(body, signature));
      if (!decoded.ok) throw new Error(decoded.code);
      viewer.shout(encodeRise({ hearts: 0, leftOut: 0, said: [decoded.value] }));
      await town.clock.pass(1000);
    }
    expect(session.room.comments).toEqual([]);
    expect(session.room.held).toEqual([]);
    expect((await viewer.session.getStats()).depth).toBe(1);
  });

  it('lets no key, title, comment or picture out on any edge (A15)', async () => {
    const town = new Town();
    const heard: Bytes[] = [];
    town.tap = (bytes) => heard.push(bytes);
    const { session } = await goLive(town);
    await join(town);
    const viewer = await join(town, KEY);
    await viewer.session.room!.comment('Under the rose', 'Zoé');
    session.room.heart();
    await session.room.comment('Heard you', '');
    await town.clock.pass(6000);
    expect(textsOf(viewer)).toHaveLength(2);
    const pictures = mediaOf(viewer).map(({ bytes }) => bytes);
    const secrets = [
      KEY,
      ...['Among ourselves', 'Under the rose', 'Heard you', 'Zoé', 'avc1.'].map(utf8Bytes),
      ...pictures.slice(0, 40).map((bytes) => bytes.slice(16, 48)),
    ];
    const all = concatBytes(...heard);
    expect(all.length).toBeGreaterThan(500_000);
    for (const secret of secrets) expect(holds(all, secret)).toBe(false);
  });

  it('never uses a nonce twice, in a hundred starts (A17)', async () => {
    const used: string[] = [];
    for (let epoch = 100; epoch < 200; epoch++) {
      const town = new Town();
      const cipher = nodeCipher(signer.broadcastId, KEY, (one) => used.push(one));
      const { session } = town.broadcast(signer, 1, epoch, false, { cipher });
      await session.room.comment('again', '');
      await town.clock.pass(100);
    }
    expect(used.length).toBeGreaterThan(500);
    expect(new Set(used).size).toBe(used.length);
  });
});

describe('the tap of the test', () => {
  it('finds all of it in a broadcast that isn’t private', async () => {
    const town = new Town();
    const heard: Bytes[] = [];
    town.tap = (bytes) => heard.push(bytes);
    const { session } = town.broadcast(signer, 1, 100, false, { title: 'Among ourselves' });
    await town.clock.pass(500);
    const viewer = await join(town);
    await session.room.comment('Heard you', '');
    await town.clock.pass(1500);
    const all = concatBytes(...heard);
    for (const text of ['Among ourselves', 'Heard you', 'avc1.'])
      expect(holds(all, utf8Bytes(text))).toBe(true);
    const config = town.recorded[0]!;
    expect(decodeConfig(config.payload).ok).toBe(true);
    const [picture] = mediaOf(viewer);
    expect(holds(all, picture!.bytes.slice(16, 48))).toBe(true);
  });
});
