// TURN (TESTS.md S8): the configuration in hosting/ in Debian's coturn, with credentials as /api/ice gives them. What it must not
// relay is asked for by a client of the test's own; then a browser without UDP watches through it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TURN_CREDENTIAL_S } from '../../src/server/limits.ts';
import { iceServersFor } from '../../src/server/ice.ts';
import { startCoturn } from './coturn.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import type { ServiceProcess } from './service-process.ts';
import { TRANSPORT, TurnClient, type TurnCredential } from './turn-client.ts';

const SECRET = 'shared-with-coturn-only';
const PUBLIC = { 4: '8.8.8.8', 6: '2001:4860:4860::8888' };
const OK = 0;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const UNSUPPORTED_TRANSPORT = 442;

/** Addresses that nobody may reach through the relay: the first, one inside and the last of a range. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'this host': ['0.0.0.0', '0.0.0.1', '127.0.0.1', '127.255.255.254', '::', '::1'],
  'private networks': [
    ...['10.0.0.1', '10.255.255.254', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.255.254'],
    ...['100.64.0.1', '100.127.255.254', 'fc00::1', 'fd00::1', 'fdff:ffff::1', 'fec0::1'],
  ],
  'link-local addresses, a cloud’s own data among them': [
    '169.254.0.1',
    '169.254.169.254',
    'fe80::1',
    'febf::1',
  ],
  'IPv4 written as IPv6': [
    ...['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:192.168.1.1', '::ffff:8.8.8.8', '::127.0.0.1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::a00:1', '2002:7f00:1::1', '2001:0:7f00:1::1'],
  ],
  'multicast, broadcast and reserved addresses': [
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    'ff02::1',
  ],
};

let coturn: ServiceProcess;
let server: ServerProcess;

function start(secret = SECRET): Promise<ServerProcess> {
  const urls = `turn:127.0.0.1:${coturn.port}?transport=tcp`;
  return startServerProcess(0, {
    TURN_URLS: urls,
    STUN_URLS: `stun:127.0.0.1:${coturn.port}`,
    TURN_SECRET: secret,
  });
}

async function offered(): Promise<TurnCredential> {
  const { iceServers } = (await (await fetch(`${server.origin}/api/ice`)).json()) as {
    iceServers: Partial<TurnCredential>[];
  };
  const [, { username = '', credential = '' } = {}] = iceServers;
  return { username, credential };
}

/** What the relay answers to somebody who asks for an allocation with this credential. */
async function allocates(
  user: TurnCredential,
  transport = TRANSPORT.udp,
  port = coturn.port,
): Promise<number> {
  const client = await TurnClient.open(port, user);
  const code = await client.allocate(4, transport);
  client.close();
  return code;
}

/** A client with an allocation that suits the address. */
async function clientFor(address: string, port = coturn.port): Promise<TurnClient> {
  const client = await TurnClient.open(port, await offered());
  expect(await client.allocate(address.includes(':') ? 6 : 4)).toBe(OK);
  return client;
}

beforeAll(async () => {
  coturn = await startCoturn({ secret: SECRET });
  server = await start();
});

afterAll(async () => {
  await server.end('SIGKILL');
  await coturn.end();
});

describe('the configuration in hosting/', () => {
  it('is understood by coturn to the last line', () => {
    expect(coturn.output()).toContain('Black listing: ff00::-ffff');
    expect(coturn.output()).not.toMatch(/bad configuration|unknown|unrecognized|error/i);
  });
});

describe('a credential', () => {
  it('of /api/ice opens the relay, and is another for each who asks', async () => {
    const [one, other] = [await offered(), await offered()];
    expect(one.username).not.toBe(other.username);
    const leftS = Number(one.username.split(':')[0]) - Date.now() / 1000;
    expect(leftS).toBeGreaterThan(TURN_CREDENTIAL_S - 60);
    expect(leftS).toBeLessThanOrEqual(TURN_CREDENTIAL_S);
    expect(await allocates(one)).toBe(OK);
    expect(await allocates(other)).toBe(OK);
  });

  it('is refused once it has expired, though its password is right', async () => {
    const settings = { stunUrls: [], turnUrls: ['turn:x'], turnSecret: SECRET };
    const at = (unixS: number): TurnCredential => {
      const [{ username = '', credential = '' } = {}] = iceServersFor(settings, unixS, 'somebody');
      return { username, credential };
    };
    const nowS = Date.now() / 1000;
    expect(await allocates(at(nowS - TURN_CREDENTIAL_S + 60))).toBe(OK);
    expect(await allocates(at(nowS - TURN_CREDENTIAL_S - 60))).toBe(UNAUTHORIZED);
  });

  it('is refused when its time or name was changed, or its secret is another', async () => {
    const { username, credential } = await offered();
    const [expiry = '', name = ''] = username.split(':');
    for (const changed of [`${Number(expiry) + 1}:${name}`, `${expiry}:else`, name, ''])
      expect(await allocates({ username: changed, credential })).toBe(UNAUTHORIZED);
    const settings = { stunUrls: [], turnUrls: ['turn:x'], turnSecret: 'another' };
    const [made] = iceServersFor(settings, Date.now() / 1000, 'somebody');
    expect(await allocates({ username: made?.username ?? '', credential: made?.credential ?? '' })).toBe(
      UNAUTHORIZED,
    );
  });

  it('opens no TCP connections from the relay', async () => {
    expect(await allocates(await offered(), TRANSPORT.tcp)).toBe(UNSUPPORTED_TRANSPORT);
  });
});

describe('the relay', () => {
  it.each(Object.values(PUBLIC))('reaches the internet (%s)', async (address) => {
    const client = await clientFor(address);
    expect(await client.permit(address)).toBe(OK);
    expect(await client.bind(address)).toBe(OK);
    client.close();
  });

  it.each(Object.entries(REFUSED))('reaches nothing of: %s', async (_what, addresses) => {
    for (const address of addresses) {
      const client = await clientFor(address);
      expect([address, await client.permit(address), await client.bind(address)]).toEqual([
        address,
        FORBIDDEN,
        FORBIDDEN,
      ]);
      client.close();
    }
  });

  it('would reach this host by a mapped address, were it not for that line', async () => {
    const open = await startCoturn({ secret: SECRET, isLeftOut: (line) => line.includes('=::ffff:0:0-') });
    const client = await clientFor('::ffff:127.0.0.1', open.port);
    expect(await client.permit('::ffff:127.0.0.1')).toBe(OK);
    client.close();
    await open.end();
  });
});

describe('the shared secret', () => {
  it('is in no answer, no file of the app and no log', async () => {
    const answers = ['/api/ice', '/api/live', '/healthz', '/metrics', '/', '/peerjs/id', '/nothing'];
    for (const path of answers) {
      const response = await fetch(server.origin + path);
      const said = JSON.stringify([...response.headers]) + (await response.text());
      expect(said.length).toBeGreaterThan(0);
      expect(said).not.toContain(SECRET);
    }
    expect(server.log()).not.toContain(SECRET);
  });
});
