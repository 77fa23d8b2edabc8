// What of a broadcast a genuine file lacks, in the file's own time. Pure.

import { PROOF_PIECE_JOIN_MS } from '../base/limits.ts';
import type { MissingPiece } from '../session/session-api.ts';
import type { ProofMatch } from './proof-match.ts';
import type { ProofSchedule } from './proof-schedule.ts';

const US_PER_MS = 1000;
const JOIN_US = PROOF_PIECE_JOIN_MS * US_PER_MS;

/** In order of time. Of what lies before or after a clip only the nearest is worth telling. */
export function missingPieces(schedule: ProofSchedule, match: ProofMatch): MissingPiece[] {
  const { first, last, shiftUs = 0 } = match;
  if (!first || !last) return [];
  const fromUs = first.timeUs;
  const toUs = last.timeUs + last.item.header.durationUs;
  const leftOut = match.leftOut.pieces.map((piece) => ({ ...piece, why: 'left-out' as const }));
  const before = leftOut.filter((piece) => piece.toUs <= fromUs + JOIN_US);
  const after = leftOut.filter((piece) => piece.fromUs >= toUs - JOIN_US);
  const inside = [...leftOut, ...schedule.untold]
    .filter((piece) => piece.toUs > fromUs + JOIN_US && piece.fromUs < toUs - JOIN_US)
    .sort((a, b) => a.fromUs - b.fromUs);
  const pieces: MissingPiece[] = inside.map((piece) => ({
    where: 'inside',
    why: piece.why,
    atMs: Math.max(0, piece.fromUs + shiftUs) / US_PER_MS,
    forMs: (piece.toUs - piece.fromUs) / US_PER_MS,
  }));
  const begin = before[0];
  if (begin)
    pieces.unshift({ where: 'start', why: 'left-out', atMs: 0, forMs: (fromUs - begin.fromUs) / US_PER_MS });
  else if (schedule.isStartUntold) pieces.unshift({ where: 'start', why: 'unknown', atMs: 0 });
  const end = after.at(-1);
  const atMs = (toUs + shiftUs) / US_PER_MS;
  if (end) pieces.push({ where: 'end', why: 'left-out', atMs, forMs: (end.toUs - toUs) / US_PER_MS });
  else if (!schedule.isEndTold) pieces.push({ where: 'end', why: 'unknown', atMs });
  return pieces;
}
