// A connection to one IndexedDB database, in the shape that idb-keyval takes (`UseStore`).
// Its rule: every write is strict (on disk when it resolves), and a connection that the browser closed is opened again.

import type { UseStore } from 'idb-keyval';

const OBJECT_STORE = 'values';
/** What the browser says when it has closed the connection under us (Safari: UnknownError). */
const CLOSED_NAMES = new Set(['InvalidStateError', 'AbortError', 'UnknownError']);

/** The database isn't there, and this operation is not one that makes it. */
export class TableMissing extends Error {
  override readonly name = 'TableMissing';
}

/** One database, opened when it is first used. */
export class Connection {
  readonly #databaseName: string;
  #opening: Promise<IDBDatabase> | undefined;

  constructor(databaseName: string) {
    this.#databaseName = databaseName;
  }

  /** For idb-keyval. Without `mayCreate` an absent database rejects with TableMissing and stays absent. */
  use(mayCreate: boolean): UseStore {
    return async (mode, run) => {
      try {
        return await this.#attempt(mayCreate, mode, run);
      } catch (error) {
        if (!CLOSED_NAMES.has(nameOf(error))) throw error;
        // Every operation sets, gets or deletes by key: doing it twice does no harm.
        this.close();
        return await this.#attempt(mayCreate, mode, run);
      }
    };
  }

  /** Lets go of the database; the next use opens it again. */
  close(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.then(
      (database) => database.close(),
      () => undefined,
    );
  }

  async #attempt<T>(
    mayCreate: boolean,
    mode: IDBTransactionMode,
    run: (store: IDBObjectStore) => T | PromiseLike<T>,
  ): Promise<T> {
    const database = await this.#open(mayCreate);
    const transaction = database.transaction(OBJECT_STORE, mode, { durability: 'strict' });
    let failure: DOMException | null = null;
    transaction.addEventListener('error', (event) => (failure ??= (event.target as IDBRequest).error));
    const ended = new Promise<void>((resolve) => {
      transaction.addEventListener('complete', () => resolve());
      transaction.addEventListener('abort', () => resolve());
    });
    try {
      return await run(transaction.objectStore(OBJECT_STORE));
    } catch (error) {
      // A refused value must take the whole write with it; and only the end of the transaction tells the true cause.
      abort(transaction);
      await ended;
      throw transaction.error ?? failure ?? error;
    }
  }

  #open(mayCreate: boolean): Promise<IDBDatabase> {
    if (this.#opening) return this.#opening;
    const opening = openDatabase(this.#databaseName, mayCreate);
    const forget = (): void => {
      if (this.#opening === opening) this.#opening = undefined;
    };
    this.#opening = opening;
    opening.then((database) => {
      database.onclose = forget;
      // Another tab wants to drop the table: holding on would block it.
      database.onversionchange = () => {
        database.close();
        forget();
      };
    }, forget);
    return opening;
  }
}

function openDatabase(name: string, mayCreate: boolean): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name);
    let isMissing = false;
    request.onupgradeneeded = () => {
      isMissing = !mayCreate;
      if (isMissing) request.transaction?.abort();
      else request.result.createObjectStore(OBJECT_STORE);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      const error = isMissing ? new TableMissing(name) : request.error;
      reject(error ?? new Error('indexedDB.open failed'));
    };
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It had already ended.
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
