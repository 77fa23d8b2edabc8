// What a page can do without until its picture is there.

/** From a page's code to its picture takes less on most lines, ms. */
export const PICTURE_MS = 600;

/** Fetches code that nobody waits for. */
export function later(load: () => Promise<unknown>, afterMs: number): void {
  setTimeout(() => void load().catch(() => undefined), afterMs);
}
