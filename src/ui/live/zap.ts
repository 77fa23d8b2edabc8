// The wish for the next or the previous broadcast, by key or by a stroke of a finger.

/** A finger that moves less far hasn't stroked, CSS px. */
const STROKE_PX_MIN = 48;
/** Whoever's arrows mean something else. */
const OWN_KEYS = 'input, select, textarea, [contenteditable], [role="slider"]';

/** 1: the next one, -1: the previous one, 0: none. */
export type Step = 1 | -1 | 0;

/** What a pressed key wishes. */
export function stepOfKey(event: KeyboardEvent): Step {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return 0;
  const [target] = event.composedPath();
  if (target instanceof Element && target.matches(OWN_KEYS)) return 0;
  if (event.key === 'ArrowRight' || event.key === 'PageDown') return 1;
  return event.key === 'ArrowLeft' || event.key === 'PageUp' ? -1 : 0;
}

/** What a finger wishes that went so far, CSS px: up and to the left is onward, as pages are turned. */
export function stepOfStroke(rightPx: number, downPx: number): Step {
  const far = Math.abs(rightPx) > Math.abs(downPx) ? rightPx : downPx;
  if (Math.abs(far) < STROKE_PX_MIN) return 0;
  return far < 0 ? 1 : -1;
}

/** Which one comes after that, in a circle; the first when it isn't among them. */
export function zapped(ids: readonly string[], from: string | undefined, step: Step): string | undefined {
  const at = from === undefined ? -1 : ids.indexOf(from);
  if (at === -1) return ids[0];
  return ids[(at + step + ids.length) % ids.length];
}
