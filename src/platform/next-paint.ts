// Waiting for what was just put on a page to be seen.

/** Longer than a slow phone takes for a frame, ms: nobody is kept from a broadcast for a line of text. */
const PAINT_MS_MAX = 250;

/**
 * Calls `show` once there is a page to put something on, and resolves when that has been painted, or after PAINT_MS_MAX. Where nobody
 * looks nothing is painted, and nothing is waited for.
 */
export function painted(show: () => void): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) {
      resolve();
      return;
    }
    setTimeout(resolve, PAINT_MS_MAX);
    requestAnimationFrame(() => {
      show();
      // After the frame that this is a part of.
      setTimeout(resolve);
    });
  });
}
