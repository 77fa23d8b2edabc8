// What every Store does, real or fake. It runs in Node and inside browsers alike, so it knows no test library.

import type { Store } from '../../src/ports.ts';

/** One promise of a Store: `run` rejects when it is broken. `store` may hold anything; each case drops what it made. */
export interface StoreCase {
  name: string;
  run(store: Store): Promise<void>;
}

const NAME = 'contract';

function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, not ${b}`);
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** All of them, in any order. */
export const STORE_CASES: readonly StoreCase[] = [
  {
    name: 'a value comes back as it was, bytes included',
    async run(store) {
      const table = store.open(NAME);
      await table.set([['a', { text: 'x', bytes: Uint8Array.of(1, 2, 3), none: undefined }]]);
      const value = (await table.get('a')) as { text: string; bytes: Uint8Array };
      same(
        [value.text, value.bytes instanceof Uint8Array, [...value.bytes]],
        ['x', true, [1, 2, 3]],
        'value',
      );
    },
  },
  {
    name: 'a later change to a value that was set does not reach the table',
    async run(store) {
      const value = { n: 1 };
      const table = store.open(NAME);
      await table.set([['a', value]]);
      value.n = 2;
      same(await table.get('a'), { n: 1 }, 'value');
    },
  },
  {
    name: 'an absent key is undefined, and reading makes no table',
    async run(store) {
      const table = store.open(NAME);
      same(await table.get('nothing'), undefined, 'value');
      same(await table.keys(), [], 'keys');
      await table.delete(['nothing']);
      same((await store.list()).includes(NAME), false, 'listed');
    },
  },
  {
    name: 'keys come in order of text',
    async run(store) {
      const table = store.open(NAME);
      await table.set([
        ['record-000000010', 1],
        ['record-000000002', 1],
        ['key', 1],
      ]);
      await table.set([['record-000000001', 1]]);
      const expected = ['key', 'record-000000001', 'record-000000002', 'record-000000010'];
      same(await table.keys(), expected, 'keys');
    },
  },
  {
    name: 'setting again replaces, deleting removes only what was named',
    async run(store) {
      const table = store.open(NAME);
      await table.set([
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ]);
      await table.set([['b', 4]]);
      await table.delete(['a', 'c', 'never-there']);
      same(await table.keys(), ['b'], 'keys');
      same(await table.get('b'), 4, 'value');
    },
  },
  {
    name: 'a write with one value that cannot be kept writes nothing',
    async run(store) {
      const table = store.open(NAME);
      await table.set([['a', 1]]);
      const refused = table.set([
        ['a', 2],
        ['b', () => 'a function'],
      ]);
      same(await codeOf(refused), 'storage-failed', 'code');
      same([await table.get('a'), await table.keys()], [1, ['a']], 'table');
    },
  },
  {
    name: 'tables are listed, apart from each other, and gone when dropped',
    async run(store) {
      const other = `${NAME}-2`;
      await store.open(NAME).set([['a', 1]]);
      await store.open(other).set([['a', 2]]);
      const names = (await store.list()).filter((name) => name.startsWith(NAME));
      same(names, [NAME, other], 'names');
      await store.drop(other);
      same(await store.open(NAME).get('a'), 1, 'value');
      same((await store.list()).includes(other), false, 'listed');
      await store.drop('never-there');
    },
  },
  {
    name: 'a table that was dropped can be filled again',
    async run(store) {
      const table = store.open(NAME);
      await table.set([['a', 1]]);
      await store.drop(NAME);
      same(await table.get('a'), undefined, 'value');
      await table.set([['b', 2]]);
      same(await table.keys(), ['b'], 'keys');
    },
  },
  {
    name: 'two views of one table see each other',
    async run(store) {
      await store.open(NAME).set([['a', 1]]);
      same(await store.open(NAME).get('a'), 1, 'value');
    },
  },
];

/** Runs a case in a store without its table before and after. */
export async function runStoreCase(storeCase: StoreCase, store: Store): Promise<void> {
  await store.drop(NAME);
  try {
    await storeCase.run(store);
  } finally {
    await store.drop(NAME);
  }
}
