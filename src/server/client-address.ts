// Which address a request came from, as a tag for limits: an IPv4 address, or the /64 of an IPv6 one, since whoever has one
// address of it has all.

import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';

/** IPv6 bits that a provider gives to one customer at least. */
const CUSTOMER_PARTS = 4;

/**
 * The tag of whoever sent `request`. `proxies`: how many reverse proxies of our own stand in front, each of which adds the
 * address that it saw to `X-Forwarded-For`; what a client wrote there itself stands further left and is never read.
 */
export function addressTag(request: IncomingMessage, proxies: number): string {
  const forwarded = proxies > 0 ? [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',') : [];
  return tagOf(forwarded.at(-proxies)?.trim() || (request.socket.remoteAddress ?? ''));
}

/** The tag of an address; what is no address is its own tag. */
export function tagOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64);
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, CUSTOMER_PARTS)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

/** The host that whoever sent `request` dialled, as the proxies in front say it. */
export function dialledHost(request: IncomingMessage, proxies: number): string {
  const forwarded = proxies > 0 ? [request.headers['x-forwarded-host'] ?? []].flat().join(',') : '';
  return forwarded.split(',').at(-1)?.trim() || (request.headers.host ?? '');
}
