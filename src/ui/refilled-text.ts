// What is said of a recording that this device had lost part of.

import { msg, str } from '@lit/localize';
import { secondsText } from './amounts.ts';

/** "12 sec of the recording were lost here and came back from viewers." */
export function refilledText(refilledMs: number): string {
  const time = secondsText(refilledMs);
  return msg(str`${time} of the recording were lost here and came back from viewers.`);
}
