// Workers under Trusted Types: the one policy of our own by which an address becomes a worker's program
// (docs/decisions/0023-what-a-page-may-do.md). One rule: the program comes from where this code came from.

import { programAt } from './worker-program.ts';

/** The part of `trustedTypes` that is used here; browsers without it take plain addresses. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): TrustedAddresses;
}

interface TrustedAddresses {
  createScriptURL(address: string): string;
}

const POLICY_NAME = 'lucarne-worker';
/** Apart from `new URL`, which the build would take for a file of ours. */
const OWN_ADDRESS = import.meta.url;

const rules: TrustedAddresses = {
  createScriptURL(address) {
    // Throws where there is no host to compare, as in data: and blob: addresses.
    if (new URL('/', address).href !== new URL('/', OWN_ADDRESS).href)
      throw new TypeError('A worker of another origin');
    return programAt(address);
  },
};

let policy: TrustedAddresses | undefined;

/** The address as browsers take it for a program of ours; throws a TypeError for another origin. */
export function trustedAddress({ href }: URL): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy(POLICY_NAME, rules) ?? rules;
  return policy.createScriptURL(href);
}

/**
 * A Worker whose address has passed the policy; throws what `Worker` throws, and a TypeError for another origin. Import it as
 * `Worker`: the build finds workers by `new Worker(new URL('./file.ts', import.meta.url))`, letter by letter.
 */
export const TrustedWorker = function (address: URL, options?: WorkerOptions): Worker {
  return new globalThis.Worker(trustedAddress(address), options);
} as unknown as new (address: URL, options?: WorkerOptions) => Worker;
