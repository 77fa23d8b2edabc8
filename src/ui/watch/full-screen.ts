// Full screen for an element: the browser's own where it exists, else (iPhone) a layer over the page.

/** Attribute that an element carries while it is a layer over the page. */
export const LAYER_ATTRIBUTE = 'full-screen-layer';

/** Enters or leaves full screen. Resolves when done; a refusal by the browser falls back to the layer. */
export async function toggleFullScreen(element: HTMLElement): Promise<void> {
  if (document.fullscreenElement) return document.exitFullscreen();
  if (element.hasAttribute(LAYER_ATTRIBUTE)) {
    element.removeAttribute(LAYER_ATTRIBUTE);
    return;
  }
  try {
    await element.requestFullscreen();
  } catch {
    // Also where the method doesn't exist.
    element.setAttribute(LAYER_ATTRIBUTE, '');
  }
}
