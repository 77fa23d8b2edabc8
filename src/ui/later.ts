// What a page can do without until its picture is there.

/** From a link to its picture takes less on most lines, ms; on a slow one the code itself takes longer than this. */
const PICTURE_MS = 600;

/** Fetches code that nobody waits for, without keeping the picture waiting. */
export function later(load: () => Promise<unknown>, afterMs = PICTURE_MS): void {
  setTimeout(() => void load().catch(() => undefined), afterMs);
}
