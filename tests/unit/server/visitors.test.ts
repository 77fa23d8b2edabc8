// What one address may take of the server, and what counts as one address.
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { addressTag, dialledHost, tagOf } from '../../../src/server/client-address.ts';
import {
  ADDRESS_ARRIVALS_BURST,
  ADDRESS_ARRIVALS_PER_SECOND,
  ADDRESS_FRAMES_BURST,
  ADDRESS_FRAMES_PER_SECOND,
  ADDRESS_SOCKETS_MAX,
  ADDRESSES_MAX,
} from '../../../src/server/limits.ts';
import { maySpeak, Visitors } from '../../../src/server/visitors.ts';

describe('an address', () => {
  it('may hold so many sockets, and another one when one has gone', () => {
    const visitors = new Visitors();
    const here = Array.from({ length: ADDRESS_SOCKETS_MAX }, (_, i) => visitors.arrive('a', i * 1000)!);
    expect(here.every((visitor) => visitor === here[0])).toBe(true);
    const laterMs = ADDRESS_SOCKETS_MAX * 1000;
    expect(visitors.arrive('a', laterMs)).toBeUndefined();
    expect(visitors.arrive('b', laterMs)).toBeDefined();
    visitors.leave(here[0]!);
    expect(visitors.arrive('a', laterMs + 1000)).toBeDefined();
  });

  it('may come so often, however short it stays', () => {
    const visitors = new Visitors();
    let accepted = 0;
    for (let i = 0; i < 2 * ADDRESS_ARRIVALS_BURST; i++) {
      const visitor = visitors.arrive('a', 0);
      if (!visitor) continue;
      accepted++;
      visitors.leave(visitor);
    }
    expect(accepted).toBe(ADDRESS_ARRIVALS_BURST);
    expect(visitors.arrive('a', 1000 / ADDRESS_ARRIVALS_PER_SECOND)).toBeDefined();
  });

  it('may say so much with all its sockets together', () => {
    const visitors = new Visitors();
    const [one, other] = [visitors.arrive('a', 0)!, visitors.arrive('b', 0)!];
    for (let i = 0; i < ADDRESS_FRAMES_BURST; i++)
      expect(maySpeak(visitors.arrive('a', 0) ?? one, 0)).toBe(true);
    expect(maySpeak(one, 0)).toBe(false);
    expect(maySpeak(other, 0)).toBe(true);
  });

  it('is forgotten once it is gone and nothing that it did counts any more, and not before', () => {
    const visitors = new Visitors();
    const staying = visitors.arrive('stays', 0)!;
    const shouter = visitors.arrive('shouts', 0)!;
    while (maySpeak(shouter, 0));
    visitors.leave(shouter);
    for (let i = 0; i < 1000; i++) visitors.leave(visitors.arrive(`passes-${i}`, 0)!);
    for (let ms = 0; ms < 1000; ms++) visitors.leave(visitors.arrive(`later-${ms}`, ms)!);
    const again = visitors.arrive('shouts', 1)!;
    expect([maySpeak(again, 1), maySpeak(again, 1)]).toEqual([true, false]);
    expect(visitors.size).toBeGreaterThan(1000);
    const restedMs = 1000 + (1000 * ADDRESS_FRAMES_BURST) / ADDRESS_FRAMES_PER_SECOND;
    for (let i = 0; i < 2000; i++) visitors.leave(visitors.arrive('one', restedMs + 20 * i)!);
    expect(visitors.size).toBe(3);
    expect(visitors.arrive('stays', restedMs)).toBe(staying);
  });

  it('is forgotten when too many come, first those that hold no socket', () => {
    const visitors = new Visitors();
    const staying = visitors.arrive('stays', 0)!;
    for (let i = 0; i < ADDRESSES_MAX + 100; i++) visitors.leave(visitors.arrive(`passes-${i}`, 0)!);
    expect(visitors.size).toBe(ADDRESSES_MAX);
    expect(visitors.arrive('stays', 0)).toBe(staying);
  });
});

function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('the tag of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
    ['', ''],
  ])('of %j is %j', (address, tag) => expect(tagOf(address)).toBe(tag));

  it('is what the proxies in front have seen, and never what the client wrote', () => {
    const headers = { 'x-forwarded-for': '10.0.0.1, 192.0.2.1,198.51.100.2' };
    expect(addressTag(request('127.0.0.1', headers), 0)).toBe('127.0.0.1');
    expect(addressTag(request('127.0.0.1', headers), 1)).toBe('198.51.100.2');
    expect(addressTag(request('127.0.0.1', headers), 2)).toBe('192.0.2.1');
    expect(addressTag(request('127.0.0.1', headers), 9)).toBe('127.0.0.1');
    expect(addressTag(request('127.0.0.1'), 1)).toBe('127.0.0.1');
  });

  it('goes with the host that was dialled', () => {
    const headers = { host: 'inner:8080', 'x-forwarded-host': 'forged.example, live.example' };
    expect(dialledHost(request('', headers), 0)).toBe('inner:8080');
    expect(dialledHost(request('', headers), 1)).toBe('live.example');
    expect(dialledHost(request('', { host: 'live.example' }), 1)).toBe('live.example');
  });
});
