// Questions of viewers: asked, voted for, and one of them being answered.

import type { DeskSaid, DeskState } from './desk-state.ts';
import { QUESTIONS_MAX, QUESTION_VOTERS_MAX } from './room-limits.ts';

/** Adds a question; gives its id. Its author's vote is in it; when there are too many, the one with the fewest votes goes. */
export function askQuestion(state: DeskState, { author, name, text }: DeskSaid): number {
  const question = { id: ++state.lastId, by: author, name, text, votes: 1, voters: new Set([author]) };
  state.questions.push(question);
  state.sums.asked++;
  if (state.questions.length > QUESTIONS_MAX) {
    const others = state.questions.filter((one) => one !== question && one !== state.pinned);
    const [fewest] = others.sort((a, b) => a.votes - b.votes || a.id - b.id);
    state.questions = state.questions.filter((one) => one !== fewest);
  }
  state.out.hasBoard = state.out.isDue = true;
  return question.id;
}

/** One vote for each key. */
export function vote(state: DeskState, id: number, author: string): void {
  const question = state.questions.find((one) => one.id === id);
  if (!question || question.voters.has(author) || question.voters.size >= QUESTION_VOTERS_MAX) return;
  question.voters.add(author);
  question.votes++;
  state.out.hasBoard = state.out.isDue = true;
}

/** Shows a question as the one being answered; the one before is done. */
export function pinQuestion(state: DeskState, id: number | null): void {
  const { pinned } = state;
  if (pinned) state.questions = state.questions.filter((one) => one !== pinned);
  state.pinned = state.questions.find((one) => one.id === id) ?? null;
  state.out.hasBoard = state.out.isUrgent = state.out.isDue = true;
}
