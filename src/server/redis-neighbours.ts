// The other processes of one front door, by way of Redis or Valkey: who holds which id is in keys with a lifetime, messages go by
// publication. One connection does both (RESP3), so that what Redis says comes in the order in which it happened.
// While Redis doesn't answer, this process is a front door by itself; when it is back, what is held here is claimed again.
import { createHash, randomBytes } from 'node:crypto';
import { createClient } from '@redis/client';
import type { Claim, ConnectionId, Passage } from './effect.ts';
import { inTime } from './in-time.ts';
import {
  CLAIM_MS,
  CLAIM_REFRESH_MS,
  CLAIMS_AT_ONCE,
  REDIS_LOOK_MS,
  REPLACED_MS,
  TAG_SECRET_MS,
} from './limits.ts';
import type { Log } from './log.ts';
import { isRelayedType } from './message.ts';
import type { NeighbourEvents, Neighbours } from './neighbours.ts';
import { REDIS_SOCKET } from './redis-socket.ts';
import {
  ARRIVED_CHANNEL,
  CLAIM,
  PASS,
  PEER_KEY,
  PROCESS_CHANNEL,
  PROCESS_KEY,
  RELEASE,
  RENEW,
  REPLACED_KEY,
  SHARE,
  TAG_SECRET_KEY,
} from './redis-scripts.ts';
import type { Tags } from './tags.ts';

const NAME_BYTES = 9;
/** Of the hash of a token, characters: 96 bits. */
const TOKEN_CHARS = 16;
/** A connection on which nothing moves for so long is dialled anew, ms: looks go over it every second. */
const DEAD_MS = 10 * REDIS_LOOK_MS;

interface Holding {
  id: string;
  /** As it stands in Redis. */
  holder: string;
}

/** Neighbours that meet at one Redis. */
export class RedisNeighbours implements Neighbours {
  readonly #name = randomBytes(NAME_BYTES).toString('base64url');
  readonly #log: Log;
  readonly #holdings = new Map<ConnectionId, Holding>();
  readonly #client;
  #tags: Tags | undefined;
  #timers: NodeJS.Timeout[] = [];
  #isReachable = false;
  #hasToldLoss = false;
  #isLooking = false;

  /** `url`: `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. */
  constructor(url: string, log: Log) {
    this.#log = log;
    this.#client = createClient({
      url,
      RESP: 3,
      disableOfflineQueue: true,
      socket: { ...REDIS_SOCKET, socketTimeout: DEAD_MS },
    });
  }

  get isReachable(): boolean {
    return this.#isReachable;
  }

  async start(tags: Tags, events: NeighbourEvents): Promise<void> {
    this.#tags = tags;
    // Without a listener the error would end the process; the look that fails says enough.
    this.#client.on('error', (error: unknown) => this.#lost(error));
    this.#client.on('ready', () => void this.#look(events));
    // After the answers that came before it have been heard, which takes promises some turns: a claim goes before what follows it.
    const deliver = (text: string): void => void setImmediate(() => deliverTo(events, text));
    const arrive = (id: string): void => void setImmediate(() => events.arrived(id));
    const connected = this.#client
      .connect()
      .then(async () => {
        await this.#client.subscribe(`${PROCESS_CHANNEL}${this.#name}`, deliver);
        await this.#client.subscribe(ARRIVED_CHANNEL, arrive);
        await this.#look(events);
      })
      .catch((error: unknown) => this.#lost(error));
    this.#timers = [
      setInterval(() => void this.#look(events), REDIS_LOOK_MS).unref(),
      setInterval(() => void this.#renew(events), CLAIM_REFRESH_MS).unref(),
      setInterval(() => void this.#ask(() => this.#share()), CLAIM_REFRESH_MS).unref(),
    ];
    await inTime(connected).catch((error: unknown) => this.#lost(error));
  }

  async claim(connection: ConnectionId, { id, token, isProven, expiryS }: Claim): Promise<boolean> {
    const hash = createHash('sha256').update(token).digest('base64url').slice(0, TOKEN_CHARS);
    const holder = [this.#name, connection, ...(expiryS === undefined ? [] : [expiryS]), hash].join('/');
    this.#holdings.set(connection, { id, holder });
    const isGranted = await this.#ask(() =>
      this.#client.eval(CLAIM, {
        keys: [`${PEER_KEY}${id}`, `${REPLACED_KEY}${id}`],
        arguments: [
          holder,
          hash,
          isProven ? '1' : '0',
          String(CLAIM_MS),
          String(REPLACED_MS),
          id,
          String(expiryS ?? 0),
        ],
      }),
    );
    if (isGranted !== 0) return true;
    this.#holdings.delete(connection);
    return false;
  }

  release(connection: ConnectionId): void {
    const holding = this.#holdings.get(connection);
    if (!holding) return;
    this.#holdings.delete(connection);
    const { id, holder } = holding;
    void this.#ask(() => this.#client.eval(RELEASE, { keys: [`${PEER_KEY}${id}`], arguments: [holder] }));
  }

  async pass({ type, src, dst, text }: Passage): Promise<boolean> {
    const message = ['deliver', type, src, dst, text].join('\n');
    const taken = await this.#ask(() =>
      this.#client.eval(PASS, { keys: [`${PEER_KEY}${dst}`], arguments: [this.#name, message] }),
    );
    return typeof taken === 'number' && taken > 0;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#isReachable) await inTime(this.#client.close()).catch(() => undefined);
    this.#isReachable = false;
    if (this.#client.isOpen) this.#client.destroy();
  }

  /** Whether Redis takes what we write; on its return all that is held here is claimed again. */
  async #look(events: NeighbourEvents): Promise<void> {
    if (this.#isLooking || !this.#client.isReady) return;
    this.#isLooking = true;
    const look = this.#client.set(`${PROCESS_KEY}${this.#name}`, '1', { PX: CLAIM_MS });
    // One that hangs is waited for, however late the answer comes: until then there is nothing to ask.
    void look.catch(() => undefined).finally(() => (this.#isLooking = false));
    try {
      await inTime(look);
      if (!this.#isReachable) await this.#share();
    } catch (error) {
      this.#lost(error);
      return;
    }
    if (this.#isReachable) return;
    this.#isReachable = true;
    await this.#renew(events);
    if (this.#hasToldLoss) this.#log('redis-back');
    this.#hasToldLoss = false;
  }

  /** Agrees on the secret of tags, and keeps it alive; rejects when there is no answer. */
  async #share(): Promise<void> {
    if (!this.#tags) return;
    const own = [this.#tags.secret, String(TAG_SECRET_MS)];
    const shared = await inTime(this.#client.eval(SHARE, { keys: [TAG_SECRET_KEY], arguments: own }));
    if (typeof shared === 'string') this.#tags.secret = shared;
  }

  async #renew(events: NeighbourEvents): Promise<void> {
    const all = [...this.#holdings];
    for (let from = 0; from < all.length; from += CLAIMS_AT_ONCE) {
      const some = all
        .slice(from, from + CLAIMS_AT_ONCE)
        .filter(([connection]) => this.#holdings.has(connection));
      const lost = await this.#ask(() =>
        this.#client.eval(RENEW, {
          keys: some.map(([, { id }]) => `${PEER_KEY}${id}`),
          arguments: [String(CLAIM_MS), ...some.map(([, { holder }]) => holder)],
        }),
      );
      if (!Array.isArray(lost)) return;
      for (const number of lost) {
        const connection = some[Number(number) - 1]?.[0];
        if (connection === undefined || !this.#holdings.delete(connection)) continue;
        events.superseded(connection);
      }
    }
  }

  /** The answer, or undefined when there is none in time. */
  async #ask(question: () => Promise<unknown>): Promise<unknown> {
    if (!this.#isReachable || !this.#client.isReady) return undefined;
    try {
      return await inTime(question());
    } catch (error) {
      this.#lost(error);
      return undefined;
    }
  }

  #lost(error: unknown): void {
    this.#isReachable = false;
    if (this.#hasToldLoss) return;
    this.#hasToldLoss = true;
    this.#log('redis-lost', { reason: reasonOf(error) });
  }
}

/** A word that names the fault; messages may hold addresses. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && /^[A-Z_]+$/.test(code)) return code;
  return /^[A-Z]{2,}/.exec(String(message))?.[0] ?? 'no answer';
}

function deliverTo(events: NeighbourEvents, message: string): void {
  const [verb, first = '', src = '', dst = '', ...text] = message.split('\n');
  if (verb === 'superseded') events.superseded(Number(first));
  else if (verb === 'deliver' && isRelayedType(first))
    events.delivered({ type: first, src, dst, text: text.join('\n') });
}
