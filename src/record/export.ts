// Makes files of a recording: record by record into a temporary file on disk, one file per codec setting.
// Loaded only when somebody exports, since the muxer comes with it.

import { LucarneError } from '../base/errors.ts';
import type { MediaFormat } from '../ports.ts';
import type { Clip, ExportWishes, RecordingFile } from '../session/session-api.ts';
import { Part } from './export-part.ts';
import { recordingFileName } from './file-name.ts';
import { identityOf } from './format-identity.ts';
import { givenTitle } from './given-title.ts';
import { extensionFor } from './muxer.ts';
import { RoomHistory } from './room-history.ts';
import { readRoomLog } from './room-keeper.ts';
import { readRecording, type RecordedPackets } from './recording-reader.ts';
import type { RecordingTable } from './recording-table.ts';

/**
 * The recording's files, in order; of a clip, one. Rejects with LucarneError 'recording-empty', 'storage-full',
 * 'storage-unavailable' or 'export-failed', and with the signal's reason; nothing is left on disk then.
 */
export async function exportRecording(table: RecordingTable, wishes: ExportWishes): Promise<RecordingFile[]> {
  const { progress, signal, clip } = wishes;
  const parts: Part[] = [];
  const title = await givenTitle(table);
  const history = new RoomHistory();
  let share = 0;
  try {
    for await (const read of readRecording(table, signal)) {
      if (read.format) {
        const named = { ...read, title: title ?? read.title };
        await (await partFor(parts, named, read.format, history, wishes)).add(read);
      }
      progress((share = read.share));
      if (clip && parts[clip.part]?.isOver) break;
    }
    // Records at the very end that can't be read give nothing: the last that could be isn't all.
    if (share < 1 && !clip) parts.at(-1)?.loseEnd();
    await parts.at(-1)?.finish();
    const log = await readRoomLog(table);
    const files = await Promise.all(
      parts.filter(({ isEmpty }) => !isEmpty).map((part, i) => part.read(i, log)),
    );
    if (files.length === 0) throw new LucarneError('recording-empty');
    return files;
  } catch (cause) {
    await Promise.all(parts.map((part) => part.discard()));
    throw signal?.aborted ? cause : exportFault(cause);
  }
}

/** What the first file of an export would be called. Rejects with LucarneError 'recording-empty'. */
export async function exportName(table: RecordingTable, clip?: Clip): Promise<string> {
  const title = await givenTitle(table);
  const formats: string[] = [];
  for await (const { format, title: ownTitle, startedAtMs } of readRecording(table)) {
    if (!format) continue;
    const identity = identityOf(format);
    if (formats.at(-1) !== identity) formats.push(identity);
    if (formats.length <= (clip?.part ?? 0)) continue;
    return recordingFileName(title ?? ownTitle, startedAtMs, 0, (clip ? '-clip' : '') + extensionFor(format));
  }
  throw new LucarneError('recording-empty');
}

async function partFor(
  parts: Part[],
  read: RecordedPackets,
  format: MediaFormat,
  history: RoomHistory,
  { clip, into, sound }: ExportWishes,
): Promise<Part> {
  const last = parts.at(-1);
  if (last && identityOf(last.format) === identityOf(format)) return last;
  await last?.finish();
  const index = parts.length;
  const part = await Part.open({
    format,
    first: read,
    history,
    sound,
    clip: clip && clipOf(clip, index),
    into: index === (clip?.part ?? 0) ? into : undefined,
  });
  parts.push(part);
  return part;
}

/** What of part `index` belongs to the clip: of other parts, nothing. */
function clipOf(clip: Clip, index: number): Clip {
  return clip.part === index ? clip : { ...clip, fromMs: Infinity, toMs: -Infinity };
}

function exportFault(cause: unknown): LucarneError {
  if (cause instanceof LucarneError) return cause;
  const isFull = (cause as { name?: unknown } | undefined)?.name === 'QuotaExceededError';
  return new LucarneError(isFull ? 'storage-full' : 'export-failed', { cause });
}
