// A broadcast's place in the public list: off until wanted, renewed while wanted, taken back when not; real signatures.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeEntry, type SignedEntry } from '../../../src/guide/entry.ts';
import { LISTING_INTERVAL_MS, LISTING_RETRY_MS, STILL_INTERVAL_MS } from '../../../src/guide/guide-limits.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import { nodeVerifier } from '../../../src/identity/node-verifier.ts';
import type { ListingAnswer } from '../../../src/ports.ts';
import type { ListingState } from '../../../src/session/session-api.ts';
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

const [ONE, OTHER] = ['https://one.example', 'http://localhost:8080'];

let clock: VirtualClock;
let posts: { server: string; entry: SignedEntry; stillBytes: number }[];
/** What each server says next, before it takes what comes. */
let answers: Record<string, ListingAnswer[]>;
let stills: number;
let viewers: number;

beforeEach(() => {
  [clock, posts, answers, stills, viewers] = [new VirtualClock(), [], {}, 0, 0];
});

async function open(): Promise<LiveListing> {
  // What is still on its way when a test ends is none of the next one's.
  const said = posts;
  const listing = new LiveListing(
    {
      clock,
      signer: await signerOf(await createKey()),
      verifier: nodeVerifier,
      servers: Promise.resolve([ONE, OTHER]),
      post: (server, body) => {
        const end = 2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0));
        const decoded = decodeEntry(body.slice(2, end));
        if (!decoded.ok) throw new Error(decoded.code);
        said.push({ server, entry: decoded.value, stillBytes: body.length - end });
        return Promise.resolve(answers[server]?.shift() ?? { is: 'taken' });
      },
      takeStill: () => {
        stills++;
        return Promise.resolve(new Blob([jpeg(480, 270)]));
      },
    },
    {
      title: () => 'Hi <b>all</b>',
      viewers: () => viewers,
      startedAtMs: () => clock.wallUs() / 1000 - 1000,
      changed: () => undefined,
    },
  );
  listing.notePicture(FORMAT, new Uint8Array(8));
  return listing;
}

/** Signatures take their own time. */
function untilSaid(count: number, listing: LiveListing, state: ListingState): Promise<void> {
  return vi.waitFor(() => expect([posts.length, listing.state]).toEqual([count, state]), 10_000);
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
    await untilSaid(2, listing, 'listed');
    expect(posts.map(({ server, entry }) => `${server} ${entry.host}`).sort()).toEqual([
      `${OTHER} localhost:8080`,
      `${ONE} one.example`,
    ]);
    for (const { entry, stillBytes } of posts) {
      expect(entry).toMatchObject({ isOnAir: true, viewers: 0, title: 'Hi ‹b>all‹/b>' });
      expect(entry.place).toBeUndefined();
      expect(stillBytes).toBe(200);
      const { publicKey, statement, signature } = entry;
      expect(await nodeVerifier.verify('list', publicKey, statement, signature)).toBe(true);
    }
    const saidMs = Math.max(...posts.map(({ entry }) => entry.atMs));
    viewers = 7;
    await clock.pass(LISTING_INTERVAL_MS);
    await untilSaid(4, listing, 'listed');
    expect(posts.slice(2).map(({ entry }) => entry.viewers)).toEqual([7, 7]);
    for (const { entry } of posts.slice(2)) expect(entry.atMs).toBeGreaterThan(saidMs);
    expect(stills).toBe(1);
    await clock.pass(STILL_INTERVAL_MS);
    await vi.waitFor(() => expect(stills).toBe(2), 10_000);
  });

  it('takes back what it said, once, and says no more', async () => {
    const listing = await open();
    listing.setPlace({ latitude: 1, longitude: 2 });
    listing.show(true);
    await untilSaid(2, listing, 'listed');
    expect(posts.at(-1)?.entry.place).toEqual({ latitude: 1, longitude: 2 });
    listing.show(false);
    await untilSaid(4, listing, 'off');
    expect(posts.slice(2).map(({ entry, stillBytes }) => [entry.isOnAir, entry.place, stillBytes])).toEqual([
      [false, undefined, 0],
      [false, undefined, 0],
    ]);
    await clock.pass(2 * LISTING_INTERVAL_MS);
    await listing.close();
    await settle();
    expect(posts).toHaveLength(4);
  });

  it('goes by the server’s clock when its own is wrong', async () => {
    const nowMs = Math.floor(clock.wallUs() / 1000) + 3_600_000;
    answers = { [ONE]: [{ is: 'clock', nowMs }], [OTHER]: [{ is: 'absent' }] };
    const listing = await open();
    listing.show(true);
    await untilSaid(3, listing, 'listed');
    // The other server may have been asked before or after.
    expect(posts.findLast(({ entry }) => entry.host === 'one.example')?.entry).toMatchObject({
      atMs: nowMs,
      startedAtMs: nowMs - 1000,
    });
  });

  it('doesn’t ask again where there is no list', async () => {
    answers = { [ONE]: [{ is: 'absent' }], [OTHER]: [{ is: 'absent' }] };
    const listing = await open();
    listing.show(true);
    await untilSaid(2, listing, 'absent');
    await clock.pass(2 * LISTING_INTERVAL_MS);
    await settle();
    expect(posts).toHaveLength(2);
  });

  it('asks again where there was no answer', async () => {
    answers = { [ONE]: [{ is: 'unreachable' }], [OTHER]: [{ is: 'unreachable' }] };
    const listing = await open();
    listing.show(true);
    await untilSaid(2, listing, 'unreachable');
    await settle();
    await clock.pass(LISTING_RETRY_MS);
    await untilSaid(4, listing, 'listed');
  });
});
