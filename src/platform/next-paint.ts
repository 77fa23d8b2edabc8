// Waiting for what was just put on a page to be seen.

/** Longer than a busy, slow phone takes for a frame, ms: a window that never gets one isn't kept from a broadcast for a line of text. */
const PAINT_MS_MAX = 1000;

/**
 * Calls `show` once there is a page to put something on, and resolves when that has been painted, or after PAINT_MS_MAX. Where nobody
 * looks nothing is painted, and nothing is waited for.
 */
export function painted(show: () => void = () => undefined): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) {
      resolve();
      return;
    }
    let isShown = false;
    const showOnce = (): void => {
      if (!isShown) show();
      isShown = true;
      // After the frame that this is a part of.
      setTimeout(resolve);
    };
    requestAnimationFrame(showOnce);
    setTimeout(showOnce, PAINT_MS_MAX);
  });
}
