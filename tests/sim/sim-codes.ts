// Small numbers for control messages, for the event log.

import type { ControlMessage } from '../../src/overlay/message.ts';

/** Zero to nine are the simulator's own. */
export const MESSAGE_CODES: Readonly<Record<ControlMessage['type'], number>> = {
  tip: 10,
  ping: 11,
  pong: 12,
  counts: 13,
  hello: 14,
  path: 15,
  subscribe: 16,
  bye: 17,
  pass: 18,
  passed: 19,
  signal: 20,
  find: 21,
  request: 22,
  doors: 23,
  other: 24,
};
