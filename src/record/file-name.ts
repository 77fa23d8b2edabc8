// How an exported recording is called: `lucarne-<title>-<date>.mp4`, with `-2` and so on for further parts.

const SLUG_CHARS_MAX = 60;

/** `part` counts from 0; the date is the local day on which the broadcast began. */
export function recordingFileName(
  title: string,
  startedAtMs: number,
  part: number,
  extension: string,
): string {
  const suffix = part === 0 ? '' : `-${part + 1}`;
  return `lucarne-${slug(title)}-${localDay(startedAtMs)}${suffix}${extension}`;
}

/** Letters and digits of any script, lower case, joined by single dashes; 'untitled' when nothing is left. */
function slug(title: string): string {
  const plain = title.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC').toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  // Cut between characters: half of a surrogate pair is no name for a file.
  const joined = Array.from(words.join('-')).slice(0, SLUG_CHARS_MAX).join('').replace(/-$/, '');
  return joined === '' ? 'untitled' : joined;
}

function localDay(timeMs: number): string {
  const date = new Date(timeMs);
  const pad = (value: number, length: number): string => String(value).padStart(length, '0');
  return `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)}`;
}
