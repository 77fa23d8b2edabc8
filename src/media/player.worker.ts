// Entry of the player's worker: messages in, messages out.

import type { FromWorker, ToWorker } from './player-messages.ts';
import { prepareDecoding } from './player-decoders.ts';
import { PlayerEngine } from './player-engine.ts';
import { preparePainting } from './render-canvas.ts';

let engine: PlayerEngine | undefined;

prepareDecoding();
try {
  preparePainting();
} catch {
  // A browser that makes no such frame paints the first one later, and that is all.
}

function tell(message: FromWorker): void {
  self.postMessage(message);
}

function open(canvas: OffscreenCanvas, pageOriginMs: number): void {
  const aheadMs = performance.timeOrigin - pageOriginMs;
  engine = new PlayerEngine(
    canvas,
    () => performance.now() + aheadMs,
    (kind) => tell({ kind }),
  );
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'open': {
      open(data.canvas, data.pageOriginMs);
      return;
    }
    case 'configure':
      return engine?.configure(data.format, data.firstSeq);
    case 'push':
      return engine?.push(data.packet);
    case 'skip':
      return engine?.skip(data.fromSeq, data.toSeq, data.isAnnounced);
    case 'play':
      return engine?.play();
    case 'pause':
      return engine?.pause();
    case 'sound':
      return engine?.connectSound(data.port);
    case 'heard':
      return engine?.heard(data.contextS, data.atMs);
    case 'copy':
      return engine?.copyPictures(data.to);
    case 'stats':
      if (engine) tell({ kind: 'stats', id: data.id, stats: engine.stats() });
  }
};
