// Composition of a viewer's copy: the claim that no other tab keeps one of this broadcast, and the recorders that write it.

import { LucarneError } from './base/errors.ts';
import { holdKey } from './identity/key-lock.ts';
import { linkKeyOf, sealingKeyOf } from './identity/link-cipher.ts';
import type { Store } from './ports.ts';
import { copyIdOf } from './record/record.ts';
import { saveCopyKey } from './record/recording-key.ts';
import { openCopyRecorder } from './record/recorder.ts';
import type { OpenCopy } from './session/copy-door.ts';
import { CopyKeeping } from './session/copy-keeping.ts';

/** Keeps copies in `store`, each in a table of its own; `key`: of the link, where it has one. What was private lies there as it was on air. */
export function openCopiesIn(store: Store, key?: string): OpenCopy {
  const sealingKey = key === undefined ? undefined : sealingKeyOf(linkKeyOf(key));
  return async (broadcastId) => {
    const claim = new AbortController();
    // Two tabs would write over each other's records.
    if (!(await holdKey(copyIdOf(broadcastId), claim.signal))) return undefined;
    return new CopyKeeping({
      broadcastId,
      openRecorder: (about, events, config) => {
        if (sealingKey && config.header.isSealed)
          keepKey(store, broadcastId, sealingKey).catch((cause: unknown) => {
            // Without it nothing of the copy can ever be read.
            events.onFault(new LucarneError('storage-unavailable', { cause }));
          });
        return openCopyRecorder(store, about, events, config);
      },
      released: () => claim.abort(),
    });
  };
}

/** As a CryptoKey, which opens the copy and never tells the link. */
async function keepKey(store: Store, broadcastId: string, sealingKey: Promise<CryptoKey>): Promise<void> {
  await saveCopyKey(store.open(copyIdOf(broadcastId)), await sealingKey);
}
