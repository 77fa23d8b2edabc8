// The addresses at which other devices on the same network can reach this machine.
import { hostname, networkInterfaces } from 'node:os';
import type { HostNames } from './authority.ts';

/**
 * IPv4 addresses other than loopback at which a server listening on `host` (undefined: every interface) can be
 * reached, as the machine has them now; the likeliest for a phone first.
 */
export function lanAddresses(host?: string): string[] {
  const isEverywhere = host === undefined || host === '::' || host === '0.0.0.0';
  const addresses = outsideAddresses('IPv4').filter((address) => isEverywhere || address === host);
  return addresses.sort((a, b) => rank(a) - rank(b));
}

/** Every name and address that the server's certificate must cover. */
export function certificateNames(): HostNames {
  const dns = new Set(['localhost']);
  const name = hostname().toLowerCase();
  if (/^[a-z\d](?:[a-z\d.-]{0,61}[a-z\d])?$/.test(name)) {
    dns.add(name);
    if (!name.includes('.')) dns.add(`${name}.local`);
  }
  return { dns: [...dns], ips: ['127.0.0.1', '::1', ...lanAddresses(), ...outsideAddresses('IPv6')] };
}

function outsideAddresses(family: 'IPv4' | 'IPv6'): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === family && !entry.internal && !entry.address.startsWith('fe80:'))
    .map(({ address }) => address);
}

/** Home networks before those of containers and carriers. */
function rank(address: string): number {
  if (address.startsWith('192.168.')) return 0;
  if (address.startsWith('10.')) return 1;
  return 2;
}
