// A small picture of each recording, made when it is first asked for and kept beside the records.

import type { TakeStill } from '../ports.ts';
import { readKeyChunk } from './recording-reader.ts';
import type { RecordingTable } from './recording-table.ts';

/** Its key: a Blob. */
const STILL_KEY = 'still';
/** Where in a recording it is looked for: first pictures are often of somebody who sets up a camera. */
const SHARES = [0.3, 0] as const;

/** Undefined when the recording holds no picture that can be decoded here. */
export async function stillOf(table: RecordingTable, takeStill: TakeStill): Promise<Blob | undefined> {
  const kept = await table.get(STILL_KEY);
  if (kept instanceof Blob) return kept;
  for (const share of SHARES) {
    const found = await readKeyChunk(table, share);
    const still = found && (await takeStill(found.format, found.packet.payload));
    if (!still) continue;
    // A disk that is full keeps the recordings, and no pictures of them.
    await table.set([[STILL_KEY, still]]).catch(() => undefined);
    return still;
  }
  return undefined;
}
