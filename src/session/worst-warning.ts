// Which of several warnings a broadcaster is to read.

import type { BroadcastWarning } from './session-api.ts';

const WARNINGS_BY_WEIGHT: readonly BroadcastWarning[] = [
  'key-elsewhere',
  'recording-failed',
  'recording-full',
  'video-lost',
  'audio-lost',
  'signaling-lost',
  'recording-behind',
  'uplink-tight',
  'encoder-slow',
  'not-recorded',
];

/** The worst of them; undefined when there is none. */
export function worstOf(warnings: ReadonlySet<BroadcastWarning>): BroadcastWarning | undefined {
  return WARNINGS_BY_WEIGHT.find((warning) => warnings.has(warning));
}
