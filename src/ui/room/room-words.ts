// The room's words: its modes, and what is said when something can't be said.

import { msg, str } from '@lit/localize';
import type { HeldWhy } from '../../room/desk-state.ts';
import type { RoomComment, RoomMode } from '../../room/room-packet.ts';
import type { SayResult } from '../../session/room-api.ts';
import { countText } from '../amounts.ts';

/** The modes in order, the most open first. */
export const MODES: readonly RoomMode[] = ['open', 'slow', 'approve', 'hearts', 'closed'];

/** The name of a mode on the broadcaster's desk. */
export function modeName(mode: RoomMode): string {
  switch (mode) {
    case 'open':
      return msg('Open');
    case 'slow':
      return msg('Slow');
    case 'approve':
      return msg('Approve first');
    case 'hearts':
      return msg('Hearts only');
    case 'closed':
      return msg('Closed');
  }
}

/** What a viewer should know of the mode before writing; '' when there is nothing to know. */
export function modeNote(mode: RoomMode): string {
  switch (mode) {
    case 'open':
      return '';
    case 'slow':
      return msg('Slow mode: one comment every 10 seconds.');
    case 'approve':
      return msg('The broadcaster reads comments before they appear.');
    case 'hearts':
      return msg('Only hearts for the moment.');
    case 'closed':
      return msg('Comments are closed.');
  }
}

/** Why a text didn't go out. */
export function refusalText(result: SayResult & { ok: false }): string {
  switch (result.code) {
    case 'blank':
      return msg('There is nothing to read in this yet.');
    case 'too-long':
      return msg('This is too long: 200 characters is the most, 24 for a name.');
    case 'malformed':
      return msg('This text has characters in it that can’t be shown.');
    case 'closed':
      return msg('The broadcaster takes no comments at the moment.');
    case 'too-soon':
      return waitText(result.waitMs);
  }
}

/** How long until one may write again. */
export function waitText(waitMs: number): string {
  return msg(str`You can write again in ${Math.max(1, Math.ceil(waitMs / 1000))} s.`);
}

/** How somebody is called: a name if there is one, the broadcaster by that. */
export function speakerName({ by, name }: Pick<RoomComment, 'by' | 'name'>): string {
  if (name) return name;
  return by === '' ? msg('Broadcaster') : msg('Viewer');
}

/** How many people reported something. */
export function reportersText(reporters: number): string {
  return reporters === 1 ? msg('By 1 person.') : msg(str`By ${countText(reporters)} people.`);
}

/** Why something waits for approval; '' when everything does. */
export function whyText(why: HeldWhy): string {
  switch (why) {
    case 'approve':
      return '';
    case 'word':
      return msg('Has a word from the lists in it.');
    case 'repeat':
      return msg('The same was said several times.');
    case 'new':
      return msg('From somebody new.');
  }
}
