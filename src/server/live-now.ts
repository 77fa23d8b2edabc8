// `/api/live`: the public list of what is on, for whoever asks, and the posts of broadcasts that want to be in it.
// docs/wire-list.md is the law. One rule: nothing of an entry, its sender or its address goes into the log.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { base64, type Bytes } from '../base/bytes.ts';
import { isBroadcastId } from '../base/link.ts';
import { addressTag, dialledHost } from './client-address.ts';
import type { BlockList } from './block-list.ts';
import { LIST_FRESH_MS, LIST_POST_BYTES_MAX, LIST_POSTS_MAX } from './limits.ts';
import { PostChecks, type PostCode } from './list-posts.ts';
import { LiveList, type Listed, type ListOutcome } from './live-list.ts';
import { isOriginAllowed, type AllowedOrigins } from './origins.ts';
import type { RedisList } from './redis-list.ts';
import { respond } from './responses.ts';

/** What the list needs. */
export interface LiveNowOptions {
  allowedOrigins: AllowedOrigins;
  /** Reverse proxies of our own in front. */
  proxies: number;
  blockList: Pick<BlockList, 'blocks'>;
  /** The list of all processes of the front door; absent: this process is all of it. */
  shared?: RedisList | undefined;
  /** Unix ms. */
  now?: () => number;
}

type Refusal = PostCode | Exclude<ListOutcome, 'taken'> | 'forbidden' | 'too-large' | 'busy';

const STATUS: Record<Refusal, number> = {
  malformed: 400,
  title: 400,
  still: 400,
  host: 400,
  forbidden: 403,
  blocked: 403,
  'not-signed': 403,
  clock: 409,
  stale: 409,
  'too-large': 413,
  'too-often': 429,
  crowded: 429,
  busy: 503,
  full: 503,
};
const STILL_PATH = /^\/api\/live\/([a-z2-7]+)\/([0-9a-f]{64})\.jpg$/;
/** A picture opened by itself is a picture and nothing else. */
const STILL_HEADERS = {
  'Cache-Control': 'public, max-age=600, immutable',
  'Content-Security-Policy': "default-src 'none'; sandbox",
};

type Cors = Record<string, string>;

/** Answers everything under `/api/live`. */
export class LiveNow {
  readonly #options: LiveNowOptions;
  readonly #own = new LiveList();
  readonly #checks: PostChecks;
  readonly #now: () => number;
  #posts = 0;
  #answer: { text: Promise<string>; untilMs: number } = { text: Promise.resolve(''), untilMs: 0 };

  constructor(options: LiveNowOptions) {
    this.#options = options;
    this.#checks = new PostChecks(options.blockList);
    this.#now = options.now ?? Date.now;
  }

  /** GET and HEAD of the list or a still, POST of an entry; 404 for the rest. Never rejects. */
  async respond(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    cors: Cors,
  ): Promise<void> {
    try {
      const isPost = request.method === 'POST';
      if (pathname === '/api/live' && isPost) await this.#post(request, response, cors);
      else if (pathname === '/api/live') respond(response, 200, 'application/json', await this.#text(), cors);
      else if (!isPost) await this.#respondStill(response, pathname, cors);
      else respond(response, 404, 'text/plain', 'not found\n', cors);
    } catch {
      response.destroy();
    }
  }

  async #post(request: IncomingMessage, response: ServerResponse, cors: Cors): Promise<void> {
    const outcome = await this.#take(request);
    if (outcome === 'taken') {
      respond(response, 200, 'application/json', '{}', cors);
      return;
    }
    // Whoever's clock is wrong learns the time, and need not be left out.
    const nowMs = outcome === 'clock' ? { nowMs: this.#now() } : {};
    respond(response, STATUS[outcome], 'application/json', JSON.stringify({ error: outcome, ...nowMs }), {
      ...cors,
      // What is left of a body that was too large isn't waited for.
      ...(outcome === 'too-large' && { Connection: 'close' }),
    });
  }

  async #take(request: IncomingMessage): Promise<'taken' | Refusal> {
    const { allowedOrigins, proxies } = this.#options;
    if (!isOriginAllowed(request, allowedOrigins)) return 'forbidden';
    if (this.#posts >= LIST_POSTS_MAX) return 'busy';
    this.#posts++;
    try {
      const body = await readBody(request);
      if (!body) return 'too-large';
      const [tag, nowMs] = [addressTag(request, proxies), this.#now()];
      const listed = await this.#checks.check(body, { tag, host: dialledHost(request, proxies), nowMs });
      return typeof listed === 'string' ? listed : await this.#put(tag, listed, nowMs);
    } finally {
      this.#posts--;
    }
  }

  async #put(tag: string, listed: Listed, nowMs: number): Promise<ListOutcome> {
    const outcome = this.#own.put(tag, listed, nowMs);
    if (outcome !== 'taken') return outcome;
    const shared = await this.#options.shared?.put(listed, nowMs);
    if (shared !== undefined && shared !== 'taken') this.#own.drop(listed.broadcastId);
    this.#answer.untilMs = 0;
    return shared ?? 'taken';
  }

  /** What is on, the newest first, without what the host has refused meanwhile. */
  async #all(): Promise<Listed[]> {
    const nowMs = this.#now();
    const all = (await this.#options.shared?.all(nowMs)) ?? this.#own.all(nowMs);
    return all
      .filter(({ broadcastId }) => !this.#options.blockList.blocks(broadcastId))
      .sort((a, b) => b.entry.startedAtMs - a.entry.startedAtMs);
  }

  #text(): Promise<string> {
    if (this.#answer.untilMs <= this.#now()) {
      const text = this.#all().then((all) => JSON.stringify({ entries: all.map(shown) }));
      this.#answer = { text, untilMs: this.#now() + LIST_FRESH_MS };
    }
    return this.#answer.text;
  }

  async #respondStill(response: ServerResponse, pathname: string, cors: Cors): Promise<void> {
    const [, id = '', digest] = STILL_PATH.exec(pathname) ?? [];
    const still = isBroadcastId(id) ? await this.#still(id, digest) : undefined;
    if (still) respond(response, 200, 'image/jpeg', still, { ...cors, ...STILL_HEADERS });
    else respond(response, 404, 'text/plain', 'not found\n', cors);
  }

  async #still(id: string, digest: string | undefined): Promise<Bytes | undefined> {
    const listed = (await this.#all()).find(({ broadcastId }) => broadcastId === id);
    if (!listed || listed.entry.still !== digest) return undefined;
    return listed.still ?? this.#options.shared?.still(id);
  }
}

/** An entry as the list shows it: what it says, and its own bytes for whoever doesn't believe the server. */
function shown({ broadcastId, entry }: Listed): object {
  const { title, viewers, startedAtMs, place, still, bytes } = entry;
  return {
    ...{ id: broadcastId, title, viewers, startedAtMs, place },
    ...(still !== undefined && { still: `/api/live/${broadcastId}/${still}.jpg` }),
    entry: base64(bytes),
  };
}

/** The whole body, or undefined when it is too large. Rejects when the line breaks. */
async function readBody(request: IncomingMessage): Promise<Bytes | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  // The answer goes by the same line: it isn't cut when reading stops.
  const read = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const part of read) {
    length += part.length;
    if (length > LIST_POST_BYTES_MAX) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
