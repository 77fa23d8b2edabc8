// Waiting for Redis, and no longer than people notice.

import { REDIS_ANSWER_MS_MAX } from './limits.ts';

/** Rejects when it takes longer than Redis may. */
export async function inTime<Value>(promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), REDIS_ANSWER_MS_MAX);
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
