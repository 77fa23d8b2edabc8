// The local authority: what it signs is accepted by real TLS, kept from start to start, and renewed when it must be.
import { X509Certificate, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateNames } from '../../../src/server/addresses.ts';
import { defaultCertificateFolder, obtainCertificate } from '../../../src/server/certificate-store.ts';
import { startServer } from '../../../src/server/server.ts';
import type { RunningServer } from '../../../src/server/server.ts';
import { Client, addressFor } from './client.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NAMES = { dns: ['localhost', 'studio.local'], ips: ['127.0.0.1', '::1', '192.168.7.7', 'fd00::2'] };
const NOW = new Date();

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lucarne-ca-'));
});

afterAll(() => rm(folder, { recursive: true }));

function newFolder(): string {
  return join(folder, randomBytes(4).toString('hex'));
}

describe('certificates', () => {
  it('satisfy the rules that phones apply', async () => {
    const { certPem, authorityPem } = await obtainCertificate(newFolder(), NAMES, NOW);
    const [server, authority] = [new X509Certificate(certPem), new X509Certificate(authorityPem)];
    expect(authority.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.checkIssued(authority)).toBe(true);
    expect(server.verify(authority.publicKey)).toBe(true);
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(Date.parse(server.validTo) - Date.parse(server.validFrom)).toBeLessThanOrEqual(398 * DAY_MS);
    for (const name of NAMES.dns) expect(server.checkHost(name)).toBe(name);
    for (const ip of NAMES.ips) expect(server.checkIP(ip)).toBe(ip);
    expect(server.checkIP('192.168.7.8')).toBeUndefined();
  });

  it('are kept from start to start, with keys for their owner only', async () => {
    const place = newFolder();
    const first = await obtainCertificate(place, NAMES, NOW);
    expect(await obtainCertificate(place, NAMES, NOW)).toEqual(first);
    for (const name of ['ca.key', 'server.key'])
      expect((await stat(join(place, name))).mode & 0o777).toBe(0o600);
  });

  it('are renewed under the same authority when addresses change or the end is near', async () => {
    const place = newFolder();
    const first = await obtainCertificate(place, NAMES, NOW);
    const moved = await obtainCertificate(place, { ...NAMES, ips: ['10.0.0.9'] }, NOW);
    expect(moved.authorityPem).toBe(first.authorityPem);
    expect(new X509Certificate(moved.certPem).checkIP('10.0.0.9')).toBe('10.0.0.9');
    const late = new Date(NOW.getTime() + 380 * DAY_MS);
    const renewed = await obtainCertificate(place, { ...NAMES, ips: ['10.0.0.9'] }, late);
    expect(renewed.authorityPem).toBe(first.authorityPem);
    expect(Date.parse(new X509Certificate(renewed.certPem).validTo)).toBeGreaterThan(
      late.getTime() + 390 * DAY_MS,
    );
  });

  it('are made anew when files are damaged or do not belong together', async () => {
    const place = newFolder();
    const first = await obtainCertificate(place, NAMES, NOW);
    await writeFile(join(place, 'server.crt'), 'rubbish');
    expect((await obtainCertificate(place, NAMES, NOW)).authorityPem).toBe(first.authorityPem);
    await writeFile(join(place, 'ca.key'), await readFile(join(place, 'server.key')));
    const second = await obtainCertificate(place, NAMES, NOW);
    expect(second.authorityPem).not.toBe(first.authorityPem);
    expect(
      new X509Certificate(second.certPem).verify(new X509Certificate(second.authorityPem).publicKey),
    ).toBe(true);
  });

  it('outlive nobody: an authority at its end is replaced', async () => {
    const place = newFolder();
    const first = await obtainCertificate(place, NAMES, NOW);
    const late = new Date(NOW.getTime() + 3400 * DAY_MS);
    expect((await obtainCertificate(place, NAMES, late)).authorityPem).not.toBe(first.authorityPem);
  });

  it('live in a folder of the user', () => {
    expect(defaultCertificateFolder({ XDG_STATE_HOME: '/var/state' })).toBe('/var/state/lucarne');
    expect(defaultCertificateFolder({})).toMatch(/\/\.local\/state\/lucarne$/);
  });

  it('cover this machine', () => {
    const { dns, ips } = certificateNames();
    expect(dns).toContain('localhost');
    expect(ips).toEqual(expect.arrayContaining(['127.0.0.1', '::1']));
  });
});

describe('HTTPS', () => {
  let server: RunningServer;
  let ca: string;

  beforeAll(async () => {
    const secure = await obtainCertificate(newFolder(), NAMES, NOW);
    server = await startServer({ host: '127.0.0.1', secure });
    ca = await (await fetch(`http://127.0.0.1:${server.port}/ca.crt`)).text();
  });

  afterAll(() => server.close());

  async function getSecurely(path: string): Promise<IncomingMessage> {
    const sent = request({ host: '127.0.0.1', port: server.port, path, ca, agent: false }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  it('is trusted by whoever took the certificate from /ca.crt', async () => {
    const response = await getSecurely('/healthz');
    expect(await text(response)).toBe('ok');
    expect(server.origin).toBe(`https://localhost:${server.port}`);
  });

  it('is trusted by nobody else', async () => {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    await expect(once(socket, 'secureConnect')).rejects.toThrow(/certificate/);
  });

  it('carries the rendezvous', async () => {
    const client = new Client(addressFor(server.port, 'phone').replace('ws:', 'wss:'), { ca });
    expect(await client.next()).toEqual({ type: 'OPEN' });
    client.socket.close();
  });

  it('offers the certificate and its steps on plain HTTP, and sends everybody else to HTTPS', async () => {
    const origin = `http://127.0.0.1:${server.port}`;
    const certificate = await fetch(`${origin}/ca.crt`);
    expect(certificate.headers.get('content-type')).toBe('application/x-x509-ca-cert');
    const steps = await (await fetch(`${origin}/ca`)).text();
    expect(steps).toContain('Certificate Trust Settings');
    expect(steps).toContain(`href="https://127.0.0.1:${server.port}/"`);
    const elsewhere = await fetch(`${origin}/#/studio`, { redirect: 'manual' });
    expect(elsewhere.headers.get('location')).toBe(`https://127.0.0.1:${server.port}/`);
    expect((await getSecurely('/ca.crt')).headers['content-type']).toBe('application/x-x509-ca-cert');
  });

  it('accepts no rendezvous without encryption', async () => {
    const client = new Client(addressFor(server.port, 'plain'));
    expect((await client.closed).code).toBe(1006);
  });
});
