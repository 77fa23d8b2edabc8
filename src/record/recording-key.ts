// The broadcast's key lives in the table of its recording: deleting the recording deletes the key, and the link dies with it.

import type { Store } from '../ports.ts';
import { tableName } from './record.ts';

const KEY_KEY = 'key';

/** Keeps a broadcast's key (any structured-cloneable value) with its recording. */
export async function saveKey(store: Store, broadcastId: string, key: unknown): Promise<void> {
  await store.open(tableName(broadcastId)).set([[KEY_KEY, key]]);
}

/** The kept key, as it was saved; undefined when there is none. */
export async function loadKey(store: Store, broadcastId: string): Promise<unknown> {
  return store.open(tableName(broadcastId)).get(KEY_KEY);
}
