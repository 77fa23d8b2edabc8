// A Store in memory that keeps to the real one's contract, with faults on demand: any call can be made to fail.

import type { FaultCode } from '../../src/base/errors.ts';
import { LucarneError } from '../../src/base/errors.ts';
import type { Store } from '../../src/ports.ts';

/** `fault` is asked before each operation with its number, from 0, and how many values it writes: a code makes it fail and change nothing. */
export class MemoryStore implements Store {
  readonly tables = new Map<string, Map<string, unknown>>();
  calls = 0;
  fault: (call: number, written: number) => FaultCode | undefined = () => undefined;

  open(name: string): ReturnType<Store['open']> {
    const existing = (): Map<string, unknown> => this.tables.get(name) ?? new Map<string, unknown>();
    return {
      get: (key) => this.#operate(() => structuredClone(existing().get(key))),
      set: (entries) =>
        this.#operate(() => {
          const copies = entries.map(([key, value]) => [key, structuredClone(value)] as const);
          const table = existing();
          this.tables.set(name, table);
          for (const [key, value] of copies) table.set(key, value);
        }, entries.length),
      delete: (keys) =>
        this.#operate(() => {
          for (const key of keys) existing().delete(key);
        }),
      keys: () => this.#operate(() => [...existing().keys()].sort()),
    };
  }

  list(): Promise<string[]> {
    return this.#operate(() => [...this.tables.keys()].sort());
  }

  drop(name: string): Promise<void> {
    return this.#operate(() => {
      this.tables.delete(name);
    });
  }

  async #operate<T>(run: () => T, written = 0): Promise<T> {
    const code = this.fault(this.calls++, written);
    await Promise.resolve();
    if (code) throw new LucarneError(code);
    try {
      return run();
    } catch (cause) {
      throw new LucarneError('storage-failed', { cause });
    }
  }
}
