// The public list at the signaling servers: posting an entry, and reading what is on. One rule: nothing a server lists is believed
// before its broadcast's signature was checked. A stock PeerServer has no list, which is an answer too.

import { base64Bytes, hex, type Bytes } from '../base/bytes.ts';
import { decodeEntry, type SignedEntry } from '../guide/entry.ts';
import {
  LIST_ANSWER_MS_MAX,
  LIST_CHARS_MAX,
  LIST_ENTRIES_MAX,
  STILL_BYTES_MAX,
} from '../guide/guide-limits.ts';
import { isStill } from '../guide/still-check.ts';
import type { ListingAnswer, PostListing, Verifier } from '../ports.ts';
import type { LiveEntry, LiveGuide } from '../session/session-api.ts';

/** `PostListing` of the ports. It goes on when the page is closed meanwhile. */
export const postListing: PostListing = async (server, body) => {
  try {
    const response = await fetch(`${server}/api/live`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body,
      keepalive: true,
      signal: AbortSignal.timeout(LIST_ANSWER_MS_MAX),
    });
    if (response.ok) return { is: 'taken' };
    return answerOf(await response.json().catch(() => undefined));
  } catch {
    return { is: 'unreachable' };
  }
};

/** What a refusal means; who doesn't answer in the words of our server has no list. */
function answerOf(value: unknown): ListingAnswer {
  const { error, nowMs } = (value ?? {}) as { error?: unknown; nowMs?: unknown };
  switch (error) {
    case 'clock':
      return typeof nowMs === 'number' && Number.isFinite(nowMs) ? { is: 'clock', nowMs } : { is: 'refused' };
    case 'blocked':
      return { is: 'blocked' };
    case 'too-often':
    case 'crowded':
    case 'busy':
    case 'full':
      return { is: 'full' };
    default:
      return { is: typeof error === 'string' ? 'refused' : 'absent' };
  }
}

/** The lists of these servers (origins) as one. */
export function openGuide(servers: readonly string[], verifier: Verifier): LiveGuide {
  return {
    async entries() {
      const lists = await Promise.all(servers.map((server) => entriesAt(server, verifier)));
      if (lists.every((list) => list === undefined)) return undefined;
      const byId = new Map(lists.flatMap((list) => list ?? []).map((entry) => [entry.broadcastId, entry]));
      return [...byId.values()].sort((a, b) => b.startedAtMs - a.startedAtMs);
    },
  };
}

/** What is on at one server; undefined when it has no list or doesn't answer. */
async function entriesAt(server: string, verifier: Verifier): Promise<LiveEntry[] | undefined> {
  try {
    const signal = AbortSignal.timeout(LIST_ANSWER_MS_MAX);
    const response = await fetch(`${server}/api/live`, { signal });
    const text = response.ok ? await response.text() : '';
    if (text.length > LIST_CHARS_MAX) return undefined;
    const { entries } = JSON.parse(text) as { entries?: unknown };
    if (!Array.isArray(entries)) return undefined;
    const checked = entries.slice(0, LIST_ENTRIES_MAX).map((entry) => check(server, entry, verifier));
    return (await Promise.all(checked)).filter((entry) => entry !== undefined);
  } catch {
    return undefined;
  }
}

async function check(server: string, value: unknown, verifier: Verifier): Promise<LiveEntry | undefined> {
  const { entry: text } = (value ?? {}) as { entry?: unknown };
  const bytes = typeof text === 'string' ? base64Bytes(text) : undefined;
  const decoded = bytes && decodeEntry(bytes);
  if (!decoded?.ok) return undefined;
  const { publicKey, statement, signature, isOnAir, host, title, viewers, startedAtMs, place, still } =
    decoded.value;
  if (!isOnAir || host !== new URL(server).host) return undefined;
  if (!(await verifier.verify('list', publicKey, statement, signature))) return undefined;
  const broadcastId = await verifier.broadcastIdOf(publicKey);
  const address = `${server}/api/live/${broadcastId}/${still}.jpg`;
  return {
    ...{ broadcastId, title, viewers, startedAtMs, ...(place && { place }) },
    ...(still !== undefined && { stillId: still, still: () => fetchStill(address, still, verifier) }),
  };
}

/** The picture that an entry names, and no other; undefined when it isn't there. */
async function fetchStill(
  address: string,
  digest: NonNullable<SignedEntry['still']>,
  verifier: Verifier,
): Promise<Blob | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(LIST_ANSWER_MS_MAX) });
    const bytes: Bytes = response.ok ? new Uint8Array(await response.arrayBuffer()) : new Uint8Array();
    const isRight =
      bytes.length <= STILL_BYTES_MAX && isStill(bytes) && hex(await verifier.sha256(bytes)) === digest;
    return isRight ? new Blob([bytes], { type: 'image/jpeg' }) : undefined;
  } catch {
    return undefined;
  }
}
