// What the pages say of a broadcast in the public list.

import { msg, str } from '@lit/localize';
import type { Place } from '../../guide/entry.ts';
import type { LiveEntry } from '../../session/session-api.ts';
import { countText } from '../amounts.ts';
import { language } from '../locale.ts';

/** Its title, or that it has none. */
export function titleText({ title }: Pick<LiveEntry, 'title'>): string {
  return title || msg('Untitled broadcast');
}

/** `12 watching · since 14:05`. */
export function factsText({ viewers, startedAtMs }: LiveEntry): string {
  const watching = viewers === 1 ? msg('1 watching') : msg(str`${countText(viewers)} watching`);
  const isToday = new Date(startedAtMs).toDateString() === new Date().toDateString();
  const format: Intl.DateTimeFormatOptions = isToday
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  const since = new Intl.DateTimeFormat(language(), format).format(startedAtMs);
  return `${watching} · ${msg(str`since ${since}`)}`;
}

/** `49° N, 2° E`. */
export function placeText({ latitude, longitude }: Place): string {
  const [north, east] = [Math.abs(latitude), Math.abs(longitude)];
  const northText = latitude < 0 ? msg(str`${north}° S`) : msg(str`${north}° N`);
  const eastText = longitude < 0 ? msg(str`${east}° W`) : msg(str`${east}° E`);
  return `${northText}, ${eastText}`;
}
