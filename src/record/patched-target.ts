// Stands before a file while the muxer writes it, and writes a few bytes more when the muxer has closed it.

import type { StreamTargetChunk } from 'mediabunny';
import type { Patch } from './chapters.ts';

/** `stream` is what the muxer writes to. */
export class PatchedTarget {
  readonly stream: WritableStream<StreamTargetChunk>;
  #patches: readonly Patch[] = [];

  constructor(target: WritableStream<StreamTargetChunk>) {
    const writer = target.getWriter();
    this.stream = new WritableStream<StreamTargetChunk>({
      write: (chunk) => writer.write(chunk),
      close: async () => {
        for (const { position, data } of this.#patches) await writer.write({ type: 'write', position, data });
        await writer.close();
      },
      abort: (reason) => writer.abort(reason),
    });
  }

  /** To be written last. */
  patch(patches: readonly Patch[]): void {
    this.#patches = patches;
  }
}
