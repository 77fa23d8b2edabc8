// What a tab that is on air notes for its own reload: which broadcast, and from which source. It lives in the tab's
// session storage, which a reload keeps and another tab doesn't see. What is read back is checked like anything foreign.

import { isBroadcastId, QUALITIES, SOURCES } from '../../base/link.ts';
import { TITLE_CHARS_MAX } from '../../base/limits.ts';
import type { ProgrammeOptions } from '../../ports.ts';

/** How often a tab on air renews its note, ms. */
export const NOTE_RENEW_MS = 5000;
/** How old a note may be for going on air unasked, ms: a reload takes seconds. A browser that crashed and is opened again the
 *  next day must not switch a camera on by itself. */
export const NOTE_FRESH_MS = 60_000;

const KEY = 'lucarne/on-air';
const ID_CHARS_MAX = 512;

/** A broadcast that this tab had on air. */
export interface ResumeNote {
  broadcastId: string;
  title: string;
  options: ProgrammeOptions;
  /** Unix ms at which it was last known to be on air. */
  seenAtMs: number;
}

/** Keeps the note for this tab's reload. Where the browser keeps nothing, a reload asks as any other start does. */
export function keepNote(note: ResumeNote): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(note));
  } catch {
    // Storage is forbidden or full.
  }
}

/** The broadcast has ended: a reload has nothing to go on with. */
export function dropNote(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

/** What this tab noted about a broadcast; undefined when it had another one on air, or none. */
export function readNote(broadcastId: string): ResumeNote | undefined {
  try {
    const note: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    return isNote(note) && note.broadcastId === broadcastId ? note : undefined;
  } catch {
    return undefined;
  }
}

function isNote(value: unknown): value is ResumeNote {
  if (typeof value !== 'object' || value === null) return false;
  const { broadcastId, title, options, seenAtMs } = value as Record<string, unknown>;
  return (
    typeof broadcastId === 'string' &&
    isBroadcastId(broadcastId) &&
    typeof title === 'string' &&
    title.length <= TITLE_CHARS_MAX &&
    typeof seenAtMs === 'number' &&
    isOptions(options)
  );
}

function isOptions(value: unknown): value is ProgrammeOptions {
  if (typeof value !== 'object' || value === null) return false;
  const { source, quality, cameraId, microphoneId, facing, isMuted, isHidden } = value as Record<
    string,
    unknown
  >;
  const isFlag = (flag: unknown): boolean => flag === undefined || typeof flag === 'boolean';
  const isId = (id: unknown): boolean =>
    id === undefined || (typeof id === 'string' && id.length <= ID_CHARS_MAX);
  return (
    (SOURCES as readonly unknown[]).includes(source) &&
    (QUALITIES as readonly unknown[]).includes(quality) &&
    isId(cameraId) &&
    isId(microphoneId) &&
    (facing === undefined || facing === 'user' || facing === 'environment') &&
    isFlag(isMuted) &&
    isFlag(isHidden)
  );
}
