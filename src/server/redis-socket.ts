// How every client of a process holds its connection to Redis.

import { REDIS_ANSWER_MS_MAX, REDIS_LOOK_MS } from './limits.ts';

/** Socket options of `@redis/client`. */
export const REDIS_SOCKET = {
  connectTimeout: REDIS_ANSWER_MS_MAX,
  // A part at random, so that processes that lost it together don't return together.
  reconnectStrategy: (tries: number) => Math.min(REDIS_LOOK_MS, 50 * 2 ** tries) * (0.5 + Math.random() / 2),
};
