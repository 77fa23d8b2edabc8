// The public list over real HTTP: who gets in, who doesn't, and how it ends. Hostile posts leave nothing behind.
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, hex, type Bytes } from '../../../src/base/bytes.ts';
import { encodeEntry, encodeStatement, type Entry } from '../../../src/guide/entry.ts';
import { LIST_ENTRIES_MAX, LISTING_MS } from '../../../src/guide/guide-limits.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import { nodeVerifier } from '../../../src/identity/node-verifier.ts';
import type { Label, Signer } from '../../../src/ports.ts';
import { BlockList, readBlockList } from '../../../src/server/block-list.ts';
import {
  ADDRESS_LISTED_MAX,
  ADDRESS_LIST_POSTS_BURST,
  LIST_FRESH_MS,
  LIST_POST_BYTES_MAX,
} from '../../../src/server/limits.ts';
import { LiveList } from '../../../src/server/live-list.ts';
import { LiveNow } from '../../../src/server/live-now.ts';
import { startServer } from '../../../src/server/server.ts';
import { jpeg } from '../guide/jpeg.ts';

interface Shown {
  id: string;
  title: string;
  viewers: number;
  still?: string;
}

const STILL = jpeg(480, 270);
let signer: Signer;
let nowMs: number;
let web: Server;
let origin: string;
let blockList: BlockList;

beforeEach(async () => {
  signer = await signerOf(await createKey());
  nowMs = 1_800_000_000_000;
  blockList = new BlockList(undefined, () => undefined);
  const live = new LiveNow({
    allowedOrigins: [],
    proxies: 1,
    blockList: { blocks: (id, tag) => blockList.blocks(id, tag) },
    now: () => nowMs,
  });
  web = createServer((request, response) => {
    void live.respond(request, response, request.url ?? '', {});
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});

afterEach(() => {
  blockList.stop();
  web.closeAllConnections();
  web.close();
});

interface Wish extends Partial<Entry> {
  by?: Signer;
  label?: Label;
  stillBytes?: Bytes;
}

async function bodyOf({ by = signer, label = 'list', stillBytes, ...entry }: Wish = {}): Promise<Bytes> {
  const statement = encodeStatement({
    isOnAir: true,
    atMs: nowMs,
    startedAtMs: nowMs - 60_000,
    viewers: 3,
    host: new URL(origin).host,
    title: 'Town hall',
    ...(stillBytes && { still: hex(await nodeVerifier.sha256(stillBytes)) }),
    ...entry,
  });
  const signedEntry = encodeEntry(by.publicKey, await by.sign(label, statement), statement);
  return concatBytes([signedEntry.length >> 8, signedEntry.length & 0xff], signedEntry, stillBytes ?? []);
}

async function post(body: Uint8Array, address = '192.0.2.1'): Promise<[status: number, error?: string]> {
  const headers = { 'X-Forwarded-For': address };
  const response = await fetch(`${origin}/api/live`, { method: 'POST', body: body as Bytes, headers });
  const { error } = (await response.json()) as { error?: string };
  return error === undefined ? [response.status] : [response.status, error];
}

async function list(): Promise<Shown[]> {
  return ((await (await fetch(`${origin}/api/live`)).json()) as { entries: Shown[] }).entries;
}

describe('a broadcast', () => {
  it('is listed with its still, and its entry can be checked by anybody', async () => {
    expect(await list()).toEqual([]);
    expect(await post(await bodyOf({ stillBytes: STILL, place: { latitude: 49, longitude: 2 } }))).toEqual([
      200,
    ]);
    const [entry] = await list();
    expect(entry).toMatchObject({
      id: signer.broadcastId,
      title: 'Town hall',
      viewers: 3,
      startedAtMs: nowMs - 60_000,
      place: { latitude: 49, longitude: 2 },
    });
    const response = await fetch(`${origin}${entry?.still}`);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(STILL);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect((await fetch(`${origin}/api/live/${signer.broadcastId}/${'0'.repeat(64)}.jpg`)).status).toBe(404);
  });

  it('goes at once when it says so, and by itself when it says nothing', async () => {
    await post(await bodyOf());
    expect(await post(await bodyOf({ isOnAir: false, atMs: nowMs + 1 }))).toEqual([200]);
    expect(await list()).toEqual([]);
    await post(await bodyOf({ atMs: nowMs + 2 }));
    nowMs += LISTING_MS - 1;
    expect(await list()).toHaveLength(1);
    nowMs += LIST_FRESH_MS;
    expect(await list()).toEqual([]);
  });

  it('stays while it speaks, with the newest it said', async () => {
    for (let viewers = 1; viewers <= 5; viewers++) {
      expect(await post(await bodyOf({ viewers }))).toEqual([200]);
      nowMs += LISTING_MS / 2;
    }
    expect(await list()).toMatchObject([{ viewers: 5 }]);
  });
});

describe('refused is', () => {
  it('what was said before, also after it was taken back or has ended', async () => {
    const first = await bodyOf();
    expect(await post(first)).toEqual([200]);
    expect(await post(first)).toEqual([409, 'stale']);
    await post(await bodyOf({ isOnAir: false, atMs: nowMs + 1 }));
    expect(await post(first)).toEqual([409, 'stale']);
    nowMs += LISTING_MS;
    expect(await post(first)).toEqual([409, 'clock']);
    expect(await list()).toEqual([]);
  });

  it('the key of somebody else, another label, and a changed byte', async () => {
    const thief = await signerOf(await createKey());
    const stolen = { ...thief, publicKey: signer.publicKey };
    expect(await post(await bodyOf({ by: stolen }))).toEqual([403, 'not-signed']);
    expect(await post(await bodyOf({ label: 'packet' }))).toEqual([403, 'not-signed']);
    const body = await bodyOf();
    body.set([0x21], body.length - 1);
    expect(await post(body)).toEqual([403, 'not-signed']);
    expect(await list()).toEqual([]);
  });

  it('what was said to another server, or at another time', async () => {
    expect(await post(await bodyOf({ host: 'elsewhere.example' }))).toEqual([400, 'host']);
    expect(await post(await bodyOf({ atMs: nowMs - 61_000, startedAtMs: 0 }))).toEqual([409, 'clock']);
    expect(await post(await bodyOf({ atMs: nowMs + 61_000 }))).toEqual([409, 'clock']);
  });

  it('a script in the title', async () => {
    expect(await post(await bodyOf({ title: '<script>alert(1)</script>' }))).toEqual([400, 'title']);
  });

  it('a still that is none, that is huge, or that the entry doesn’t name', async () => {
    const svg = new TextEncoder().encode('<svg onload="alert(1)"/>');
    expect(await post(await bodyOf({ stillBytes: svg }))).toEqual([400, 'still']);
    expect(await post(await bodyOf({ stillBytes: jpeg(480, 270, 20_001) }))).toEqual([400, 'still']);
    expect(await post(await bodyOf({ stillBytes: jpeg(20_000, 20_000) }))).toEqual([400, 'still']);
    expect(await post(concatBytes(await bodyOf(), STILL))).toEqual([400, 'still']);
    expect(await post(await bodyOf({ stillBytes: STILL, still: 'ab'.repeat(32) }))).toEqual([400, 'still']);
  });

  it('what is too large, before it is read', async () => {
    expect(await post(new Uint8Array(LIST_POST_BYTES_MAX + 1))).toEqual([413, 'too-large']);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
    const sent = fetch(`${origin}/api/live`, {
      method: 'POST',
      body: endless,
      duplex: 'half',
    } as RequestInit);
    await sent.then(
      ({ status }) => expect(status).toBe(413),
      () => undefined,
    );
    expect(await list()).toEqual([]);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a length and no more', Uint8Array.from([0xff, 0xff])],
    ['zeros', new Uint8Array(2000)],
  ])('%s', async (_what, body) => {
    expect(await post(body)).toEqual([400, 'malformed']);
  });

  it('whoever posts too often, and nobody else', async () => {
    const answers: number[] = [];
    for (let i = 0; i <= ADDRESS_LIST_POSTS_BURST; i++)
      answers.push((await post(await bodyOf({ atMs: nowMs + i })))[0]);
    expect(answers.filter((status) => status === 200)).toHaveLength(ADDRESS_LIST_POSTS_BURST);
    expect(answers.at(-1)).toBe(429);
    const other = await signerOf(await createKey());
    expect(await post(await bodyOf({ by: other }), '192.0.2.2')).toEqual([200]);
  });

  it('more than its share to one address, whatever number of keys it makes', async () => {
    const answers: unknown[] = [];
    for (let i = 0; i <= ADDRESS_LISTED_MAX; i++)
      answers.push(await post(await bodyOf({ by: await signerOf(await createKey()) })));
    expect(answers.at(-1)).toEqual([429, 'crowded']);
    expect(await list()).toHaveLength(ADDRESS_LISTED_MAX);
  });
});

describe('the list', () => {
  it('holds no more than it may, and takes those who come when others have gone', async () => {
    const all = new LiveList();
    const { value: entry } = (await import('../../../src/guide/entry.ts')).decodeEntry(
      (await bodyOf()).slice(2),
    ) as { value: import('../../../src/guide/entry.ts').SignedEntry };
    const put = (i: number) => all.put(`tag ${i}`, { broadcastId: `id ${i}`, entry }, nowMs);
    for (let i = 0; i < LIST_ENTRIES_MAX; i++) expect(put(i)).toBe('taken');
    expect(put(LIST_ENTRIES_MAX)).toBe('full');
    expect(
      all.put(
        'tag 0',
        { broadcastId: 'id 0', entry: { ...entry, isOnAir: false, atMs: entry.atMs + 1 } },
        nowMs,
      ),
    ).toBe('taken');
    expect(put(LIST_ENTRIES_MAX)).toBe('taken');
    expect(all.all(nowMs + LISTING_MS)).toEqual([]);
  });
});

describe('what the host refuses', () => {
  it('isn’t taken, and is gone from the list when it is refused later', async () => {
    await post(await bodyOf());
    const folder = await mkdtemp(join(tmpdir(), 'lucarne-blocked-'));
    const path = join(folder, 'blocked.txt');
    await writeFile(path, `# not here\n${signer.broadcastId}\n198.51.100.0/24 # a network\n2001:db8::/32\n`);
    blockList = new BlockList(path, () => undefined);
    await blockList.start();
    nowMs += 2000;
    expect(await list()).toEqual([]);
    expect(await post(await bodyOf())).toEqual([403, 'blocked']);
    const other = await signerOf(await createKey());
    expect(await post(await bodyOf({ by: other }), '198.51.100.7')).toEqual([403, 'blocked']);
    expect(await post(await bodyOf({ by: other }), '2001:db8:1:2::3')).toEqual([403, 'blocked']);
    expect(await post(await bodyOf({ by: other }), '203.0.113.9')).toEqual([200]);
    await rm(folder, { recursive: true });
  });

  it('is read line by line, and a line that means nothing is named', async () => {
    expect(readBlockList('192.0.2.1\n\nnonsense\n')).toBe(3);
    const folder = await mkdtemp(join(tmpdir(), 'lucarne-blocked-'));
    const path = join(folder, 'blocked.txt');
    await writeFile(path, 'nonsense');
    await utimes(path, 1, 1);
    const start = (blockListPath: string) => startServer({ host: '127.0.0.1', blockListPath });
    await expect(start(path)).rejects.toThrow('line 1');
    await expect(start(join(folder, 'absent'))).rejects.toThrow('can’t be read');
    await rm(folder, { recursive: true });
  });
});

describe('a server', () => {
  it('has the list, other pages may read and post, and none when it is switched off', async () => {
    const server = await startServer({ host: '127.0.0.1' });
    const address = `http://127.0.0.1:${server.port}/api/live`;
    const response = await fetch(address, { headers: { Origin: 'https://elsewhere.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toEqual({ entries: [] });
    const preflight = await fetch(address, { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    await server.close();
    const without = await startServer({ host: '127.0.0.1', hasLiveList: false });
    expect((await fetch(`http://127.0.0.1:${without.port}/api/live`)).status).toBe(404);
    await without.close();
  });

  it('takes posts only of pages that may use it', async () => {
    const server = await startServer({ host: '127.0.0.1', allowedOrigins: ['https://tv.example'] });
    const headers = { Origin: 'https://evil.example' };
    const address = `http://127.0.0.1:${server.port}/api/live`;
    const response = await fetch(address, { method: 'POST', body: 'x', headers });
    expect(response.status).toBe(403);
    await server.close();
  });
});
