// Asks the browser, once per page, not to clear this origin's storage when space is short.

let hasAsked = false;

/** Never fails and never waits: recordings are written whatever the answer is. */
export function askPersistence(): void {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage;
  if (hasAsked || !storage?.persist) return;
  hasAsked = true;
  storage.persist().catch(() => undefined);
}
