// The public list as a page reads it, from servers that may lie: only what a broadcast itself signed, for that very server, is shown.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { base64 } from '../../../src/base/bytes.ts';
import { encodeEntry, encodeStatement } from '../../../src/guide/entry.ts';
import { openGuide } from '../../../src/rendezvous/live-list.ts';
import { makeSigner, verifier } from '../feed/samples.ts';

const signer = makeSigner();
let server: Server;
let host: string;
/** What the server lists. */
let entries: unknown;

beforeEach(async () => {
  server = createServer((_, response) => response.end(JSON.stringify({ entries })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function entryOf(title: string, { by = signer, at = host, spoiled = false } = {}): Promise<object> {
  const atMs = 1_800_000_000_000;
  const statement = encodeStatement({ isOnAir: true, atMs, startedAtMs: atMs, viewers: 3, host: at, title });
  const signature = await by.sign('list', statement);
  if (spoiled) signature[0]! ^= 1;
  return { entry: base64(encodeEntry(signer.publicKey, signature, statement)) };
}

async function titles(): Promise<string[] | undefined> {
  const shown = await openGuide([`http://${host}`], verifier).entries();
  return shown?.map(({ title }) => title);
}

describe('what a server lists', () => {
  it('is shown as its broadcast signed it', async () => {
    entries = [await entryOf('Town hall')];
    expect(await titles()).toEqual(['Town hall']);
  });

  it('is left out when another key signed it, when a bit is off, and when it was signed for another server', async () => {
    entries = [
      await entryOf('genuine'),
      // A later entry of one broadcast takes the place of an earlier one.
      await entryOf('from elsewhere', { at: 'other.example' }),
      await entryOf('by a stranger', { by: makeSigner() }),
      await entryOf('changed', { spoiled: true }),
    ];
    expect(await titles()).toEqual(['genuine']);
  });

  it('is none where there is no list', async () => {
    entries = undefined;
    expect(await titles()).toBeUndefined();
  });

  it('costs nobody the others when an entry is no entry', async () => {
    entries = [null, 7, { entry: '' }, { entry: 'AAAA' }, await entryOf('genuine')];
    expect(await titles()).toEqual(['genuine']);
  });
});
