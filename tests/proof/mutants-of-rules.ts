// The room's rules on the way up (src/room/hop.ts), each taken out: how fast, how much, of whom, and that nothing counts twice.

import { mutantsOf, type Mutant } from './mutant.ts';

const hop = mutantsOf('src/room/hop.ts', [
  'tests/unit/room/hop.test.ts',
  'tests/unit/room/hop-rules.test.ts',
]);

/** All of them. */
export const RULE_MUTANTS: readonly Mutant[] = [
  hop('an edge that floods with messages', 'if (isFlood || rise.hearts', 'if (rise.hearts'),
  hop('sums of hearts that shrink', 'rise.hearts < below.toldHearts || ', ''),
  hop('sums of comments left out that shrink', ' || rise.leftOut < below.toldLeftOut)', ')'),
  hop(
    'the muted, whose signatures are checked',
    'if (!isWelcome(state, said) || !(said.sealed',
    'if (!(said.sealed',
  ),
  hop('unclean texts', ' || !(said.sealed || isCleanSaid(said))) continue;', ') continue;'),
  hop('no sealed words', '!(said.sealed || isCleanSaid(said))', '!isCleanSaid(said)'),
  hop(
    'any number of comments of one edge',
    'if (!take(below.comments, nowMs, EDGE_COMMENTS_PER_SECOND, EDGE_COMMENTS_BURST)) state.leftOut++;\n    else if',
    'if',
  ),
  hop(
    'what an edge says too much, uncounted',
    'EDGE_COMMENTS_BURST)) state.leftOut++;',
    'EDGE_COMMENTS_BURST)) continue;',
  ),
  hop(
    'replays, whose signatures are checked',
    'else if (isNew(state, said)) effects.push',
    'else effects.push',
  ),
  hop(
    'who was muted while the signature was checked',
    'if (isWelcome(state, event.said) && (event.edge',
    'if ((event.edge',
  ),
  hop('any pace of one key', 'isInTime(state, event.said, nowMs)))', 'state.epoch >= 0))'),
  hop('hearts for a closed room', "if (state.mode !== 'closed') state.hearts++;", 'state.hearts++;'),
  hop('counters of the last epoch in the next', 'if (event.epoch !== state.epoch) state.keys.clear();', ''),
  hop(
    'more hearts than there are fingers',
    'Math.min(told - below.believedHearts, Math.floor(below.hearts.left))',
    'told - below.believedHearts',
  ),
  hop('the same allowance of hearts again', 'below.hearts.left -= fresh;', ''),
  hop('hearts that were believed before', 'below.believedHearts += fresh;', ''),
  hop(
    'any count of comments left out',
    'Math.min(told - below.toldLeftOut, Math.floor(below.leftOut.left))',
    'told - below.toldLeftOut',
  ),
  hop('the same allowance of those again', 'below.leftOut.left -= fresh;', ''),
  hop('comments for another epoch', 'if (epoch !== 0 && of !== epoch) return false;', ''),
  hop('a muted key', 'if (muted.has(author) || (tag', 'if ((tag'),
  hop('a muted address', 'muted.has(author) || (tag !== undefined && muted.has(tag))', 'muted.has(author)'),
  hop('comments in a closed room', "(mode !== 'closed' && mode !== 'hearts')", "mode !== 'hearts'"),
  hop('comments in a room of hearts', "(mode !== 'closed' && mode !== 'hearts')", "mode !== 'closed'"),
  hop('no reports from a closed room', "return kind === 'report' || (mode", 'return (mode'),
  hop('one comment by two edges, both being checked', 'if (!isNew(state, said)) return false;', ''),
  hop(
    'a key that says more than a person',
    'take(allowance, nowMs, KEY_COMMENTS_PER_SECOND, KEY_COMMENTS_BURST) &&\n',
    'nowMs >= 0 &&\n',
  ),
  hop(
    'an address that says more than a class, with many keys',
    'KEY_COMMENTS_BURST) &&\n    mayAddressSpeak(state.tags, said.tag, nowMs);',
    'KEY_COMMENTS_BURST);',
  ),
  hop('what came too fast, uncounted', 'if (!isAllowed) state.leftOut++;', ''),
  hop(
    'any number that wait',
    'if (waiting.said.length < EDGE_WAITING_MAX) {',
    'if (waiting.said.length >= 0) {',
  ),
  hop('what finds no place, uncounted', '  state.leftOut++;\n  const at', '  const at'),
  hop(
    'only those that came first',
    'Math.floor(state.random() * waiting.arrived)',
    'waiting.arrived + state.epoch',
  ),
  hop('what is known of edges that are gone', 'if (!children.includes(edge)) state.below.delete(edge);', ''),
  hop('hearts told to two parents', 'state.heartsBefore = state.heartsTold;', ''),
  hop('comments left out told to two parents', 'state.leftOutBefore = state.leftOutTold;', ''),
  hop(
    'any number of messages to the parent',
    'parent === null || nowMs - state.sentMs < RISE_INTERVAL_MS',
    'parent === null',
  ),
  hop('any number of comments in one', 'takeTurns(state, RISE_COMMENTS_MAX)', 'takeTurns(state, Infinity)'),
  hop(
    'messages that say nothing',
    'if (said.length === 0 && state.hearts === state.heartsTold && state.leftOut === state.leftOutTold)\n    return [];',
    '',
  ),
  hop(
    'who was muted while waiting',
    'if (said && isWelcome(state, said)) taken.push',
    'if (said) taken.push',
  ),
];
