// The recordings for pages that may never ask for one: the code that reads them comes with the first question.

import { loadOnce } from '../base/load-once.ts';
import type { Recordings } from '../session/session-api.ts';

/** Recordings that are loaded when they are first asked for; each call rejects when that fails, and the next tries again. */
export function lateRecordings(load: () => Promise<Recordings>): Recordings {
  const loaded = loadOnce(load);
  return {
    list: async () => (await loaded()).list(),
    exportFiles: async (id, wishes) => (await loaded()).exportFiles(id, wishes),
    fileName: async (id, clip) => (await loaded()).fileName(id, clip),
    offersAac: async (id) => (await loaded()).offersAac(id),
    still: async (id) => (await loaded()).still(id),
    report: async (recording) => (await loaded()).report(recording),
    rename: async (id, title) => (await loaded()).rename(id, title),
    space: async () => (await loaded()).space(),
    delete: async (id) => (await loaded()).delete(id),
  };
}
