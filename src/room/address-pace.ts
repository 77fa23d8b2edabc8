// How fast all keys of one address may speak together: with a ticket a new key is no new person.

import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import type { BoundedMap } from '../base/bounded-map.ts';
import { TAG_COMMENTS_BURST, TAG_COMMENTS_PER_SECOND } from './room-limits.ts';

/** Whether the address behind a tag may say something now. Without a ticket only the key counts. */
export function mayAddressSpeak(
  tags: BoundedMap<string, Allowance>,
  tag: string | undefined,
  nowMs: number,
): boolean {
  if (tag === undefined) return true;
  const allowance = tags.get(tag) ?? fullAllowance(TAG_COMMENTS_BURST, nowMs);
  tags.set(tag, allowance);
  return take(allowance, nowMs, TAG_COMMENTS_PER_SECOND, TAG_COMMENTS_BURST);
}
