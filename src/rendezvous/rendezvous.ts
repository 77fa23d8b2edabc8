// A registration at a PeerServer. This is the one layer that reconnects. Each attempt is a new line with the same id and
// token, because a server confirms only the first socket of a token.

import { base32 } from '../base/bytes.ts';
import { LucarneError } from '../base/errors.ts';
import {
  ID_TAKEN_MS_MAX,
  RENDEZVOUS_LINE_MS,
  RENDEZVOUS_OPEN_MS_MAX,
  RENDEZVOUS_RETRY_MS_MAX,
  RENDEZVOUS_RETRY_MS_MIN,
} from '../base/limits.ts';
import type {
  Clock,
  OpenRendezvous,
  Random,
  Rendezvous,
  RendezvousEvents,
  RendezvousKind,
  Stop,
} from '../ports.ts';
import { messageTo } from './client-message.ts';
import { takeLine } from './early-line.ts';
import type { EarlySocket } from './early-socket.ts';
import type { Address, Line, LineEvents } from './line.ts';
import { readServerMessage, type ServerMessage } from './server-message.ts';

const TOKEN_BYTES = 15;
/** Where a server may be mounted: `/peerjs/peerjs` for the socket (ours answers there too), or `/peerjs` (a stock one by default). */
const PATHS = ['/peerjs', '/'] as const;

/** PeerJS comes when it is needed: it takes a page longer to start than all that a viewer has to do before asking. */
const loadPeerLine = () => import('./peerjs-line.ts');

/**
 * Registers at PeerServers. Opening throws LucarneError 'link-invalid' when the server is no http(s) address. Whoever
 * registers the id of the `early` socket at its server goes on with it.
 */
export function openRendezvousWith(
  clock: Clock,
  random: Random,
  earlySocket?: () => EarlySocket | undefined,
): OpenRendezvous {
  return (server, id, events) => {
    const early = earlySocket?.();
    const begun = early?.server === server && early.id === id ? early : undefined;
    return new PeerRendezvous(addressOf(server), id, events, clock, random, begun);
  };
}

class PeerRendezvous implements Rendezvous {
  readonly #address: Address;
  readonly #id: string;
  readonly #events: RendezvousEvents;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #token: string;
  #early: EarlySocket | undefined;
  #line: Line | undefined;
  #state: 'connecting' | 'open' | 'closed' = 'connecting';
  /** Ends the wait for a confirmation or for the next attempt. */
  #stopWaiting: Stop | undefined;
  #isLost = false;
  /** It has asked for a proof of the id, as ours does: another may pass tags on that clients have made up. */
  #isOurs = false;
  #path = 0;
  /** Counts lines, so that one which is opened too late is none. */
  #attempt = 0;
  #hasOpened = false;
  #failures = 0;
  #takenSinceMs: number | undefined;

  constructor(
    address: Address,
    id: string,
    events: RendezvousEvents,
    clock: Clock,
    random: Random,
    early?: EarlySocket,
  ) {
    this.#address = address;
    this.#id = id;
    this.#events = events;
    this.#clock = clock;
    this.#random = random;
    this.#early = early;
    this.#token = early?.token ?? base32(random.bytes(TOKEN_BYTES));
    // Not yet, so that nobody hears of this registration before holding it.
    queueMicrotask(() => this.#state === 'connecting' && void this.#connect());
  }

  send(to: string, kind: RendezvousKind, payload: unknown): boolean {
    if (this.#state !== 'open' || this.#line === undefined) return false;
    if (!this.#early?.hasSaid(to, kind, payload)) this.#line.send(messageTo(to, kind, payload));
    return true;
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopWaiting?.();
    this.#drop();
  }

  async #connect(): Promise<void> {
    this.#isOurs = false;
    this.#wait(RENDEZVOUS_OPEN_MS_MAX, () => this.#fail());
    const attempt = ++this.#attempt;
    const events: LineEvents = {
      message: (value) => this.#receive(value),
      failed: () => this.#fail(),
    };
    const begun = this.#early?.take();
    if (begun) {
      this.#line = takeLine(begun, this.#clock, events);
      // Whoever must ask again later needs the rest then, and its server may be the one that is down.
      this.#clock.after(RENDEZVOUS_LINE_MS, () => void loadPeerLine().catch(() => undefined));
      return;
    }
    this.#early = undefined;
    try {
      const { openPeerLine } = await loadPeerLine();
      const path = PATHS[this.#path] ?? PATHS[0];
      if (attempt === this.#attempt)
        this.#line = openPeerLine(this.#address, path, this.#id, this.#token, events);
    } catch {
      // A page served by https may not open a socket without it; or the code could not be had.
      if (attempt === this.#attempt) this.#fail();
    }
  }

  #receive(value: unknown): void {
    const message = readServerMessage(value);
    switch (message?.is) {
      case 'registered':
        this.#registered();
        break;
      case 'taken':
        this.#taken();
        break;
      case 'refused':
        this.#fail();
        break;
      case 'challenged':
        this.#isOurs = true;
        void this.#prove(message.nonce);
        break;
      case 'absent':
        this.#events.absent(message.to);
        break;
      case 'relayed':
        this.#relay(message);
        break;
      case undefined:
        break;
    }
  }

  #relay({ from, kind, payload, tag }: Extract<ServerMessage, { is: 'relayed' }>): void {
    if (tag !== undefined && this.#isOurs) this.#events.message(from, kind, payload, tag);
    else this.#events.message(from, kind, payload);
  }

  /** The server gives a broadcast's id to whoever holds its key. */
  async #prove(nonce: string): Promise<void> {
    const line = this.#line;
    const { host, port, secure } = this.#address;
    const isUsual = port === (secure ? 443 : 80);
    const proof = await this.#events
      .prove?.(isUsual ? host : `${host}:${port}`, nonce)
      .catch(() => undefined);
    if (this.#line !== line || this.#state !== 'connecting') return;
    if (proof) line?.send({ type: 'PROOF', payload: proof });
    else this.#fail();
  }

  #registered(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#stopWaiting?.();
    this.#hasOpened = true;
    this.#isLost = false;
    this.#failures = 0;
    this.#takenSinceMs = undefined;
    this.#events.opened(this.#id);
  }

  #taken(): void {
    const nowMs = this.#clock.nowMs();
    this.#takenSinceMs ??= nowMs;
    this.#events.contested?.();
    if (nowMs - this.#takenSinceMs < ID_TAKEN_MS_MAX) {
      this.#retry();
      return;
    }
    this.close();
    this.#events.taken();
  }

  #fail(): void {
    if (this.#state === 'closed') return;
    this.#takenSinceMs = undefined;
    // Until a server has answered, it may be mounted at either path.
    if (!this.#hasOpened) this.#path = (this.#path + 1) % PATHS.length;
    this.#retry();
    if (this.#isLost) return;
    this.#isLost = true;
    this.#events.lost();
  }

  #retry(): void {
    this.#state = 'connecting';
    this.#drop();
    const cappedMs = Math.min(RENDEZVOUS_RETRY_MS_MIN * 2 ** this.#failures++, RENDEZVOUS_RETRY_MS_MAX);
    // Half of it at random, so that peers that were lost together don't return together.
    this.#wait(cappedMs * (0.5 + 0.5 * this.#random.fraction()), () => void this.#connect());
  }

  #wait(delayMs: number, run: () => void): void {
    this.#stopWaiting?.();
    this.#stopWaiting = this.#clock.after(delayMs, run);
  }

  #drop(): void {
    this.#attempt++;
    this.#early = undefined;
    const line = this.#line;
    this.#line = undefined;
    line?.close();
  }
}

function addressOf(server: string): Address {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw new LucarneError('link-invalid');
  const secure = url.protocol === 'https:';
  return { host: url.hostname, port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), secure };
}
