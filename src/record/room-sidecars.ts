// The room beside a video file: comments and hearts as WebVTT, which players show, and everything as JSON, with the log of what
// the broadcaster did and why. What was taken away is in no WebVTT: it was taken from every screen.

import type { KeptLogEntry } from '../ports.ts';
import type { ReplayComment, RoomReplay } from '../session/session-api.ts';
import type { Chapter } from './chapters.ts';

/** What belongs to the sidecars of one file. */
export interface RoomFile {
  broadcastId: string;
  title: string;
  /** Unix ms at which the broadcast first went live. */
  startedAtMs: number;
  replay: RoomReplay;
  log: readonly KeptLogEntry[];
  /** Where Unix time lies in the file, ms; undefined when it doesn't. */
  timeOf: (entry: KeptLogEntry) => number | undefined;
}

/** How long a comment stands, ms, as on the watch page. */
const COMMENT_MS = 9000;
/** Hearts are summed up over so long, ms. */
const HEARTS_MS = 1000;

/** Comments and hearts, in order of time. Hearts are at the top, out of the way. */
export function commentsVtt({ comments, hearts }: RoomReplay): string {
  const cues = [
    ...comments.filter(({ takenAway }) => !takenAway).map((comment) => commentCue(comment)),
    ...heartCues(hearts),
  ];
  return vtt(cues);
}

/** Chapters, for players that take them from a file of their own: WebM has none inside. */
export function chaptersVtt(chapters: readonly Chapter[], durationMs: number): string {
  return vtt(
    chapters.map(({ atMs, title }, i) => ({
      fromMs: atMs,
      toMs: chapters[i + 1]?.atMs ?? Math.max(atMs + 1, durationMs),
      text: escaped(title),
    })),
  );
}

/** Everything, in one object; times in ms of the file. */
export function roomJson({ broadcastId, title, startedAtMs, replay, log, timeOf }: RoomFile): string {
  const hearts = replay.hearts.map(([atMs, total]) => ({ atMs: Math.round(atMs), total }));
  const whole = {
    format: 'lucarne-room',
    version: 1,
    broadcastId,
    title,
    startedAt: new Date(startedAtMs).toISOString(),
    comments: replay.comments.map((comment) => ({ ...comment, atMs: Math.round(comment.atMs) })),
    hearts,
    answered: replay.answered,
    log: log.map((entry) => {
      const { act, id, by, text, reason, moderator } = entry;
      // What isn't there is left out by JSON.
      const at = new Date(entry.atMs).toISOString();
      return { at, atMs: timeOf(entry), act, id, by, text, reason, moderator };
    }),
  };
  return JSON.stringify(whole, undefined, 1);
}

interface Cue {
  fromMs: number;
  toMs: number;
  text: string;
  settings?: string;
}

function commentCue({ atMs, by, name, text }: ReplayComment): Cue {
  const speaker = escaped(name || by.slice(0, 4));
  const voice = speaker ? `<v ${speaker}>` : '';
  return { fromMs: atMs, toMs: atMs + COMMENT_MS, text: voice + escaped(text) };
}

function heartCues(hearts: RoomReplay['hearts']): Cue[] {
  const cues: Cue[] = [];
  for (const [atMs, total] of hearts) {
    const last = cues.at(-1);
    const text = `♥ ${total}`;
    if (last && atMs < last.toMs) last.text = text;
    else
      cues.push({ fromMs: atMs, toMs: atMs + HEARTS_MS, text, settings: ' line:0 position:100% align:end' });
  }
  return cues;
}

function vtt(cues: readonly Cue[]): string {
  const sorted = cues.toSorted((a, b) => a.fromMs - b.fromMs);
  const blocks = sorted.map(
    ({ fromMs, toMs, text, settings = '' }) =>
      `${vttTime(fromMs)} --> ${vttTime(toMs)}${settings}\n${text}\n`,
  );
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** `hh:mm:ss.mmm`; hours have as many digits as they need. */
function vttTime(atMs: number): string {
  const whole = Math.max(0, Math.round(atMs));
  const pad = (value: number, length = 2): string => String(Math.floor(value)).padStart(length, '0');
  const seconds = `${pad((whole / 1000) % 60)}.${pad(whole % 1000, 3)}`;
  return `${pad(whole / 3_600_000)}:${pad((whole / 60_000) % 60)}:${seconds}`;
}

/** As WebVTT wants text: no tag begins in it, no arrow, no line of its own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/\s+/g, ' ');
}
