// What the page, the player's worker and the sound's worklet say to each other. All times are ms of the page's
// `performance.now()`; the worker converts its own.

import type { MediaFormat, PlayerPacket, PlayerStats } from '../ports.ts';

/** From the page to the worker. */
export type ToWorker =
  | { kind: 'open'; canvas: OffscreenCanvas; pageOriginMs: number }
  | { kind: 'configure'; format: MediaFormat; firstSeq: number }
  | { kind: 'push'; packet: PlayerPacket }
  | { kind: 'skip'; fromSeq: number; toSeq: number; isAnnounced: boolean }
  | { kind: 'play' }
  | { kind: 'pause' }
  | { kind: 'stats'; id: number }
  /** Pictures go there too. */
  | { kind: 'copy'; to: WritableStream<VideoFrame> }
  /** The worklet's port. */
  | { kind: 'sound'; port: MessagePort }
  /** The sample at `contextS` was heard at `atMs`. */
  | { kind: 'heard'; contextS: number; atMs: number };

/** From the worker to the page. */
export type FromWorker =
  | { kind: 'firstFrame' | 'stalled' | 'resumed' | 'keyNeeded' | 'failed' }
  | { kind: 'stats'; id: number; stats: PlayerDetail };

/** The player's figures with those that only measurements ask for. */
export interface PlayerDetail extends PlayerStats {
  /** Which clock rules. */
  clock: 'sound' | 'wall';
  /** Capture time being heard less that being shown, ms, by the worklet's own report; undefined without sound. */
  soundAheadMs?: number;
  /** Where packets ended. */
  buckets: Record<string, number>;
}

/** From the worker to the worklet. */
export type ToSound =
  /** Planar samples, one array a channel. */
  | { kind: 'samples'; timeUs: number; sampleRate: number; channels: Float32Array<ArrayBuffer>[] }
  /** From the sample at `contextS` on, `mediaUs` is to be rendered, and on from there at `rate` (0: silence). */
  | { kind: 'follow'; mediaUs: number; contextS: number; rate: number };

/** From the worklet to the worker: it renders `mediaUs` (undefined: silence) at `contextS`. */
export interface FromSound {
  contextS: number;
  mediaUs: number | undefined;
}
