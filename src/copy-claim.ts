// Composition of a viewer's copy: the claim that no other tab keeps one of this broadcast, and the recorders that write it.

import { holdKey } from './identity/key-lock.ts';
import type { Store } from './ports.ts';
import { copyIdOf } from './record/record.ts';
import { openCopyRecorder } from './record/recorder.ts';
import type { OpenCopy } from './session/copy-door.ts';
import { CopyKeeping } from './session/copy-keeping.ts';

/** Keeps copies in `store`, each in a table of its own. */
export function openCopiesIn(store: Store): OpenCopy {
  return async (broadcastId) => {
    const claim = new AbortController();
    // Two tabs would write over each other's records.
    if (!(await holdKey(copyIdOf(broadcastId), claim.signal))) return undefined;
    return new CopyKeeping({
      broadcastId,
      openRecorder: (about, events, config) => openCopyRecorder(store, about, events, config),
      released: () => claim.abort(),
    });
  };
}
