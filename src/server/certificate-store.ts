// Keeps the local authority and the server's certificate in a folder of the user, so that a phone trusts once.
// One rule: private keys are readable by their owner only; what is broken, expired or for other addresses is made anew.
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir, userInfo, hostname } from 'node:os';
import { join } from 'node:path';
import { createAuthority, issueServerCertificate } from './authority.ts';
import type { Certified, HostNames } from './authority.ts';
import type { SecureSettings } from './server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A server certificate is renewed while a month is left, an authority while a server certificate still fits in. */
const SERVER_RENEWAL_DAYS = 30;
const AUTHORITY_RENEWAL_DAYS = 400;

/** Where the certificates live: `$XDG_STATE_HOME/lucarne`, else `~/.local/state/lucarne`. */
export function defaultCertificateFolder(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'];
  return join(state !== undefined && state !== '' ? state : join(homedir(), '.local', 'state'), 'lucarne');
}

/** A certificate for `names`, from `folder` where it is still good, else made and kept there. */
export async function obtainCertificate(
  folder: string,
  names: HostNames,
  now: Date,
): Promise<SecureSettings> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let authority = await load(folder, 'ca');
  if (!authority || !isAuthorityGood(authority, now)) {
    authority = await createAuthority(`${userInfo().username} on ${hostname()}`, now);
    await save(folder, 'ca', authority);
  }
  let server = await load(folder, 'server');
  if (!server || !isServerGood(server, authority, names, now)) {
    server = await issueServerCertificate(authority, names, now);
    await save(folder, 'server', server);
  }
  return { ...server, authorityPem: authority.certPem };
}

function isAuthorityGood(authority: Certified, now: Date): boolean {
  const certificate = readPair(authority);
  return certificate?.ca === true && isValidFor(certificate, AUTHORITY_RENEWAL_DAYS, now);
}

function isServerGood(server: Certified, authority: Certified, names: HostNames, now: Date): boolean {
  const certificate = readPair(server);
  if (!certificate || !isValidFor(certificate, SERVER_RENEWAL_DAYS, now)) return false;
  return (
    certificate.verify(new X509Certificate(authority.certPem).publicKey) &&
    names.dns.every((name) => certificate.checkHost(name) !== undefined) &&
    names.ips.every((ip) => certificate.checkIP(ip) !== undefined)
  );
}

/** The certificate, when both files are readable and belong together. */
function readPair({ certPem, keyPem }: Certified): X509Certificate | null {
  try {
    const certificate = new X509Certificate(certPem);
    return certificate.checkPrivateKey(createPrivateKey(keyPem)) ? certificate : null;
  } catch {
    return null;
  }
}

function isValidFor(certificate: X509Certificate, days: number, now: Date): boolean {
  const isBegun = Date.parse(certificate.validFrom) <= now.getTime();
  return isBegun && Date.parse(certificate.validTo) - now.getTime() > days * DAY_MS;
}

async function load(folder: string, name: string): Promise<Certified | null> {
  try {
    const [certPem, keyPem] = await Promise.all([
      readFile(join(folder, `${name}.crt`), 'utf8'),
      readFile(join(folder, `${name}.key`), 'utf8'),
    ]);
    return { certPem, keyPem };
  } catch {
    return null;
  }
}

async function save(folder: string, name: string, { certPem, keyPem }: Certified): Promise<void> {
  await replaceFile(join(folder, `${name}.key`), keyPem, 0o600);
  await replaceFile(join(folder, `${name}.crt`), certPem, 0o644);
}

async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content, { mode });
  await rename(draft, path);
}
