// Keys of the watch page, and which of them a person meant for the player: never one that is being typed somewhere, or that belongs to what
// has the focus. They can be switched off, since a stray key, or a voice that is taken for keys, must not stop a broadcast (WCAG 2.1.4).

/** What a key asks for. */
export type KeyWish =
  'play' | 'back' | 'forward' | 'live' | 'mute' | 'full-screen' | 'float' | 'share' | 'heart' | 'list';

const WISHES: Readonly<Record<string, KeyWish>> = {
  ' ': 'play',
  k: 'play',
  MediaPlayPause: 'play',
  j: 'back',
  ArrowLeft: 'back',
  l: 'forward',
  ArrowRight: 'forward',
  End: 'live',
  m: 'mute',
  f: 'full-screen',
  p: 'float',
  s: 'share',
  h: 'heart',
  '?': 'list',
};

const OFF_KEY = 'lucarne/keys-off';
/** These type, or have keys of their own. */
const TYPING = 'input:not([type="range"], [type="checkbox"]), textarea, select, [contenteditable]';
/** These do something by the space bar or arrows, or scroll. */
const MOVED = new Set([' ', 'ArrowLeft', 'ArrowRight', 'End']);
const PRESSED = 'button, a, summary, input, [tabindex="0"]';

/** The wish of a key; undefined when it is none. */
export function wishOfKey(event: KeyboardEvent): KeyWish | undefined {
  const { key, altKey, ctrlKey, metaKey, isComposing, repeat } = event;
  if (altKey || ctrlKey || metaKey || isComposing || repeat || event.defaultPrevented) return undefined;
  const [target] = event.composedPath();
  const isElement = target instanceof Element;
  if (isElement && target.closest(TYPING)) return undefined;
  if (MOVED.has(key) && isElement && target.closest(PRESSED)) return undefined;
  return WISHES[key.length === 1 ? key.toLowerCase() : key];
}

/** Whether the page's keys are on. */
export function areKeysOn(): boolean {
  try {
    return localStorage.getItem(OFF_KEY) !== '1';
  } catch {
    return true;
  }
}

/** Switches them, for this browser; where it keeps nothing, they stay on. */
export function switchKeys(isOn: boolean): void {
  try {
    if (isOn) localStorage.removeItem(OFF_KEY);
    else localStorage.setItem(OFF_KEY, '1');
  } catch {
    // Nothing is kept here.
  }
}
