// A broadcast that this tab watches and passes on: parent -> gate -> children, and at the same time -> playout.

import { decodeBeat } from '../feed/beat.ts';
import { decodeConfig, type BroadcastConfig } from '../feed/config.ts';
import type { FreshnessStanding } from '../feed/freshness.ts';
import { HoleTracker } from '../feed/hole-tracker.ts';
import type { Packet } from '../feed/packet.ts';
import type { Shown, StateReason } from '../overlay/event.ts';
import type { EpochCipher, MediaFormat, OpenPlayer, Player, Stop } from '../ports.ts';
import type { NodeParts } from './node-parts.ts';
import { PeerNode } from './peer-node.ts';
import { peerIdOf } from './peer-id.ts';
import { playerPacketOf } from './player-packet.ts';
import { CopyDoor, type LoadCopy } from './copy-door.ts';
import { RecallDoor, type LoadRecall } from './recall-door.ts';
import { RewindDoor, type LoadRewind } from './rewind-door.ts';
import { RoomDoor, type LoadRoom } from './room-door.ts';
import { SealedDoor, type LoadSealed } from './sealed-door.ts';
import type { LiveWatchRoom } from './watch-room.ts';
import { firstSlots, SlotKeeper } from './slot-keeper.ts';
import {
  LucarneSessionChanged,
  type CopySession,
  type LockReason,
  type WatchSession,
  type WatchState,
  type WatchStats,
} from './session-api.ts';

/** How often the overlay is told how far playout has come, ms: a few times within the least that a buffer holds. */
const PLAYED_MS = 100;
/** From the first picture to its being seen takes less, ms. */
const SHOWN_MS = 100;
/** Packets kept while the config is on its way. */
const EARLY_PACKETS_MAX = 2000;

/** What a watch is built from. */
export interface WatchParts extends NodeParts {
  openPlayer: OpenPlayer;
  broadcastId: string;
  /** Viewers to feed; the most of them, when `watchFitness` is given. */
  slots: number;
  /**
   * Tells whether this device should pass anything on, now and whenever that changes. With it the slots are learned from
   * the uplink; without it they are as given.
   */
  watchFitness?: (changed: (isFit: boolean) => void) => Stop;
  /** Fetches the room's code; absent: this peer has no part in the room. */
  loadRoom?: LoadRoom;
  /** Fetches the code for recalls; absent: this peer gives nothing back. */
  loadRecall?: LoadRecall;
  /** Fetches the code for copies; absent: none is kept here. */
  loadCopy?: LoadCopy;
  /** Fetches the code for going back; absent: nobody does here. */
  loadRewind?: LoadRewind;
  /** Fetches the code that opens private broadcasts. */
  loadSealed?: LoadSealed;
  /** Nobody watches here: what can't be opened is passed on all the same, and nothing has failed. */
  showsNothing?: true;
  /** `Clock.nowMs` at which the link was opened. */
  openedAtMs: number;
  /** The ids under which a place was asked for before there was a session. */
  asked?: { peer: string; join: string } | undefined;
}

/** Watches one broadcast, from the constructor to `close`. */
export class LiveWatch extends EventTarget implements WatchSession {
  readonly broadcastId: string;
  /** Settles once the broadcaster was asked for a place: from there on, time is the network's. */
  readonly asked: Promise<void>;
  readonly #parts: WatchParts;
  #resolveAsked: () => void = () => undefined;
  readonly #node: PeerNode;
  #opened: Player | undefined;
  #shown: Shown = { state: 'connecting', reason: 'none', ahead: 0 };
  #freshness: FreshnessStanding = { is: 'checking', behindS: 0 };
  #failure: Error | undefined;
  #config: BroadcastConfig | undefined;
  #epoch = 0;
  #holes: HoleTracker | undefined;
  #early: Packet[] = [];
  #isEnded = false;
  #viewers = 0;
  #hasTwin = false;
  #hasPicture = false;
  #isSoundBlocked = false;
  #isPaused = false;
  #packetsReceived = 0;
  #packetsSkipped = 0;
  #missingBefore = 0;
  #parents = 0;
  #keeper: SlotKeeper | undefined;
  #stopFitness: Stop | undefined;
  #isFit = true;
  #isRelaying = true;
  readonly #stopPlayed: Stop;
  readonly #door: RoomDoor;
  readonly #recalls: RecallDoor;
  readonly #copies: CopyDoor;
  readonly #sealed: SealedDoor;
  readonly #rewinds: RewindDoor;

  constructor(parts: WatchParts) {
    super();
    const { random, broadcastId, slots, asked } = parts;
    this.#parts = parts;
    this.broadcastId = broadcastId;
    this.asked = new Promise((resolve) => (this.#resolveAsked = resolve));
    this.#node = new PeerNode(
      parts,
      {
        role: 'viewer',
        peer: peerIdOf(random),
        broadcastId,
        slots: parts.watchFitness ? firstSlots(slots) : slots,
        seed: random.bytes(16),
        ...asked,
        isListening: parts.openOwnDoor !== undefined,
      },
      {
        packet: (packet) => this.#receive(packet),
        skipped: (epoch, fromSeq, toSeq) => this.#skip(epoch, fromSeq, toSeq),
        gaveUp: (fromSeq, toSeq) => this.#giveUp(fromSeq, toSeq),
        stateChanged: (shown) => this.#change(() => (this.#shown = shown)),
        asked: () => this.#hasAsked(),
        freshnessChanged: (standing) => this.#change(() => (this.#freshness = standing)),
        parentChanged: (edge) => {
          if (edge !== null) this.#parents++;
        },
        rise: (edge, bytes) => this.room?.receive(edge, bytes) ?? true,
        recall: (edge, bytes) => this.#recalls.receive(edge, bytes),
        recalledMedia: (edge, bytes) => this.#recalls.receiveMedia(edge, bytes),
      },
    );
    this.#door = new RoomDoor({ ...parts, watch: this }, this.#node, () => this.#changed());
    this.#recalls = new RecallDoor({ ...parts, edges: this.#node }, parts.loadRecall);
    this.#copies = new CopyDoor(broadcastId, parts.loadCopy);
    this.#rewinds = new RewindDoor(parts.loadRewind, {
      clock: parts.clock,
      cache: this.#node.cache,
      epoch: () => this.#config && this.#holes && { epoch: this.#epoch, format: this.#config.format },
      player: () => this.#player,
      changed: () => this.#changed(),
    });
    this.#sealed = new SealedDoor(parts.loadSealed, {
      opened: (packet, cipher) => this.#take(packet, cipher),
      locked: () => this.#change(() => this.#door.open()),
      passed: (packet) => this.#pass(packet),
      failed: (error) => this.#change(() => (this.#failure = error as Error)),
    });
    this.#keepSlots();
    this.#stopPlayed = parts.clock.every(PLAYED_MS, () => void this.#tellPlayed());
    this.#node.start().catch((error: unknown) => this.#change(() => (this.#failure = error as Error)));
  }

  #keepSlots(): void {
    const { clock, slots, watchFitness } = this.#parts;
    if (!watchFitness) return;
    this.#keeper = new SlotKeeper(this.#node, clock, slots);
    this.#stopFitness = watchFitness((isFit) => {
      this.#isFit = isFit;
      this.#keeper?.setWilling(this.relaying);
    });
  }

  /** Whether anything is passed on: the viewer allows it, and the device is fit for it. */
  get relaying(): boolean {
    return this.#isRelaying && this.#isFit;
  }

  set relaying(isRelaying: boolean) {
    this.#isRelaying = isRelaying;
    this.#keeper?.setWilling(this.relaying);
  }

  get #player(): Player {
    return (this.#opened ??= this.#openPlayer());
  }

  /** Where packets go: what can't be opened is only counted. */
  get #sink(): Player {
    return (!this.#parts.showsNothing && this.#sealed.blind) || (this.#rewinds.gone?.live ?? this.#player);
  }

  #openPlayer(): Player {
    return this.#parts.openPlayer({
      firstFrame: () => this.#showPicture(),
      stalled: () => this.#changed(),
      resumed: () => this.#changed(),
      soundBlocked: (isBlocked) => this.#change(() => (this.#isSoundBlocked = isBlocked)),
      keyNeeded: () => undefined,
      failed: (error) => this.#change(() => (this.#failure = error)),
    });
  }

  #showPicture(): void {
    this.#change(() => (this.#hasPicture = true));
    // Its code would be read while the picture is being put on the page.
    this.#parts.clock.after(SHOWN_MS, () => this.#door.open());
  }

  get room(): LiveWatchRoom | undefined {
    return this.#door.room;
  }

  /** The decoders and their worker are made while the answer is on its way, if nobody wanted the picture before. */
  #hasAsked(): void {
    this.#opened ??= this.#openPlayer();
    this.#resolveAsked();
  }

  get state(): WatchState {
    // Who went back hasn't seen the end yet.
    if (this.#isEnded) return this.#rewinds.gone ? 'live' : 'ended';
    if (this.#failure || (this.lock && !this.#parts.showsNothing)) return 'failed';
    if (this.#shown.state === 'live' && !this.#config && !this.lock) return 'connecting';
    return this.#shown.state;
  }

  get lock(): LockReason | undefined {
    return this.#sealed.lock;
  }

  /** Why it isn't live, as far as the overlay knows. */
  get isSignalingLost(): boolean {
    return this.#shown.reason === 'signaling-lost';
  }

  get reason(): StateReason {
    return this.#shown.reason;
  }

  get waitingBehind(): number | undefined {
    return this.#shown.reason === 'full' ? this.#shown.ahead : undefined;
  }

  get freshness(): FreshnessStanding {
    const { gone } = this.#rewinds;
    return gone ? { is: 'behind', behindS: Math.round(gone.behindMs / 1000) } : this.#freshness;
  }

  get rewound(): { behindMs: number; reachMs: number } | undefined {
    return this.#rewinds.gone;
  }

  rewindTo(behindMs: number): Promise<void> {
    return this.#rewinds.to(behindMs);
  }

  get title(): string {
    return this.room?.title ?? this.#config?.title ?? '';
  }

  get viewers(): number {
    return this.#viewers;
  }

  get hasTwin(): boolean {
    return this.#hasTwin;
  }

  get aspect(): number | undefined {
    const video = this.#config?.format.video;
    return video && video.codedWidth / video.codedHeight;
  }

  get hasPicture(): boolean {
    return this.#hasPicture;
  }

  get isSoundBlocked(): boolean {
    return this.#isSoundBlocked;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get element(): HTMLElement {
    return this.#player.element;
  }

  get paused(): boolean {
    return this.#isPaused;
  }

  get muted(): boolean {
    return this.#player.muted;
  }

  set muted(isMuted: boolean) {
    this.#change(() => (this.#player.muted = isMuted));
  }

  get volume(): number {
    return this.#player.volume;
  }

  set volume(volume: number) {
    this.#change(() => (this.#player.volume = volume));
  }

  play(): void {
    this.#player.play();
    this.#rewinds.gone?.play();
    this.#change(() => (this.#isPaused = false));
  }

  pause(): void {
    this.#player.pause();
    this.#rewinds.gone?.pause();
    this.#change(() => (this.#isPaused = true));
  }

  async getStats(): Promise<WatchStats> {
    const player = await this.#player.stats();
    const { nextSeq } = this.#rewinds.gone ? await this.#sink.stats() : player;
    const node = this.#node.stats;
    const { shownTimeUs, shownAtMs, firstShownAtMs } = player;
    const shownAtRootUs = shownAtMs === undefined ? null : this.#node.rootTimeUs(shownAtMs);
    const video = this.#config?.format.video;
    const hasLatency = shownAtRootUs !== null && shownTimeUs !== undefined;
    return {
      state: this.state,
      freshness: this.freshness.is,
      broadcastId: this.broadcastId,
      epoch: this.#config ? this.#epoch : null,
      depth: node.depth,
      parentId: node.parentId,
      standbyIds: node.standbyIds,
      childIds: node.childIds,
      joinMs: firstShownAtMs === undefined ? null : firstShownAtMs - this.#parts.openedAtMs,
      latencyMs: hasLatency ? (shownAtRootUs - shownTimeUs) / 1000 : null,
      videoFrames: player.videoFrames,
      audioChunks: player.audioChunks,
      framesSkipped: player.framesSkipped,
      packetsReceived: this.#packetsReceived,
      packetsLate: player.packetsLate,
      packetsMissing: this.#missingBefore + (this.#holes?.missingBefore(nextSeq) ?? 0),
      packetsSkipped: this.#packetsSkipped,
      stalls: player.stalls,
      stallMs: player.stallMs,
      reparents: Math.max(0, this.#parents - 1),
      repairs: node.repairs,
      rejected: node.rejected,
      bytesReceived: node.bytesReceived,
      bytesRelayed: node.bytesRelayed,
      picture: video ? { width: video.codedWidth, height: video.codedHeight } : null,
      group: this.#node.group ?? null,
    };
  }

  /** How many viewers this peer is willing to feed from now on. */
  setSlots(slots: number): void {
    this.#node.setSlots(slots);
  }

  copyPictures(to: WritableStream<VideoFrame>): void {
    this.#player.copyPictures(to);
  }

  keepCopy(): Promise<CopySession | undefined> {
    return this.#copies.keep();
  }

  close(): void {
    void this.leave();
  }

  /** Closes, and resolves once everybody was told. */
  async leave(): Promise<void> {
    this.#stopPlayed();
    this.#rewinds.close();
    this.#opened?.close();
    this.#stopFitness?.();
    this.#keeper?.close();
    this.#door.close();
    this.#recalls.close();
    await Promise.all([this.#copies.close(), this.#node.leave()]);
  }

  #receive(packet: Packet): void {
    this.#packetsReceived++;
    if (!this.#sealed.receive(packet)) this.#take(packet);
  }

  /** A packet that can be read; `cipher`: of its epoch, when it was sealed. */
  #take(packet: Packet, cipher?: EpochCipher): void {
    const { kind } = packet.header;
    this.#copies.receive(packet);
    this.#rewinds.note(cipher);
    this.#note(packet);
    if (kind === 'room') this.#showRoom(packet, cipher);
    if (kind === 'config') this.#configure(packet);
    else if (this.#config) this.#play(packet, this.#config.format);
    else if (this.#early.push(packet) > EARLY_PACKETS_MAX) this.#early.shift();
  }

  /** A packet that can't be read here, and is passed on all the same. */
  #pass(packet: Packet): void {
    this.#note(packet);
    if (packet.header.kind !== 'config' || this.#holes) this.#play(packet, {});
  }

  #note({ header }: Packet): void {
    if (header.epoch > this.#epoch) this.#startEpoch(header.epoch);
    this.#keeper?.note(header);
  }

  #startEpoch(epoch: number): void {
    this.#missingBefore += this.#holes?.missingBefore(Infinity) ?? 0;
    this.#rewinds.close();
    this.#epoch = epoch;
    this.#keeper?.beginEpoch();
    this.#config = undefined;
    this.#holes = undefined;
    this.#early = [];
    this.#isEnded = false;
  }

  #showRoom({ header, payload }: Packet, cipher?: EpochCipher): void {
    const before = this.title;
    this.#door.show(header.epoch, payload, cipher);
    if (this.title !== before) this.#changed();
  }

  #configure(packet: Packet): void {
    const decoded = decodeConfig(packet.payload);
    if (!decoded.ok) return;
    this.#config = decoded.value;
    this.#changed();
    const { format } = decoded.value;
    for (const early of this.#early.splice(0)) this.#play(early, format);
    if (this.#holes) this.#play(packet, format);
  }

  /** Playout begins at the group of the first packet that comes after the config. */
  #play(packet: Packet, format: MediaFormat): void {
    const { kind, seq, groupSeq } = packet.header;
    if (!this.#holes) {
      this.#holes = new HoleTracker(groupSeq);
      this.#sink.configure(format, this.#epoch, groupSeq);
    }
    this.#holes.receive(seq);
    this.#sink.push(playerPacketOf(packet));
    if (kind === 'beat') this.#hear(packet);
    if (kind === 'end') this.#end();
  }

  #hear(beat: Packet): void {
    const decoded = decodeBeat(beat.payload);
    if (decoded && decoded.viewers !== this.#viewers) this.#change(() => (this.#viewers = decoded.viewers));
    // Whoever was told once may since have been led to the other one, who needn't say so.
    if (decoded?.hasTwin && !this.#hasTwin) this.#change(() => (this.#hasTwin = true));
  }

  async #tellPlayed(): Promise<void> {
    const epoch = this.#epoch;
    if (!this.#holes) return;
    const { nextSeq } = await this.#sink.stats();
    if (epoch === this.#epoch) this.#node.notePlayed(nextSeq);
  }

  #end(): void {
    this.#change(() => (this.#isEnded = true));
    this.#node.endBroadcast();
  }

  #giveUp(fromSeq: number, toSeq: number): void {
    this.#sink.skip(fromSeq, toSeq, false);
    this.#copies.skip(this.#epoch, fromSeq, toSeq);
  }

  #skip(epoch: number, fromSeq: number, toSeq: number): void {
    if (epoch !== this.#epoch || !this.#holes) return;
    this.#packetsSkipped += this.#holes.skip(fromSeq, toSeq);
    this.#rewinds.noteLeftOut(fromSeq, toSeq);
    this.#sink.skip(fromSeq, toSeq, true);
    this.#copies.skip(epoch, fromSeq, toSeq);
  }

  #change(apply: () => unknown): void {
    apply();
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new LucarneSessionChanged());
  }
}
