// Where the hostile peer meets real ones without a browser: a real signaling server, a broadcaster and viewers with the app's own sessions
// over real WebRTC in this process. Only camera, screen and disk are replaced: by a steady source of bytes and by lists.

import { equalBytes, type Bytes } from '../../src/base/bytes.ts';
import { openEdges } from '../../src/edge/edges.ts';
import { nodeWrtc } from '../../src/edge/node-wrtc.ts';
import type { Packet } from '../../src/feed/packet.ts';
import { createKey, signerOf } from '../../src/identity/keys.ts';
import { moderatorKeys } from '../../src/identity/moderator-keys.ts';
import { nodeVerifier } from '../../src/identity/node-verifier.ts';
import { openClock } from '../../src/platform/clock.ts';
import { random } from '../../src/platform/random.ts';
import type { Clock, OpenRendezvous, Player, PlayerEvents, PlayerPacket, Signer } from '../../src/ports.ts';
import { prepareForPeerJs } from '../../src/rendezvous/node-globals.ts';
import { openRendezvousWith } from '../../src/rendezvous/rendezvous.ts';
import { startServer, type RunningServer } from '../../src/server/server.ts';
import { BlindPlayer } from '../../src/session/blind-player.ts';
import { LiveBroadcast } from '../../src/session/broadcast-session.ts';
import type { NodeParts } from '../../src/session/node-parts.ts';
import { RecallCarrier } from '../../src/session/recall-carrier.ts';
import { LiveWatch } from '../../src/session/watch-session.ts';
import { LiveWatchRoom } from '../../src/session/watch-room.ts';
import { SteadyProgramme } from '../fakes/town.ts';

const CACHE = { bytesMax: 16 * 1024 * 1024, secondsMax: 20 };

/** A viewer of the arena, and everything that its player was given. */
export interface Viewer {
  session: LiveWatch;
  /** Every packet with media that reached the player, in any order. */
  played: readonly PlayerPacket[];
}

/** Keeps what it is given, and counts as a relay's player does. */
class KeepingPlayer extends BlindPlayer {
  readonly packets: PlayerPacket[] = [];

  override push(packet: PlayerPacket): void {
    this.packets.push(packet);
    super.push(packet);
  }
}

/** A broadcast on air, and who watches it. */
export class Arena {
  readonly clock: Clock;
  readonly server: RunningServer;
  readonly signer: Signer;
  /** Everything that the broadcaster signed, by seq. */
  readonly signed = new Map<number, Packet>();
  readonly epoch: number;
  readonly broadcast: LiveBroadcast;
  readonly #open: OpenRendezvous;
  readonly #viewers: Viewer[] = [];
  readonly #twins: LiveBroadcast[] = [];

  private constructor(
    clock: Clock,
    server: RunningServer,
    signer: Signer,
    open: OpenRendezvous,
    slots: number,
  ) {
    this.clock = clock;
    this.server = server;
    this.signer = signer;
    this.#open = open;
    this.epoch = Math.floor(Date.now() / 1000);
    const { signed } = this;
    this.broadcast = this.#broadcast(this.epoch, slots, (packet) => signed.set(packet.header.seq, packet));
  }

  /** A new broadcast whose root feeds so many. `proxies`: how many the server trusts to name addresses. */
  static async open(slots: number, proxies = 0): Promise<Arena> {
    prepareForPeerJs();
    const clock = openClock();
    const server = await startServer({ host: '127.0.0.1', proxies });
    const signer = await signerOf(await createKey());
    return new Arena(clock, server, signer, openRendezvousWith(clock, random), slots);
  }

  /** Somebody else goes on air with the same key, in this epoch. */
  startTwin(epoch: number, slots: number): LiveBroadcast {
    const twin = this.#broadcast(epoch, slots, () => undefined);
    this.#twins.push(twin);
    return twin;
  }

  /** What an attacker is told. */
  get link(): string {
    return `${this.server.origin}/#/${this.signer.broadcastId}`;
  }

  /** A viewer that feeds so many others. */
  watch(slots = 0): Viewer {
    let player: KeepingPlayer | undefined;
    const openPlayer = (events: PlayerEvents): Player => (player = new KeepingPlayer(this.clock, events));
    const session = new LiveWatch({
      ...this.#parts(),
      broadcastId: this.signer.broadcastId,
      slots,
      openedAtMs: this.clock.nowMs(),
      openPlayer,
      loadRoom: () =>
        Promise.resolve(
          (parts) => new LiveWatchRoom({ ...parts, makeSigner: async () => signerOf(await createKey()) }),
        ),
      loadRecall: () => Promise.resolve((parts) => new RecallCarrier(parts)),
    });
    const viewer: Viewer = {
      session,
      get played() {
        return player?.packets ?? [];
      },
    };
    this.#viewers.push(viewer);
    return viewer;
  }

  /** How many packets with media came to a viewer's player whose bytes aren't those that were signed under that seq. */
  altered({ played }: Viewer): number {
    return played.filter((packet) => packet.track !== 'none' && !this.#isTrue(packet.seq, packet.bytes))
      .length;
  }

  /** Ends everything but the library's threads: `releaseWrtc` ends those. */
  async close(): Promise<void> {
    await Promise.all(this.#viewers.map(({ session }) => session.leave()));
    await Promise.all([this.broadcast, ...this.#twins].map((one) => one.stop()));
    await this.server.close();
  }

  #isTrue(seq: number, bytes: Bytes): boolean {
    const signed = this.signed.get(seq);
    return signed !== undefined && equalBytes(signed.payload, bytes);
  }

  #broadcast(epoch: number, slots: number, append: (packet: Packet) => void): LiveBroadcast {
    const broadcast = new LiveBroadcast({
      ...this.#parts(),
      ...{ signer: this.signer, moderatorKeys },
      programme: new SteadyProgramme(this.clock),
      openRecorder: () => ({ append, recordedSeq: -1, finish: () => Promise.resolve() }),
      title: 'An arena',
      link: '',
      epoch,
      slots,
      postListing: () => Promise.resolve({ is: 'absent' }),
      takeStill: () => Promise.resolve(undefined),
      loadCalls: () => Promise.reject(new Error('nobody calls here')),
      released: () => undefined,
    });
    broadcast.start();
    return broadcast;
  }

  #parts(): NodeParts {
    return {
      clock: this.clock,
      random,
      verifier: nodeVerifier,
      edges: Promise.resolve(openEdges([], nodeWrtc, this.clock)),
      openRendezvous: this.#open,
      servers: Promise.resolve([this.server.origin]),
      cacheBounds: CACHE,
    };
  }
}
