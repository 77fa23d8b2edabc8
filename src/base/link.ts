// The addresses people share. A link names a broadcast by the hash of its key, and nothing else is needed to check it.
// `parseLink` reads whatever a person pastes: it never throws, forgives what messengers do to links
// (spaces, a trailing dot, `%23`), and refuses everything else with a code that has a sentence of its own.

import type { Result } from './errors.ts';
import { BROADCAST_ID_CHARS, GUEST_CODE_CHARS, INVITATION_CHARS } from './limits.ts';

/** Characters of a pasted link that are looked at: an address with eight long server names stays well below. */
export const LINK_CHARS_MAX = 2048;
/** Signaling servers that one link may name: a broadcast's doors spread over a few, and each costs a socket. */
export const LINK_SERVERS_MAX = 8;
/** Children that `children=` may ask for; more than any peer will ever feed says the same. */
const CHILDREN_MAX = 999;

const BROADCAST_ID = new RegExp(`^[a-z2-7]{${BROADCAST_ID_CHARS}}$`);
/** A moderator's invitation, the last part of a moderator's link (docs/wire-room.md). */
const INVITATION = /* @__PURE__ */ new RegExp(`^[\\w-]{${INVITATION_CHARS}}$`);
/** A guest's invitation, the last part of a guest's link. */
const GUEST = /* @__PURE__ */ new RegExp(
  `^on-air-([a-z2-7]{${GUEST_CODE_CHARS}})-([a-z2-7]{${GUEST_CODE_CHARS}})$`,
);
/** 128 bits: of the last character two bits are left over, and zero. */
const LINK_KEY = /^[a-z2-7]{25}[aeimquy4]$/;
/** What can be on air. */
export const SOURCES = ['camera', 'screen', 'testcard'] as const;
/** The qualities on offer. */
export const QUALITIES = ['360p', '540p', '720p', '1080p'] as const;
const RELAY_ONLY = 'relay=only';
const LANGUAGES = ['en', 'fr'] as const;

/** Spaces and invisible characters that come along when one copies. */
const AROUND = /^[\s\u200b-\u200f\u2060\ufeff]+|[\s\u200b-\u200f\u2060\ufeff]+$/g;
/** Brackets, quotes and full stops of the sentence that the link stood in. */
const PUNCTUATION_BEFORE = /^[<([{"'“‘«]+/;
const PUNCTUATION_AFTER = /[>)\]}"'”’».,;:!?]+$/;
/** Control characters, bidi marks and overrides, joiners: they make a text look like another one. */
// eslint-disable-next-line no-control-regex -- these are the characters to find
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;
const OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/;

/** Whether a text is a broadcast id: 26 lower-case base32 characters. */
export function isBroadcastId(text: string): boolean {
  return BROADCAST_ID.test(text);
}

/** What a shared link says. */
export interface LinkTarget {
  broadcastId: string;
  /** Of a private broadcast: what opens it, 26 characters. It goes to nobody, no server included. */
  key?: string;
  /** Origins of the signaling servers that the link names; empty when it names none. */
  servers: string[];
  /** Origin of the page that the link points to; absent when it is a bare id or a relative address. */
  origin?: string;
  /** Of a moderator, as it stands in the link. */
  invitation?: string;
  /** Of a guest. */
  guest?: GuestInvitation;
}

/** Asks somebody on air: where to call, and what shows that they were asked. Each is 26 base32 characters. */
export interface GuestInvitation {
  seat: string;
  token: string;
}

/** Why a text is no link to a broadcast. */
export type LinkFault =
  | 'link-empty'
  | 'link-long'
  | 'link-hidden-characters'
  | 'link-twice'
  | 'link-without-id'
  | 'link-length'
  | 'link-upper-case'
  | 'link-key'
  | 'link-characters';

/** What the query parameters of this app's address ask for; what isn't understood is left out. */
export interface LinkQuery {
  /** Origins of signaling servers. */
  servers: string[];
  source?: (typeof SOURCES)[number];
  quality?: (typeof QUALITIES)[number];
  lang?: (typeof LANGUAGES)[number];
  /** Viewers to feed at most; 0: never relay. */
  children?: number;
  /** Connect through TURN servers only, so that nobody learns an address. */
  isRelayOnly?: true;
}

/** The broadcast that a pasted text means: a full link, `#/<id>` or a bare id, each with `/<key>` where it is private. Total. */
export function parseLink(text: string): Result<LinkTarget, LinkFault> {
  if (text.length > LINK_CHARS_MAX) return { ok: false, code: 'link-long' };
  if (OVERRIDE.test(text)) return { ok: false, code: 'link-hidden-characters' };
  const link = trimmed(text);
  if (link === '') return { ok: false, code: 'link-empty' };
  if (HIDDEN.test(link) || /\s/.test(link)) {
    return { ok: false, code: /\s\S*#/.test(link) ? 'link-twice' : 'link-hidden-characters' };
  }
  const [page = '', ...fragments] = link.replace(/%23/g, '#').split('#');
  const isBare = fragments.length === 0 && (!/[/?=]/.test(page) || isBroadcastId(page.split('/')[0] ?? ''));
  const path = isBare ? page : pathOf(fragments);
  if (path === undefined) return { ok: false, code: 'link-twice' };
  const parts = path.split('/');
  const invited = parts.length > 1 ? readInvited(parts.at(-1) ?? '') : {};
  if (invited.guest ?? invited.invitation) parts.pop();
  const [id = '', key, ...more] = parts;
  const fault = idFault(more.length > 0 ? path : id);
  if (fault !== undefined) return { ok: false, code: fault };
  if (key !== undefined && !LINK_KEY.test(key)) return { ok: false, code: 'link-key' };
  const origin = fragments.length === 0 ? undefined : originOf(page);
  const { servers } = parseQuery(/\?.*$/s.exec(page)?.[0] ?? '');
  return {
    ok: true,
    value: {
      broadcastId: id,
      ...(key && { key }),
      servers,
      ...(origin === undefined ? {} : { origin }),
      ...invited,
    },
  };
}

/** What a link to share says. */
export interface SharedLink extends Pick<LinkTarget, 'broadcastId' | 'key' | 'servers'> {
  /** Asks whoever follows it to connect through TURN servers only. */
  isRelayOnly?: boolean;
}

/** The link to share: `page` is the app's address without query and fragment; `servers` only when it isn't the page's own. */
export function linkOf(page: string, { broadcastId, key, servers, isRelayOnly = false }: SharedLink): string {
  const asked = [
    ...(servers.length > 0 ? [`server=${servers.join(',')}`] : []),
    ...(isRelayOnly ? [RELAY_ONLY] : []),
  ];
  const query = asked.length > 0 ? `?${asked.join('&')}` : '';
  return `${page}${query}#/${broadcastId}${key ? `/${key}` : ''}`;
}

/** The link of a moderator, from that of the broadcast. */
export function moderatorLinkOf(link: string, invitation: string): string {
  return `${link}/${invitation}`;
}

/** The link of a guest, from that of the broadcast. */
export function guestLinkOf(link: string, { seat, token }: GuestInvitation): string {
  return `${link}/on-air-${seat}-${token}`;
}

/** The parameters before the fragment (`?server=…&children=1`). Total. */
export function parseQuery(search: string): LinkQuery {
  const given = new URLSearchParams(search.slice(0, LINK_CHARS_MAX));
  const source = oneOf(SOURCES, given.get('source'));
  const quality = oneOf(QUALITIES, given.get('quality'));
  const lang = oneOf(LANGUAGES, given.get('lang'));
  const children = given.get('children') ?? '';
  return {
    servers: readServers(given.get('server') ?? ''),
    ...(source && { source }),
    ...(quality && { quality }),
    ...(lang && { lang }),
    ...(given.get('relay') === 'only' && { isRelayOnly: true as const }),
    ...(/^\d{1,9}$/.test(children) && { children: Math.min(Number(children), CHILDREN_MAX) }),
  };
}

function trimmed(text: string): string {
  const bare = text.replace(AROUND, '');
  return bare.replace(PUNCTUATION_BEFORE, '').replace(PUNCTUATION_AFTER, '').replace(AROUND, '');
}

/** What the last part of a link makes of whoever has it; nothing for most. */
function readInvited(part: string): Pick<LinkTarget, 'invitation' | 'guest'> {
  const [, seat, token] = GUEST.exec(part) ?? [];
  if (seat !== undefined && token !== undefined) return { guest: { seat, token } };
  return INVITATION.test(part) ? { invitation: part } : {};
}

/** What the fragments say; undefined when they differ. */
function pathOf(fragments: readonly string[]): string | undefined {
  const paths = new Set(fragments.map((fragment) => fragment.replace(/^\/+|\/+$/g, '')).filter(Boolean));
  return paths.size > 1 ? undefined : ([...paths][0] ?? '');
}

function idFault(id: string): LinkFault | undefined {
  if (isBroadcastId(id)) return undefined;
  if (id === '' || id.includes('/') || /^(studio|recordings|verify)$/.test(id)) return 'link-without-id';
  if (id !== id.toLowerCase() && isBroadcastId(id.toLowerCase())) return 'link-upper-case';
  return /^[a-z2-7]+$/i.test(id) ? 'link-length' : 'link-characters';
}

/** The origins in a list with commas; what is no http(s) address is left out. Total. */
export function readServers(list: string): string[] {
  const origins = list.split(',').slice(0, LINK_SERVERS_MAX).map(originOf);
  return [...new Set(origins.filter((origin) => origin !== undefined))];
}

/** Origin of an http(s) address, or undefined. */
function originOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, origin } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? origin : undefined;
}

function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | undefined {
  return values.find((value) => value === text);
}
