// The player's worker, which may be started before there is a player: its code and the browser's decoders take a while to
// come, and a viewer who follows a link shouldn't wait for them after the packets have come.

import { TrustedWorker as Worker } from '../trusted-worker.ts';

let prepared: Worker | undefined;

/** Starts a worker for the next player. */
export function preparePlayerWorker(): void {
  prepared ??= startWorker();
}

/** The worker that was prepared, or a new one. */
export function takePlayerWorker(): Worker {
  const worker = prepared ?? startWorker();
  prepared = undefined;
  return worker;
}

function startWorker(): Worker {
  return new Worker(new URL('./player.worker.ts', import.meta.url), { type: 'module' });
}
