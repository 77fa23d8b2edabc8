// The broadcast's key lives in the table of its recording: deleting the recording deletes the key, and the link dies with it.

import type { Store, Table } from '../ports.ts';
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

/** Of a private broadcast, what opens it, whether the broadcast is one's own or a copy was kept; undefined when it isn't private. */
export async function loadLinkKey(table: Table): Promise<unknown> {
  return ((await table.get(KEY_KEY)) as { linkKey?: unknown } | undefined)?.linkKey;
}

/** Keeps with a copy what opens it (any structured-cloneable value). */
export async function saveCopyKey(table: Table, linkKey: unknown): Promise<void> {
  await table.set([[KEY_KEY, { linkKey }]]);
}
