// What a guest's page says when it calls, and how that is read: the caller may be anybody.

import { GUEST_CODE_CHARS } from '../base/limits.ts';
import { cleanName, isCleanName } from '../room/text-rules.ts';

/** What a caller says. */
export interface Knock {
  token: string;
  /** '' for none. */
  name: string;
}

const VERSION = 1;

/** As it travels, from what was typed. */
export function knockOf(token: string, typed: string): object {
  const name = cleanName(typed);
  return { v: VERSION, token, name: name.ok ? name.value : '' };
}

/** Undefined when no page of ours says that. Total. */
export function readKnock(said: unknown): Knock | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  const { v, token, name } = said as Record<string, unknown>;
  if (v !== VERSION || typeof token !== 'string' || token.length !== GUEST_CODE_CHARS) return undefined;
  if (typeof name !== 'string' || (name !== '' && !isCleanName(name))) return undefined;
  return { token, name };
}
