// What moderators see besides the room itself: what waits for approval and what was reported. It goes down in room packets like
// everything else, sealed for those whose invitations are in force.

import { concatBytes, utf8Bytes, utf8Text, type Bytes } from '../base/bytes.ts';
import type { HeldComment } from './desk-state.ts';
import type { ReportedComment } from './reports.ts';
import {
  HELD_MAX,
  PANEL_BYTES_MAX,
  PANEL_REPORTED_MAX,
  PANEL_STEP_BYTES,
  REPORTERS_MAX,
} from './room-limits.ts';
import { fieldsOf, isUint, parseJson, readComment, readList } from './room-packet.ts';

/** One look at the desk. */
export interface ModeratorsPanel {
  /** Waiting for approval, oldest first: as many as there is room for. */
  held: HeldComment[];
  /** How many wait besides. */
  more: number;
  /** Most reported first. */
  reported: ReportedComment[];
  canUndoShield: boolean;
}

const WHYS = ['approve', 'word', 'repeat', 'new'] as const;
const KINDS = ['comment', 'question'] as const;
const SPACE = 0x20;

/** The bytes to seal: JSON, with spaces behind it up to a multiple of PANEL_STEP_BYTES. */
export function encodePanel({ held, reported, more, canUndoShield }: ModeratorsPanel): Bytes {
  // Half at most, so that nobody can hide what waits behind long reported comments.
  const told = fitting(reported.slice(0, PANEL_REPORTED_MAX), PANEL_BYTES_MAX / 2);
  const shown = fitting(held, PANEL_BYTES_MAX);
  for (;;) {
    const left = more + held.length - shown.length;
    const json = utf8Bytes(JSON.stringify({ v: 1, held: shown, more: left, reported: told, canUndoShield }));
    if (json.length <= PANEL_BYTES_MAX) return padded(json);
    shown.pop();
  }
}

/** Reads one; undefined when it is none. Texts come out as the rules for text leave them. */
export function decodePanel(bytes: Uint8Array): ModeratorsPanel | undefined {
  const text = utf8Text(bytes);
  const fields = text === undefined ? undefined : fieldsOf(parseJson(text));
  if (fields?.v !== 1) return undefined;
  const { more, canUndoShield } = fields;
  const held = readList(fields.held, HELD_MAX, readHeld);
  const reported = readList(fields.reported, PANEL_REPORTED_MAX, readReported);
  if (!held || !reported || !isUint(more, HELD_MAX) || typeof canUndoShield !== 'boolean') return undefined;
  return { held, more, reported, canUndoShield };
}

/** As many of them, from the first on, as take no more than so many bytes. */
function fitting<Comment>(comments: readonly Comment[], bytesMax: number): Comment[] {
  let bytes = 0;
  const firstTooMany = comments.findIndex((comment) => {
    bytes += utf8Bytes(JSON.stringify(comment)).length;
    return bytes > bytesMax;
  });
  return firstTooMany === -1 ? [...comments] : comments.slice(0, firstTooMany);
}

function padded(json: Bytes): Bytes {
  const length = Math.ceil(json.length / PANEL_STEP_BYTES) * PANEL_STEP_BYTES;
  return concatBytes(json, new Uint8Array(length - json.length).fill(SPACE));
}

function readHeld(value: unknown): HeldComment | undefined {
  const comment = readComment(value);
  const fields = fieldsOf(value);
  const kind = KINDS.find((one) => one === fields?.kind);
  const why = WHYS.find((one) => one === fields?.why);
  return comment && kind && why && { ...comment, kind, why };
}

function readReported(value: unknown): ReportedComment | undefined {
  const comment = readComment(value);
  const reporters = fieldsOf(value)?.reporters;
  return comment && isUint(reporters, REPORTERS_MAX) ? { ...comment, reporters } : undefined;
}
