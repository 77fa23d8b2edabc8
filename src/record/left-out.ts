// Gathers chunks that were due and aren't there into pieces, as people would count them. Pure and bounded.

import { PROOF_PIECE_JOIN_MS, PROOF_PIECES_MAX } from '../base/limits.ts';
import type { DueChunk } from './proof-schedule.ts';

const JOIN_US = PROOF_PIECE_JOIN_MS * 1000;

/** A piece of the proof's timeline, µs. */
export interface Piece {
  fromUs: number;
  toUs: number;
}

/** Chunks come nearly in order of time; both tracks count alike. */
export class LeftOut {
  readonly pieces: Piece[] = [];

  add({ timeUs, item }: DueChunk): void {
    const toUs = timeUs + item.header.durationUs;
    const near = this.pieces.findLast(
      (piece) => timeUs <= piece.toUs + JOIN_US && toUs >= piece.fromUs - JOIN_US,
    );
    // When there are too many to name, the last one stands for all that follow.
    const piece = near ?? (this.pieces.length < PROOF_PIECES_MAX ? undefined : this.pieces.at(-1));
    if (!piece) this.pieces.push({ fromUs: timeUs, toUs });
    else {
      piece.fromUs = Math.min(piece.fromUs, timeUs);
      piece.toUs = Math.max(piece.toUs, toUs);
    }
  }
}
