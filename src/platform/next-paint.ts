// Waiting for what was just put on a page to be seen.

/** Longer than a busy, slow phone takes for a frame, ms: a window that never gets one isn't kept from a broadcast for a line of text. */
const PAINT_MS_MAX = 1000;

/**
 * Resolves when what stands in the page now has been painted, or after PAINT_MS_MAX. Where nobody looks nothing is painted, and nothing is
 * waited for.
 */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) {
      resolve();
      return;
    }
    requestAnimationFrame(() => afterFrame(resolve));
    setTimeout(resolve, PAINT_MS_MAX);
  });
}

/** Calls `then` after the frame that this is a part of. The first one of a page is long on its way: the browser says when it was seen. */
function afterFrame(then: () => void): void {
  const isSeen = (entry: PerformanceEntry): boolean => entry.name === 'first-contentful-paint';
  const isFirst = !performance.getEntriesByType('paint').some(isSeen);
  if (!isFirst || !PerformanceObserver.supportedEntryTypes.includes('paint')) {
    setTimeout(then);
    return;
  }
  const observer = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isSeen)) return;
    observer.disconnect();
    then();
  });
  observer.observe({ type: 'paint', buffered: true });
}
