// Calls by PeerJS's media connections, over a registration of our own: it comes back by itself, and connects to nobody who only asks.

import { fullAllowance, take, type Allowance } from '../base/allowance.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { base32 } from '../base/bytes.ts';
import {
  EDGE_OPEN_MS_MAX,
  CALLS_BURST,
  CALLS_MAX,
  CALLS_PER_SECOND,
  CALLS_TAGS_MAX,
  TAG_CALLS_BURST,
  TAG_CALLS_PER_SECOND,
} from '../base/limits.ts';
import type {
  CallEnd,
  CallEvents,
  Clock,
  GuestCalls,
  OpenRendezvous,
  Random,
  Rendezvous,
  RendezvousKind,
  RingingCall,
  SayAtDoor,
} from '../ports.ts';
import { callOver, readCallMessage } from './call-message.ts';
import { PeerCall } from './peer-call.ts';

const CALLER_BYTES = 15;
/** Before a seat: ids of 26 characters are broadcasts', which our server gives to their keys only. */
const SEAT = 'guest-';

/** What calls are made with. */
export interface GuestCallsParts {
  clock: Clock;
  random: Random;
  openRendezvous: OpenRendezvous;
  iceServers: RTCIceServer[];
  /** Through TURN servers only. */
  isRelayOnly: boolean;
}

type Ring = (call: RingingCall) => CallEvents | CallEnd;

/** Makes and takes calls. Opening throws LucarneError 'link-invalid' when the server is no http(s) address. */
export function guestCallsWith(parts: GuestCallsParts): GuestCalls {
  return {
    open(server, seat, ring) {
      const line = new CallLine(parts, server, SEAT + seat, ring);
      return () => line.close();
    },
    call(server, seat, own, say, events) {
      const id = base32(parts.random.bytes(CALLER_BYTES));
      return new CallLine(parts, server, id, () => 'refused').call(SEAT + seat, own, say, events);
    },
  };
}

/** One registration and the calls over it. */
class CallLine {
  readonly #parts: GuestCallsParts;
  readonly #id: string;
  readonly #ring: Ring;
  readonly #rendezvous: Rendezvous;
  readonly #calls = new Set<PeerCall>();
  readonly #all;
  /** By the server's tag of whence a call comes; where it gives none, all count as from one place. */
  readonly #byTag = new BoundedMap<string, Allowance>(CALLS_TAGS_MAX);
  /** Said while the server couldn't be reached. */
  #unsaid: [to: string, kind: RendezvousKind, payload: object][] = [];
  #opened: (() => void) | undefined;
  /** It is closed with its last call. */
  #isForOne = false;

  constructor(parts: GuestCallsParts, server: string, id: string, ring: Ring) {
    this.#parts = parts;
    this.#id = id;
    this.#ring = ring;
    this.#all = fullAllowance(CALLS_BURST, parts.clock.nowMs());
    this.#rendezvous = parts.openRendezvous(server, id, {
      opened: () => this.#open(),
      message: (...message) => this.#hear(...message),
      absent: (to) => this.#callsOf(to).forEach((call) => call.miss()),
      // It keeps trying; calls that are connected go on without it.
      lost: () => undefined,
      taken: () => [...this.#calls].forEach((call) => call.miss()),
    });
  }

  call(seat: string, own: MediaStream, say: SayAtDoor, events: CallEvents): PeerCall {
    const call = this.#callWith(seat);
    call.events = events;
    this.#isForOne = true;
    const stopWaiting = this.#parts.clock.after(EDGE_OPEN_MS_MAX, () => call.miss());
    this.#opened = () => {
      stopWaiting();
      call.start(own, say);
    };
    return call;
  }

  close(): void {
    for (const call of [...this.#calls]) call.end('left');
    this.#rendezvous.close();
  }

  #open(): void {
    this.#opened?.();
    this.#opened = undefined;
    for (const unsaid of this.#unsaid.splice(0)) this.#send(...unsaid);
  }

  #hear(from: string, kind: RendezvousKind, payload: unknown, tag?: string): void {
    const message = readCallMessage(kind, payload);
    if (!message) return;
    const call = this.#callsOf(from).find(({ id }) => id === message.id);
    if (call) call.hear(message);
    else if (message.is === 'offer') this.#letRing(from, message, tag);
  }

  #letRing(
    from: string,
    offer: Extract<ReturnType<typeof readCallMessage>, { is: 'offer' }>,
    tag: string | undefined,
  ): void {
    if (!this.#mayRing(tag)) return;
    if (this.#calls.size >= CALLS_MAX) {
      this.#send(from, 'candidate', callOver(offer.id, 'full'));
      return;
    }
    const call = this.#callWith(from, offer);
    const answer = this.#ring(call);
    if (typeof answer === 'string') call.end(answer);
    else call.events = answer;
  }

  /** A seat may be known to everybody who watches: who calls all the time leaves the others their turn. */
  #mayRing(tag = ''): boolean {
    const nowMs = this.#parts.clock.nowMs();
    const ofTag = this.#byTag.get(tag) ?? fullAllowance(TAG_CALLS_BURST, nowMs);
    this.#byTag.set(tag, ofTag);
    if (!take(ofTag, nowMs, TAG_CALLS_PER_SECOND, TAG_CALLS_BURST)) return false;
    return take(this.#all, nowMs, CALLS_PER_SECOND, CALLS_BURST);
  }

  #callWith(peer: string, offer?: ConstructorParameters<typeof PeerCall>[1]): PeerCall {
    const { clock, iceServers, isRelayOnly } = this.#parts;
    const call: PeerCall = new PeerCall(
      {
        ...{ clock, peer, id: this.#id },
        config: { iceServers, iceTransportPolicy: isRelayOnly ? 'relay' : 'all' },
        send: (kind, payload) => this.#send(peer, kind, payload),
        over: () => {
          this.#calls.delete(call);
          if (this.#isForOne) this.#rendezvous.close();
        },
      },
      offer,
    );
    this.#calls.add(call);
    return call;
  }

  #callsOf(peer: string): PeerCall[] {
    return [...this.#calls].filter((call) => call.peer === peer);
  }

  #send(to: string, kind: RendezvousKind, payload: object): void {
    if (!this.#rendezvous.send(to, kind, payload)) this.#unsaid.push([to, kind, payload]);
  }
}
