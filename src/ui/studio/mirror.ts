// Whether the preview is shown as in a mirror. Viewers are never: text behind a person stays readable for them.

import type { Programme } from '../../ports.ts';

/** What was chosen in this tab; undefined: what people expect. */
let chosen: boolean | undefined;

/** A camera that looks at the person who looks at it, which a computer's always does; a screen never is. */
export function isMirrored({ options, preview, guest }: Programme): boolean {
  // Beside a guest it stands as viewers see it: two people who look at each other do so on the preview, too.
  if (options.source !== 'camera' || !(preview instanceof MediaStream) || guest) return false;
  if (chosen !== undefined) return chosen;
  return preview.getVideoTracks()[0]?.getSettings().facingMode !== 'environment';
}

/** From now on, in this tab. */
export function chooseMirror(isWanted: boolean): void {
  chosen = isWanted;
}
