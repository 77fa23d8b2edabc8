// One key goes live in one tab: a second tab would send another feed under the same link. Web Locks know about
// all tabs of this browser, and free a lock when its tab is gone, however it went.

import { KEY_LOCK_MS_MAX } from '../base/limits.ts';

const LOCK_PREFIX = 'lucarne/key/';

/**
 * Claims a broadcast's key until `signal` aborts. False when another tab holds it for longer than KEY_LOCK_MS_MAX,
 * or when `signal` aborts first. Where there are no tabs (no Web Locks, as in Node), it's always true.
 */
export function holdKey(broadcastId: string, signal: AbortSignal): Promise<boolean> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  if (locks === undefined) return Promise.resolve(!signal.aborted);
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(KEY_LOCK_MS_MAX)]);
  return new Promise((resolve) => {
    const held = locks.request(LOCK_PREFIX + broadcastId, { signal: waiting }, async () => {
      resolve(true);
      await aborted(signal);
    });
    held.catch(() => resolve(false));
  });
}

/** Ids of the broadcasts that tabs of this browser hold the key of; empty where there are no Web Locks. */
export async function heldKeys(): Promise<Set<string>> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  // Refused where a page may keep nothing, and then it can't hold a key either.
  const { held = [] } = (await locks?.query().catch(() => undefined)) ?? {};
  const names = held.map(({ name = '' }) => name).filter((name) => name.startsWith(LOCK_PREFIX));
  return new Set(names.map((name) => name.slice(LOCK_PREFIX.length)));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
