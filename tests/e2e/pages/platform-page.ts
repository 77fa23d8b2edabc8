// Runs in a real browser: keys in storage, the hold on a key across tabs, and the clock that ticks in a worker.

import { holdKey } from '../../../src/identity/key-lock.ts';
import { createKey, signerOf } from '../../../src/identity/keys.ts';
import type { StoredKey } from '../../../src/identity/keys.ts';
import { verifier } from '../../../src/identity/verifier.ts';
import { openClock } from '../../../src/platform/clock.ts';

/** A key that went through IndexedDB signs what verifies under its old name. */
async function keepKey(): Promise<boolean[]> {
  const key = await createKey();
  const opening = indexedDB.open('keys', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const database = opening.result;
  const writing = database.transaction('keys', 'readwrite');
  writing.objectStore('keys').put(key, 'key');
  await new Promise((resolve) => (writing.oncomplete = resolve));
  const reading = database.transaction('keys').objectStore('keys').get('key');
  await new Promise((resolve) => (reading.onsuccess = resolve));
  database.close();
  const kept = reading.result as StoredKey;
  const signer = await signerOf(kept);
  const bytes = Uint8Array.of(1, 2, 3);
  const signature = await signer.sign('packet', bytes);
  return [
    kept.privateKey.extractable,
    signer.broadcastId === (await verifier.broadcastIdOf(key.publicKey)),
    await verifier.verify('packet', key.publicKey, bytes, signature),
    await verifier.verify('comment', key.publicKey, bytes, signature),
  ];
}

const held = new AbortController();

/** Ticks `times`, and says so on the console half-way; gives how many came and how long they took. */
function tick(periodMs: number, times: number): Promise<{ ticks: number; tookMs: number }> {
  const clock = openClock();
  const startMs = clock.nowMs();
  let ticks = 0;
  return new Promise((resolve) => {
    const stop = clock.every(periodMs, () => {
      if (++ticks === times / 2) console.log('half');
      if (ticks < times) return;
      stop();
      resolve({ ticks, tookMs: clock.nowMs() - startMs });
    });
  });
}

const platformTest = {
  keepKey,
  hold: (id: string) => holdKey(id, held.signal),
  letGo: () => held.abort(),
  tick,
};

declare global {
  interface Window {
    platformTest: typeof platformTest;
  }
}
window.platformTest = platformTest;
