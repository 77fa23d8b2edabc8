// A broadcast's place in the public list: off until wanted, renewed while wanted, taken back when not; real signatures.
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeEntry, type SignedEntry } from '../../../src/guide/entry.ts';
import { LISTING_INTERVAL_MS, STILL_INTERVAL_MS } from '../../../src/guide/guide-limits.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import { nodeVerifier } from '../../../src/identity/node-verifier.ts';
import type { ListingAnswer } from '../../../src/ports.ts';
import { LiveListing } from '../../../src/session/listing.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';
import { jpeg } from '../guide/jpeg.ts';

const FORMAT = {
  codec: 'vp8',
  codedWidth: 16,
  codedHeight: 16,
  frameRate: 1,
  bitrate: 1,
  layers: 1,
} as const;

let clock: VirtualClock;
let posts: { server: string; entry: SignedEntry; stillBytes: number }[];
let answers: ListingAnswer[];
let stills: number;
let viewers: number;

beforeEach(() => {
  [clock, posts, answers, stills, viewers] = [new VirtualClock(), [], [], 0, 0];
});

async function open(): Promise<LiveListing> {
  const listing = new LiveListing(
    {
      clock,
      signer: await signerOf(await createKey()),
      verifier: nodeVerifier,
      servers: Promise.resolve(['https://one.example', 'http://localhost:8080']),
      post: (server, body) => {
        const end = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0));
        const decoded = decodeEntry(body.slice(2, end));
        if (!decoded.ok) throw new Error(decoded.code);
        posts.push({ server, entry: decoded.value, stillBytes: body.length - end });
        return Promise.resolve(answers.shift() ?? { is: 'taken' });
      },
      takeStill: () => {
        stills++;
        return Promise.resolve(new Blob([jpeg(480, 270)]));
      },
    },
    {
      title: 'Hi <b>all</b>',
      viewers: () => viewers,
      startedAtMs: () => clock.wallUs() / 1000 - 1000,
      changed: () => undefined,
    },
  );
  listing.notePicture(FORMAT, new Uint8Array(8));
  return listing;
}

/** Lets every promise that waits for nothing but others come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('a listing', () => {
  it('says nothing until it is wanted', async () => {
    const listing = await open();
    await clock.pass(2 * LISTING_INTERVAL_MS);
    await settle();
    expect([listing.state, posts.length]).toEqual(['off', 0]);
    await listing.close();
    expect(posts).toEqual([]);
  });

  it('says to each server what it may believe, and again with newer figures', async () => {
    const listing = await open();
    listing.show(true);
    await settle();
    expect(listing.state).toBe('listed');
    expect(posts.map(({ server }) => server)).toEqual(['https://one.example', 'http://localhost:8080']);
    expect(posts.map(({ entry }) => entry.host)).toEqual(['one.example', 'localhost:8080']);
    for (const { entry, stillBytes } of posts) {
      expect(entry).toMatchObject({ isOnAir: true, viewers: 0, title: 'Hi ‹b>all‹/b>' });
      expect(entry.place).toBeUndefined();
      expect(stillBytes).toBe(200);
      const { publicKey, statement, signature } = entry;
      expect(await nodeVerifier.verify('list', publicKey, statement, signature)).toBe(true);
    }
    viewers = 7;
    await clock.pass(LISTING_INTERVAL_MS);
    await settle();
    expect(posts.slice(2).map(({ entry }) => entry.viewers)).toEqual([7, 7]);
    expect(posts[2]!.entry.atMs).toBeGreaterThan(posts[1]!.entry.atMs);
    expect(stills).toBe(1);
    await clock.pass(STILL_INTERVAL_MS);
    await settle();
    expect(stills).toBe(2);
  });

  it('takes back what it said, once, and says no more', async () => {
    const listing = await open();
    listing.setPlace({ latitude: 1, longitude: 2 });
    listing.show(true);
    await settle();
    expect(posts.at(-1)?.entry.place).toEqual({ latitude: 1, longitude: 2 });
    listing.show(false);
    await settle();
    expect(posts.slice(2).map(({ entry, stillBytes }) => [entry.isOnAir, entry.place, stillBytes])).toEqual([
      [false, undefined, 0],
      [false, undefined, 0],
    ]);
    await clock.pass(2 * LISTING_INTERVAL_MS);
    await settle();
    await listing.close();
    expect(posts).toHaveLength(4);
  });

  it('goes by the server’s clock when its own is wrong', async () => {
    const nowMs = Math.floor(clock.wallUs() / 1000) + 3_600_000;
    answers = [{ is: 'clock', nowMs }, { is: 'absent' }];
    const listing = await open();
    listing.show(true);
    await settle();
    expect(listing.state).toBe('listed');
    expect(posts.at(-1)?.entry).toMatchObject({
      host: 'one.example',
      atMs: nowMs,
      startedAtMs: nowMs - 1000,
    });
  });

  it('doesn’t ask again where there is no list, and does where there was no answer', async () => {
    answers = [{ is: 'absent' }, { is: 'absent' }];
    const nowhere = await open();
    nowhere.show(true);
    await settle();
    await clock.pass(2 * LISTING_INTERVAL_MS);
    await settle();
    expect([nowhere.state, posts.length]).toEqual(['absent', 2]);
    answers = [{ is: 'unreachable' }, { is: 'unreachable' }];
    const later = await open();
    later.show(true);
    await settle();
    expect(later.state).toBe('unreachable');
    await clock.pass(LISTING_INTERVAL_MS);
    await settle();
    expect(later.state).toBe('listed');
  });
});
