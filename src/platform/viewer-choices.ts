// What a person has chosen to share while watching, kept in this browser. It is read before the first connection is made, so that
// it holds from the first candidate on.

/** What can be chosen; the values are names in the browser's storage. */
export const CHOICES = {
  hidesAddress: 'lucarne/hides-address',
  declinesHelp: 'lucarne/declines-help',
} as const;

/** Whether nobody but TURN servers may learn our address: the link asks for it, or the person does. */
export function isAddressHidden(isHiddenByLink = false): boolean {
  return isHiddenByLink || isChosen('hidesAddress');
}

/** Whether it was chosen; no where the browser keeps nothing. */
export function isChosen(choice: keyof typeof CHOICES): boolean {
  try {
    return localStorage.getItem(CHOICES[choice]) === '1';
  } catch {
    return false;
  }
}
