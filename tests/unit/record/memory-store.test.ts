import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/ports.ts';
import { STORE_CASES, runStoreCase } from '../../contract/store-contract.ts';
import { MemoryStore } from '../../fakes/memory-store.ts';

describe('the store in memory keeps the contract of stores', () => {
  test.each(STORE_CASES)('$name', async (storeCase) => {
    await runStoreCase(storeCase, new MemoryStore());
  });

  test('the contract can fail: a store that forgets is caught', async () => {
    const forgetful: Store = {
      open: () => ({
        get: () => Promise.resolve(undefined),
        set: () => Promise.resolve(),
        delete: () => Promise.resolve(),
        keys: () => Promise.resolve([]),
      }),
      list: () => Promise.resolve([]),
      drop: () => Promise.resolve(),
    };
    const verdicts = await Promise.all(
      STORE_CASES.map((storeCase) =>
        runStoreCase(storeCase, forgetful).then(
          () => 'kept',
          () => 'broken',
        ),
      ),
    );
    expect(verdicts.filter((verdict) => verdict === 'broken').length).toBeGreaterThan(5);
  });
});
