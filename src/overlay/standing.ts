// Whether we are fed, as our children hear it in tips, and as a person reads it on the page.

import type { PublicState, StateReason } from './event.ts';
import type { Hello, Standing, Tip } from './message.ts';
import { NO_SEQ } from './message.ts';
import { freeSlots } from './counts.ts';
import type { OverlayState } from './state.ts';
import { FRESH_MS } from './timing.ts';
import type { Turn } from './turn.ts';

/** What our children are told. A parent's trouble is ours: it is passed on, so that only those next to a break repair it. */
export function ownStanding(state: OverlayState): Standing {
  if (state.role === 'root') return 'live';
  if (state.parent) return state.parent.standing;
  return state.seeking.isAbsent || state.isEnded ? 'absent' : 'seeking';
}

/** Our sign of life. */
export function ownTip(state: OverlayState): Tip {
  const { epoch, newestSeq, delayMs } = state.progress;
  return {
    type: 'tip',
    epoch,
    seq: newestSeq < 0 ? NO_SEQ : newestSeq,
    delayMs,
    freeSlots: freeSlots(state),
    standing: ownStanding(state),
    dropped: 0,
  };
}

/** How we introduce ourselves. */
export function ownHello({ peer, paths, slots, publicKey, progress }: OverlayState): Hello {
  const hello: Hello = { type: 'hello', v: 1, peer, paths, slots, epoch: progress.epoch };
  return publicKey === null ? hello : { ...hello, publicKey };
}

/** Says so when what a person should read has changed. */
export function showState({ state, nowMs, effects }: Turn): void {
  if (state.isLeaving) return;
  const [shown, reason] = state.role === 'root' ? rootState(state) : viewerState(state, nowMs);
  const ahead = reason === 'full' ? state.seeking.place : 0;
  const before = state.shown;
  if (shown === before.state && reason === before.reason && ahead === before.ahead) return;
  state.shown = { state: shown, reason, ahead };
  effects.push({ type: 'state-changed', ...state.shown });
}

function rootState({ rendezvous, shown }: OverlayState): [PublicState, StateReason] {
  if (rendezvous === 'taken') return ['failed', 'id-taken'];
  if (rendezvous === 'open') return ['live', 'none'];
  const reason = rendezvous === 'lost' ? 'signaling-lost' : 'none';
  return [shown.state === 'connecting' ? 'connecting' : 'reconnecting', reason];
}

function viewerState(state: OverlayState, nowMs: number): [PublicState, StateReason] {
  const { parent, seeking, rendezvous, progress } = state;
  if (state.isEnded) return ['ended', 'none'];
  if (rendezvous === 'taken' && !parent) return ['failed', 'id-taken'];
  const again = state.hasFed ? 'reconnecting' : 'connecting';
  if (parent) {
    if (nowMs - progress.newestAtMs < FRESH_MS) return ['live', 'none'];
    if (parent.standing === 'absent') return [state.hasFed ? again : 'waiting', 'absent'];
    return [again, state.hasFed && parent.standing === 'live' ? 'stalled' : 'none'];
  }
  if (rendezvous === 'lost') return [again, 'signaling-lost'];
  if (seeking.isAbsent) return [state.hasFed ? again : 'waiting', 'absent'];
  if (seeking.isFull) return [state.hasFed ? again : 'waiting', 'full'];
  return [again, 'none'];
}
