// A broadcaster and viewers in one process: the real sessions over edges, rendezvous and time in memory.
// Only what touches a browser is replaced: the encoder by a steady source of bytes, the player by a counter.

import { hex, utf8Bytes, type Bytes } from '../../src/base/bytes.ts';
import { LiveBroadcast, type BroadcastParts } from '../../src/session/broadcast-session.ts';
import type { NodeParts } from '../../src/session/node-parts.ts';
import { peerIdOf } from '../../src/session/peer-id.ts';
import { LiveWatch, type WatchParts } from '../../src/session/watch-session.ts';
import type {
  Clock,
  Edge,
  EdgeEvents,
  MediaChunk,
  MediaFormat,
  OpenRendezvous,
  Player,
  PlayerEvents,
  PlayerPacket,
  Programme,
  ProgrammeEvents,
  Random,
  RendezvousEvents,
  RendezvousKind,
  Signer,
} from '../../src/ports.ts';
import type { Packet } from '../../src/feed/packet.ts';
import type { OpenRoom } from '../../src/session/room-door.ts';
import { moderatorKeys } from '../../src/identity/moderator-keys.ts';
import { openModerator } from '../../src/session/moderator-room.ts';
import { LiveWatchRoom } from '../../src/session/watch-room.ts';
import { makeSigner, payloadOf, verifier } from '../unit/feed/samples.ts';
import { loopbackEdges } from './loopback-edges.ts';
import { LoopbackCalls } from './loopback-calls.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Sound overtakes pictures: the last few seqs may still be on their way, as long as the playout hasn't come to them. */
export const IN_FLIGHT_MAX = 20;

const FRAME_MS = 40;
const FRAMES_PER_GROUP = 25;

const FORMAT: MediaFormat = {
  video: {
    codec: 'avc1.42001f',
    codedWidth: 640,
    codedHeight: 360,
    frameRate: 25,
    bitrate: 800_000,
    layers: 2,
  },
  audio: { codec: 'opus', sampleRate: 48_000, numberOfChannels: 2, bitrate: 96_000 },
};

/** Signaling servers in memory: ids, messages passed on, and outages that registrations outlast, as the adapter does. */
export class MemoryRendezvous {
  readonly #held = new Map<string, RendezvousEvents>();
  readonly #clock: VirtualClock;
  readonly #down = new Set<string>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Who is registered, as `<server> <id>`. */
  get ids(): string[] {
    return [...this.#held.keys()];
  }

  /** The server is gone, with every socket. */
  fail(server: string): void {
    this.#down.add(server);
    for (const [name, events] of this.#held) {
      if (!name.startsWith(`${server} `)) continue;
      this.#held.delete(name);
      this.#clock.after(1, () => events.lost());
    }
  }

  /** It is back; whoever was there returns within half a second. */
  restore(server: string): void {
    this.#down.delete(server);
  }

  readonly open: OpenRendezvous = (server, id, events) => this.#register(server, id, events, undefined);

  /** Offers from there carry the tag of that address, as our own servers give it. */
  openFrom(address: string): OpenRendezvous {
    return (server, id, events) => this.#register(server, id, events, tagOf(address));
  }

  #register(
    server: string,
    id: string,
    events: RendezvousEvents,
    tag: string | undefined,
  ): ReturnType<OpenRendezvous> {
    const name = `${server} ${id}`;
    let isLost = false;
    let hasHeld = false;
    const attempt = () => {
      if (this.#held.get(name) === events) return;
      // As at our own servers: who comes later with a right to the id takes it over, and keeps it.
      if (hasHeld && this.#held.has(name)) {
        events.contested?.();
        return;
      }
      if (this.#down.has(server)) {
        if (!isLost) events.lost();
        isLost = true;
        return;
      }
      isLost = false;
      hasHeld = true;
      this.#held.set(name, events);
      events.opened(id);
    };
    this.#clock.after(5, attempt);
    const stop = this.#clock.every(500, attempt);
    return {
      send: (to: string, kind: RendezvousKind, payload: unknown) => {
        if (this.#held.get(name) !== events) return false;
        this.#clock.after(5, () => {
          const receiver = this.#held.get(`${server} ${to}`);
          if (receiver) receiver.message(id, kind, structuredClone(payload), tag);
          else events.absent(to);
        });
        return true;
      },
      close: () => {
        stop();
        if (this.#held.get(name) === events) this.#held.delete(name);
      },
    };
  }
}

/** 16 hex characters of an address. */
export function tagOf(address: string): string {
  return hex(utf8Bytes(address)).padStart(16, '0').slice(-16);
}

/** A source that gives a frame and a piece of sound every 40 ms. */
export class SteadyProgramme implements Programme {
  guest: MediaStream | undefined;
  inset: MediaStream | undefined;
  /** Whether it makes less when it is told to. */
  isYielding = true;
  readonly preview = {} as HTMLCanvasElement;
  videoFrames = 0;
  events: ProgrammeEvents | undefined;
  readonly #clock: Clock;
  #stop: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(events: ProgrammeEvents): void {
    // One source, one encoder, which begins with a key frame.
    this.#stop();
    this.videoFrames = 0;
    this.events = events;
    events.format(FORMAT);
    this.#stop = this.#clock.every(FRAME_MS, () => this.#frame(events));
  }

  readonly options = { source: 'testcard', quality: '360p' } as const;
  readonly hasSound = true;
  isMuted = false;
  isHidden = false;
  bitrateShare = 1;

  change(): Promise<void> {
    return Promise.reject(new Error('it has no devices'));
  }

  restorePicture(): Promise<void> {
    return Promise.resolve();
  }

  sketch(): void {
    // Nobody sees it.
  }

  requestKey(): void {
    this.videoFrames += FRAMES_PER_GROUP - (this.videoFrames % FRAMES_PER_GROUP);
  }

  close(): Promise<void> {
    this.#stop();
    return Promise.resolve();
  }

  #frame(events: ProgrammeEvents): void {
    const share = this.isYielding ? this.bitrateShare : 1;
    const isKey = this.videoFrames % FRAMES_PER_GROUP === 0;
    const timeUs = this.#clock.wallUs();
    const common = { timeUs, durationUs: FRAME_MS * 1000 };
    const video: MediaChunk = {
      ...common,
      track: 'video',
      isKey,
      layer: isKey ? 0 : this.videoFrames % 2,
      bytes: payloadOf(Math.round((isKey ? 20_000 : 3000) * share), this.videoFrames),
    };
    events.chunk(video);
    events.chunk({
      ...common,
      track: 'audio',
      isKey: true,
      layer: 0,
      bytes: payloadOf(160, this.videoFrames),
    });
    this.videoFrames++;
  }
}

/** A player that keeps what it was given. */
export class CountingPlayer implements Player {
  readonly element = {} as HTMLCanvasElement;
  muted = false;
  volume = 1;
  events: PlayerEvents | undefined;
  readonly packets: PlayerPacket[] = [];
  configured: { epoch: number; firstSeq: number }[] = [];
  readonly skipped = new Set<number>();
  /** What it says of its picture, so far. */
  readonly seen = { stalls: 0, stallMs: 0 };
  /** The longest time between two packets since it was set to 0, ms of virtual time. */
  longestGapMs = 0;
  readonly #clock: VirtualClock;
  #pushedAtMs = Infinity;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  configure(_format: MediaFormat, epoch: number, firstSeq: number): void {
    this.configured.push({ epoch, firstSeq });
    this.packets.length = 0;
    this.skipped.clear();
  }

  push(packet: PlayerPacket): void {
    const nowMs = this.#clock.nowMs();
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.#pushedAtMs);
    this.#pushedAtMs = nowMs;
    if (this.packets.push(packet) === 1) this.events?.firstFrame();
  }

  skip(fromSeq: number, toSeq: number): void {
    for (let seq = fromSeq; seq <= toSeq; seq++) this.skipped.add(seq);
  }

  play(): void {
    return undefined;
  }

  pause(): void {
    return undefined;
  }

  copyPictures(): void {
    // Nothing is shown.
  }

  close(): void {
    return undefined;
  }

  stats(): ReturnType<Player['stats']> {
    const newestSeq = Math.max(...this.skipped, ...this.packets.map(({ seq }) => seq));
    const counts = {
      videoFrames: this.packets.length,
      audioChunks: 0,
      framesSkipped: 0,
      packetsLate: 0,
      ...this.seen,
    };
    return Promise.resolve({ ...counts, targetMs: 300, nextSeq: newestSeq - IN_FLIGHT_MAX });
  }
}

/** A viewer of the town. */
export interface Townsman {
  /** Its peer id. */
  peer: string;
  session: LiveWatch;
  player: CountingPlayer;
  /** From now on nothing it sends arrives anywhere: as when its tab is killed. */
  kill(): void;
  /** From now on one bit of every media message that it sends is wrong. */
  pollute(): void;
  /** From now on it sends no control messages of this type. */
  withhold(type: number): void;
  /** Says this to everybody it has an edge to, on the control channel. */
  shout(bytes: Bytes): void;
}

/** What a peer can reach, until it is killed: then nothing that it sends arrives, and it meets nobody. */
class Life {
  readonly #edges: Edge[] = [];
  readonly #silence: (edge: Edge) => void;
  #isOver = false;
  isPolluting = false;
  readonly withheld = new Set<number>();

  readonly #hear: (bytes: Bytes) => void;

  /** `hear`: whoever listens on the wire. */
  constructor(silence: (edge: Edge) => void, hear: (bytes: Bytes) => void) {
    this.#silence = silence;
    this.#hear = hear;
  }

  lead(edge: Edge): Edge {
    this.#edges.push(edge);
    if (this.#isOver) this.#silence(edge);
    return {
      signal: (signal) => edge.signal(signal),
      sendMedia: (bytes) => {
        this.#hear(bytes);
        return edge.sendMedia(this.isPolluting ? flipped(bytes) : bytes);
      },
      sendControl: (bytes) => {
        this.#hear(bytes);
        return this.withheld.has(bytes[0]!) || edge.sendControl(bytes);
      },
      get mediaBufferedBytes() {
        return edge.mediaBufferedBytes;
      },
      close: () => edge.close(),
    };
  }

  listen(open: OpenRendezvous): OpenRendezvous {
    return (server, id, events) =>
      this.#isOver ? { send: () => false, close: () => undefined } : open(server, id, events);
  }

  shout(bytes: Bytes): void {
    for (const edge of this.#edges) edge.sendControl(bytes);
  }

  end(): void {
    this.#isOver = true;
    for (const edge of this.#edges) this.#silence(edge);
  }
}

/** The same bytes but for the last bit. */
function flipped(bytes: Bytes): Bytes {
  const copy = bytes.slice();
  copy[copy.length - 1]! ^= 1;
  return copy;
}

/** Everything that lives on one virtual clock. */
export class Town {
  readonly clock = new VirtualClock();
  readonly rendezvous = new MemoryRendezvous(this.clock);
  /** What the links of this town name. */
  servers: readonly string[] = ['http://town.example'];
  /** Whether they are stock ones, which know no addresses. */
  isStock = false;
  readonly recorded: Packet[] = [];
  /** Hears every message on every edge, as whoever sits on the wire below WebRTC's own encryption. */
  tap: (bytes: Bytes) => void = () => undefined;
  readonly programme = new SteadyProgramme(this.clock);
  readonly calls = new LoopbackCalls();
  readonly #loopback;
  #seed = 1;

  /** `bytesPerMs`: what an edge carries. */
  constructor(bytesPerMs = 1250) {
    this.#loopback = loopbackEdges(this.clock, { delayMs: 10, bytesPerMs });
  }

  broadcast(
    signer: Signer,
    slots: number,
    epoch = 100,
    isResumed = false,
    more: Partial<BroadcastParts> = {},
  ): { session: LiveBroadcast; kill(): void } {
    const recorded = this.recorded;
    const life = this.#newLife();
    const session = new LiveBroadcast({
      ...this.#parts(life),
      signer,
      moderatorKeys,
      programme: this.programme,
      openRecorder: () => ({
        append: (packet) => recorded.push(packet),
        recordedSeq: -1,
        finish: () => Promise.resolve(),
      }),
      title: 'Town',
      link: `#/${signer.broadcastId}`,
      epoch,
      slots,
      isResumed,
      postListing: () => Promise.resolve({ is: 'absent' }),
      takeStill: () => Promise.resolve(undefined),
      loadCalls: () => Promise.resolve(this.calls),
      released: () => undefined,
      ...more,
    });
    session.start();
    return { session, kill: () => life.end() };
  }

  /** `ownServer`: the relay holds the broadcast's id there itself. `controlLateMs`: by so much media overtake what whoever feeds it says. */
  watch(
    broadcastId: string,
    slots: number,
    ownServer?: string,
    {
      address,
      controlLateMs,
      ...more
    }: Partial<WatchParts> & { address?: string; controlLateMs?: number } = {},
  ): Townsman {
    const player = new CountingPlayer(this.clock);
    const life = this.#newLife();
    // The first thing drawn is the peer id: the same seed draws it once more.
    const peer = peerIdOf(this.#random(this.#seed));
    const parts = {
      ...this.#parts(life, address, controlLateMs),
      openPlayer: (events: PlayerEvents) => {
        player.events = events;
        return player;
      },
      loadRoom: () =>
        Promise.resolve(
          (room: Parameters<OpenRoom>[0]) =>
            new LiveWatchRoom({
              ...room,
              makeSigner: () => Promise.resolve(makeSigner()),
              openModerator: (seat, invitation) => openModerator(seat, moderatorKeys, invitation),
            }),
        ),
      ...(ownServer !== undefined && {
        openOwnDoor: (events: RendezvousEvents) => this.rendezvous.open(ownServer, broadcastId, events),
      }),
      broadcastId,
      slots,
      openedAtMs: this.clock.nowMs(),
      ...more,
    };
    const session = new LiveWatch(parts);
    return {
      ...{ peer, session, player },
      kill: () => life.end(),
      pollute: () => (life.isPolluting = true),
      withhold: (type) => life.withheld.add(type),
      shout: (bytes) => life.shout(bytes),
    };
  }

  /** `address`: whence it comes; each its own unless told. */
  #parts(life: Life, address = `address ${this.#seed}`, controlLateMs = 0): NodeParts {
    const late = (events: EdgeEvents): EdgeEvents => ({
      ...events,
      control: (bytes) => this.clock.after(controlLateMs, () => events.control(bytes)),
    });
    const open = this.isStock ? this.rendezvous.open : this.rendezvous.openFrom(address);
    return {
      clock: this.clock,
      random: this.#random(this.#seed++),
      verifier,
      edges: Promise.resolve({
        offer: (events) => life.lead(this.#loopback.offer(controlLateMs > 0 ? late(events) : events)),
        answer: (events) => life.lead(this.#loopback.answer(events)),
      }),
      openRendezvous: life.listen(open),
      servers: Promise.resolve(this.servers),
      cacheBounds: { bytesMax: 1e8, secondsMax: 60 },
    };
  }

  #newLife(): Life {
    return new Life(
      (edge) => this.#loopback.silence(edge),
      (bytes) => this.tap(bytes),
    );
  }

  #random(seed: number): Random {
    let state = seed * 2_654_435_761;
    const next = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    return { fraction: next, bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)) };
  }
}
