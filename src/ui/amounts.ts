// Numbers, durations, sizes and dates as people read them, in the language on the screen.

import { language } from './locale.ts';

/** `1,234`. */
export function countText(count: number): string {
  // Without separators there is nothing to format, and a page's first NumberFormat takes 30 ms and more to build.
  return Math.abs(count) < 1000 && Number.isInteger(count)
    ? String(count)
    : new Intl.NumberFormat(language()).format(count);
}

/** `0:07`, `12:04`, `1:02:09`. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${pad(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
}

/** `12 s`, in whole seconds, at least one. */
export function secondsText(durationMs: number): string {
  const format = { style: 'unit', unit: 'second', unitDisplay: 'short' } as const;
  return new Intl.NumberFormat(language(), format).format(Math.max(1, Math.round(durationMs / 1000)));
}

/** `850 kB`, `12.3 MB`, `1.2 GB`. */
export function sizeText(bytes: number): string {
  const [unit, divisor]: [string, number] =
    bytes >= 1e9 ? ['gigabyte', 1e9] : bytes >= 1e6 ? ['megabyte', 1e6] : ['kilobyte', 1e3];
  const format = { style: 'unit', unit, maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language(), format).format(bytes / divisor);
}

/** `24 Nov 2026, 11:40`. */
export function dateText(unixMs: number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(unixMs);
}

/** `3 May 2026, 05:40:12 – 06:22:19`: from one moment to another. */
export function timeSpanText(fromMs: number, toMs: number): string {
  const format = new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' });
  return format.formatRange(fromMs, toMs);
}
