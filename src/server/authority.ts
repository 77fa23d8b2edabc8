// A local certificate authority and the server certificates that it signs.
// Its one rule: certificates satisfy the strictest reader, Apple's: a critical basicConstraints on the authority; on the
// server SAN, serverAuth and at most 398 days (https://support.apple.com/en-us/103214).
import '@abraham/reflection';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key, both PEM. */
export interface Certified {
  certPem: string;
  keyPem: string;
}

/** What a server certificate is for. */
export interface HostNames {
  dns: readonly string[];
  ips: readonly string[];
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const SERVER_DAYS = 397;
/** Certificates start a day early, for phones whose clock is behind. */
const CLOCK_SKEW_MS = DAY_MS;

/** Makes an authority of its own for this user, valid ten years from `now`. */
export async function createAuthority(label: string, now: Date): Promise<Certified> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`Lucarne local authority`] }, { O: [label] }],
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certPem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

/** Signs a certificate for a server with these names, valid 397 days less the day it starts early. */
export async function issueServerCertificate(
  authority: Certified,
  names: HostNames,
  now: Date,
): Promise<Certified> {
  const issuer = new X509Certificate(authority.certPem);
  const keys = await generateKeys();
  const notBefore = now.getTime() - CLOCK_SKEW_MS;
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: ['Lucarne'] }],
    issuer: issuer.subject,
    notBefore: new Date(notBefore),
    notAfter: new Date(notBefore + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.keyPem),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns' as const, value })),
        ...names.ips.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  });
  return { certPem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: CryptoKey): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function importKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}
