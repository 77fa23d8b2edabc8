// What a file's tracks are configured with once: when it differs, a new file has to begin.

import type { MediaFormat } from '../ports.ts';

/** Equal for formats whose media can share a file. */
export function identityOf({ video, audio }: MediaFormat): string {
  const { codec, codedWidth, codedHeight, description, colorSpace } = video ?? {};
  return JSON.stringify([
    [codec, codedWidth, codedHeight, description && [...description], colorSpace],
    [audio?.codec, audio?.sampleRate, audio?.numberOfChannels, audio?.description && [...audio.description]],
  ]);
}
