import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Router, routeOf } from '../../../src/ui/router.ts';
import type { Route } from '../../../src/ui/router.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';

describe('an address', () => {
  test.each<[string, Route]>([
    ['', { page: 'home' }],
    ['#', { page: 'home' }],
    ['#/', { page: 'home' }],
    ['#/studio', { page: 'studio' }],
    [`#/studio/${ID}`, { page: 'studio', resumeId: ID }],
    ['#/recordings', { page: 'recordings' }],
    ['#/verify', { page: 'verify' }],
    [`#/${ID}`, { page: 'watch', broadcastId: ID }],
    [`#/${ID}/`, { page: 'watch', broadcastId: ID }],
    [`#/${ID}.`, { page: 'watch', broadcastId: ID }],
    [`#/${ID}%20`, { page: 'watch', broadcastId: ID }],
    [`#/${ID}#/${ID}`, { page: 'watch', broadcastId: ID }],
    ['#/nonsense', { page: 'lost', code: 'link-length', hash: '#/nonsense' }],
    [`#/${ID.toUpperCase()}`, { page: 'lost', code: 'link-upper-case', hash: `#/${ID.toUpperCase()}` }],
    [`#/%E2%80%AE${ID}`, { page: 'lost', code: 'link-hidden-characters', hash: `#/%E2%80%AE${ID}` }],
  ])('%s means one page', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
  });

  test('always means some page', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
        (text) => typeof routeOf(`#/${text}`).page === 'string',
      ),
    );
  });
});

class Address extends EventTarget {
  readonly location = { hash: '' };
  readonly history = {
    replaceState: (_state: unknown, _title: string, hash: string) => (this.location.hash = hash),
  };
  go(hash: string): void {
    this.location.hash = hash;
    this.dispatchEvent(new Event('hashchange'));
  }
}

describe('the router', () => {
  function routed(): { address: Address; pages: string[]; held: string[]; router: Router } {
    const address = new Address();
    const pages: string[] = [];
    const held: string[] = [];
    const router = new Router(
      address as unknown as Window,
      (route) => pages.push(route.page),
      (hash) => held.push(hash),
    );
    router.start();
    return { address, pages, held, router };
  }

  test('opens the present page and each later one', () => {
    const { address, pages } = routed();
    address.go('#/studio');
    address.go(`#/${ID}`);
    expect(pages).toEqual(['home', 'studio', 'watch']);
  });

  test('puts the address back while the page is held, and says where one wanted to go', () => {
    const { address, pages, held, router } = routed();
    address.go('#/studio');
    router.isHeld = () => true;
    address.go('#/recordings');
    expect(address.location.hash).toBe('#/studio');
    expect(held).toEqual(['#/recordings']);
    expect(pages).toEqual(['home', 'studio']);
  });

  test('a page that was named anew is put back under that name', () => {
    const { address, pages, router } = routed();
    address.go('#/studio');
    router.rename(`#/studio/${ID}`);
    expect(address.location.hash).toBe(`#/studio/${ID}`);
    router.isHeld = () => true;
    address.go('#/');
    expect(address.location.hash).toBe(`#/studio/${ID}`);
    expect(pages).toEqual(['home', 'studio']);
  });

  test('goes on once the page is no longer held', () => {
    const { address, pages, router } = routed();
    router.isHeld = () => true;
    address.go('#/studio');
    router.isHeld = () => false;
    address.go('#/studio');
    expect(pages).toEqual(['home', 'studio']);
  });

  test('hears nothing after it has been stopped', () => {
    const { address, pages, router } = routed();
    router.stop();
    address.go('#/studio');
    expect(pages).toEqual(['home']);
  });
});
