// Whether something that came up is shown, waits, or is dropped. Everything here is a rule of the broadcaster's, in its order.

import { mayAddressSpeak } from './address-pace.ts';
import type { DeskSaid, DeskState, HeldWhy } from './desk-state.ts';
import { foldedWords } from './folded-text.ts';
import { vote } from './questions.ts';
import { REPEATS_HELD, REPEATS_MS, SLOW_MS } from './room-limits.ts';
import { isCleanSaid } from './comment-codec.ts';

/** What becomes of it. `left-out`: nobody sees it, and it is counted; `dropped`: it isn't even that. */
type Admitted =
  | { is: 'comment' | 'question' | 'report' | 'left-out' | 'dropped' }
  | { is: 'held'; kind: 'comment' | 'question'; why: HeldWhy };

/** Judges one. Notes its counter, so that it is judged once. */
export function admit(state: DeskState, said: DeskSaid, nowMs: number): Admitted {
  const { kind, author, counter, text, tag } = said;
  const speaker = state.speakers.get(author);
  if (speaker && counter <= speaker.counter) return { is: 'dropped' };
  const { spokeMs = -Infinity, isVouched = false } = speaker ?? {};
  // Who leaves its ticket away is still who it was.
  const known = { counter, spokeMs, isVouched, tag: tag ?? speaker?.tag };
  state.speakers.set(author, known);
  if (isMuted(state, author, known.tag) || !isCleanSaid({ ...said, epoch: 0 })) return { is: 'dropped' };
  if (kind === 'report') return { is: 'report' };
  if (state.mode === 'closed' || state.mode === 'hearts') return { is: 'dropped' };
  if (kind === 'vote') {
    vote(state, said.target, author);
    return { is: 'dropped' };
  }
  if (state.mode === 'slow' && nowMs - spokeMs < SLOW_MS) return { is: 'left-out' };
  if (!mayAddressSpeak(state.tags, known.tag, nowMs)) return { is: 'left-out' };
  state.speakers.set(author, { ...known, spokeMs: nowMs });
  if (state.mode === 'approve') return { is: 'held', kind, why: 'approve' };
  if (state.words.hold(`${said.name} ${text}`)) return { is: 'held', kind, why: 'word' };
  if (isRepeated(state, author, text, nowMs)) return { is: 'held', kind, why: 'repeat' };
  // Anybody can make a key: it may be one of a thousand, or somebody who was muted.
  if (known.tag === undefined && !isVouched) return { is: 'held', kind, why: 'new' };
  return { is: kind };
}

function isMuted({ muted }: DeskState, author: string, tag: string | undefined): boolean {
  return muted.has(author) || (tag !== undefined && muted.has(tag));
}

/** Whether these words were said a moment ago by the same person, or by several. */
function isRepeated(state: DeskState, author: string, text: string, nowMs: number): boolean {
  const folded = foldedWords(text).join(' ');
  const before = state.repeats.get(folded);
  const isFresh = before !== undefined && nowMs - before.atMs < REPEATS_MS;
  const authors = isFresh ? before.authors : new Set<string>();
  const isOwn = authors.has(author);
  if (authors.size <= REPEATS_HELD) authors.add(author);
  state.repeats.set(folded, { authors, atMs: nowMs });
  return isOwn || authors.size > REPEATS_HELD;
}
