// Tables of values in IndexedDB, through idb-keyval. One database per table, so that dropping one frees its space,
// and so that a recording that grows to gigabytes never slows another.

import { delMany, get, keys, setMany } from 'idb-keyval';
import { LucarneError } from '../base/errors.ts';
import type { Store, Table } from '../ports.ts';
import { Connection, TableMissing } from './connection.ts';

const PREFIX = 'lucarne-';

/**
 * This origin's tables. Opening costs nothing and never fails; operations reject with LucarneError 'storage-full',
 * 'storage-unavailable' (no IndexedDB here) or 'storage-failed'. A table exists from its first `set` to its `drop`.
 */
export function openStore(): Store {
  const connections = new Map<string, Connection>();
  const connect = (name: string): Connection => {
    const connection = connections.get(name) ?? new Connection(PREFIX + name);
    connections.set(name, connection);
    return connection;
  };
  return {
    open: (name) => openTable(connect(name)),
    list: () => guarded(listTables),
    drop: (name) =>
      guarded(async () => {
        connect(name).close();
        await dropDatabase(PREFIX + name);
      }),
  };
}

function openTable(connection: Connection): Table {
  const existing = connection.use(false);
  const created = connection.use(true);
  return {
    get: (key) => guarded(() => unlessMissing(() => get<unknown>(key, existing), undefined)),
    set: (entries) =>
      guarded(() =>
        setMany(
          entries.map(([key, value]) => [key, value]),
          created,
        ),
      ),
    delete: (unwanted) => guarded(() => unlessMissing(() => delMany([...unwanted], existing), undefined)),
    keys: () => guarded(() => unlessMissing(() => keys<string>(existing), [])),
  };
}

async function listTables(): Promise<string[]> {
  const databases = await indexedDB.databases();
  const names = databases.map(({ name }) => name ?? '').filter((name) => name.startsWith(PREFIX));
  return names.map((name) => name.slice(PREFIX.length)).sort();
}

function dropDatabase(databaseName: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(databaseName);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error ?? new Error('indexedDB.deleteDatabase failed'));
  });
}

async function unlessMissing<T>(run: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TableMissing) return otherwise;
    throw error;
  }
}

async function guarded<T>(run: () => Promise<T>): Promise<T> {
  if (!('indexedDB' in globalThis)) throw new LucarneError('storage-unavailable');
  try {
    return await run();
  } catch (cause) {
    throw storageFault(cause);
  }
}

function storageFault(cause: unknown): LucarneError {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : '';
  if (name === 'QuotaExceededError') return new LucarneError('storage-full', { cause });
  if (name === 'SecurityError') return new LucarneError('storage-unavailable', { cause });
  return new LucarneError('storage-failed', { cause });
}
