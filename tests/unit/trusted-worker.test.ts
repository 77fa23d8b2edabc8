// The one door through which an address becomes a worker's program.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const made: unknown[] = [];

class FakeWorker {
  readonly isFake = true;

  constructor(...args: unknown[]) {
    made.push(args);
  }
}

beforeEach(() => {
  made.length = 0;
  vi.resetModules();
  vi.stubGlobal('Worker', FakeWorker);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it('makes one policy by name, and workers of its addresses', async () => {
  const names: string[] = [];
  vi.stubGlobal('trustedTypes', {
    createPolicy(name: string, rules: { createScriptURL(address: string): string }) {
      names.push(name);
      return { createScriptURL: (address: string) => ({ trusted: rules.createScriptURL(address) }) };
    },
  });
  const { TrustedWorker } = await import('../../src/trusted-worker.ts');
  const address = new URL('./some.worker.ts', import.meta.url);
  const worker = new TrustedWorker(address, { type: 'module' });
  new TrustedWorker(address);
  expect(worker).toBeInstanceOf(FakeWorker);
  expect(made).toEqual([
    [{ trusted: address.href }, { type: 'module' }],
    [{ trusted: address.href }, undefined],
  ]);
  expect(names).toEqual(['lucarne-worker']);
});

it('refuses the program of another origin, with Trusted Types or without', async () => {
  const { TrustedWorker } = await import('../../src/trusted-worker.ts');
  expect(() => new TrustedWorker(new URL('https://elsewhere.invalid/x.js'))).toThrow(TypeError);
  expect(() => new TrustedWorker(new URL('data:text/javascript,1'))).toThrow(TypeError);
  expect(() => new TrustedWorker(new URL('blob:https://elsewhere.invalid/1'))).toThrow(TypeError);
  expect(made).toEqual([]);
});
