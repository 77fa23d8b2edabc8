// A broadcast that this tab sends: programme -> packets -> recording and children. Encoded once; everybody gets these bytes.

import { base64, utf8Bytes, type Bytes } from '../base/bytes.ts';
import { LucarneError } from '../base/errors.ts';
import { BEAT_INTERVAL_MS, BEAT_PROOF_INTERVAL_MS } from '../base/limits.ts';
import { encodeBeat } from '../feed/beat.ts';
import { encodeConfig } from '../feed/config.ts';
import { PacketWriter } from '../feed/packet-writer.ts';
import type { Packet } from '../feed/packet.ts';
import { SALT_BYTES } from '../feed/sealing.ts';
import type { PublicState, StateReason } from '../overlay/event.ts';
import type {
  LinkCipher,
  MediaChunk,
  MediaFormat,
  LoadGuestCalls,
  Mender,
  ModeratorKeys,
  PostListing,
  Programme,
  Recorder,
  RecorderEvents,
  RoomKeeper,
  Signer,
  Stop,
  TakeStill,
  VideoFormat,
} from '../ports.ts';
import type { RoomBefore } from '../room/desk-memory.ts';
import { cleanTitle } from '../room/text-rules.ts';
import { AirLog } from './air-log.ts';
import { LiveDeskRoom } from './desk-room.ts';
import { doorkeeping } from './door-certificates.ts';
import { drained } from './drain.ts';
import { LiveGuestStage } from './guest-stage.ts';
import { LiveListing } from './listing.ts';
import type { NodeParts } from './node-parts.ts';
import { PeerNode } from './peer-node.ts';
import { peerIdOf } from './peer-id.ts';
import { Refill } from './refill.ts';
import { TicketOffice } from './ticket-office.ts';
import { TwinWatch } from './twin-watch.ts';
import { keepUplink } from './uplink-keeper.ts';
import { worstOf } from './worst-warning.ts';
import {
  LucarneSessionChanged,
  type AirStretch,
  type KeepStretch,
  type RoomSums,
  type BroadcastSession,
  type BroadcastState,
  type BroadcastStats,
  type BroadcastWarning,
} from './session-api.ts';

const HOUSEKEEPING_MS = 25;
const GROUP_MS_MAX_WITHOUT_PICTURE = 2000;

/** What a broadcast is built from. */
export interface BroadcastParts extends NodeParts {
  signer: Signer;
  programme: Programme;
  /** The recording of this epoch. Absent: nothing is recorded. */
  openRecorder?(events: RecorderEvents): Recorder;
  /** Puts back into the recording what was lost of it. */
  mender?: Mender;
  title: string;
  link: string;
  /** Of a private broadcast. */
  cipher?: LinkCipher | undefined;
  /** Greater than that of any earlier start under this key. */
  epoch: number;
  slots: number;
  /** What carries its entry to the public list. */
  postListing: PostListing;
  takeStill: TakeStill;
  /** What guests call by. */
  loadCalls: LoadGuestCalls;
  /** Whether this goes on with an earlier broadcast. */
  isResumed?: boolean;
  /** What is left of its room, and what keeps it for the next time. */
  roomBefore?: RoomBefore | undefined;
  roomKeeper?: RoomKeeper;
  moderatorKeys: ModeratorKeys;
  keepStretch?: KeepStretch;
  /** Keeps another title of the recording. Rejects with a LucarneError. */
  keepTitle?(title: string): Promise<void>;
  /** Called when the broadcast is over, to let go of the key. */
  released(): void;
}

/** Sends one broadcast, from `start` to `stop`. */
export class LiveBroadcast extends EventTarget implements BroadcastSession {
  readonly broadcastId: string;
  #title: string;
  readonly link: string;
  readonly isPrivate: boolean;
  readonly programme: Programme;
  readonly room: LiveDeskRoom;
  readonly guests: LiveGuestStage;
  readonly listing: LiveListing | undefined;
  readonly #parts: BroadcastParts;
  readonly #node: PeerNode;
  readonly #twins: TwinWatch;
  /** New in every epoch. */
  readonly #salt: Bytes;
  readonly #writer: PacketWriter;
  readonly #recorder: Recorder | undefined;
  readonly #refill: Refill | undefined;
  readonly #warnings = new Set<BroadcastWarning>();
  #state: BroadcastState = 'starting';
  #failure: Error | undefined;
  #minutesLeft: number | undefined;
  #startedAtMs: number | undefined;
  #stopHousekeeping: Stop | undefined;
  #video: VideoFormat | undefined;
  #viewers = 0;
  #log: AirLog | undefined;
  #lastPacketMs = -Infinity;
  #lastProofMs = -Infinity;
  #lastKeyMs = -Infinity;

  constructor(parts: BroadcastParts) {
    super();
    const { signer, clock, random, epoch, slots } = parts;
    this.#parts = parts;
    this.broadcastId = signer.broadcastId;
    this.#title = parts.title;
    this.link = parts.link;
    this.isPrivate = parts.cipher !== undefined;
    this.programme = parts.programme;
    const clockOffsetUs = clock.wallUs() - clock.nowMs() * 1000;
    const identity = {
      peer: peerIdOf(random),
      broadcastId: signer.broadcastId,
      publicKey: base64(signer.publicKey),
    };
    const office = new TicketOffice(parts);
    this.#twins = new TwinWatch({ ...parts, cache: () => this.#node.cache }, () => this.#foundTwin());
    const answer = (payload: unknown, tag: string | undefined): ReturnType<TicketOffice['answer']> => {
      void this.#twins.hear(payload);
      return office.answer(payload, tag);
    };
    this.#node = new PeerNode(
      { ...parts, ...doorkeeping(parts), answer, contested: () => this.#twins.look() },
      { role: 'root', ...identity, slots, seed: random.bytes(16), epoch, clockOffsetUs },
      {
        packet: () => undefined,
        skipped: () => undefined,
        gaveUp: () => undefined,
        parentChanged: () => undefined,
        asked: () => undefined,
        freshnessChanged: () => undefined,
        rise: (edge, bytes) => this.#log?.receive(edge, bytes) ?? this.room.receive(edge, bytes),
        recall: (edge, bytes) => this.#refill?.receive(edge, bytes) ?? true,
        recalledMedia: (edge, bytes) => this.#refill?.receiveMedia(edge, bytes) ?? true,
        stateChanged: ({ state, reason }) => this.#overlayChanged(state, reason),
      },
    );
    this.#salt = random.bytes(SALT_BYTES);
    const epochCipher = parts.cipher?.epoch(epoch, this.#salt);
    const emit = (packet: Packet): void => this.#send(packet);
    this.#writer = new PacketWriter(epoch, signer, parts.verifier, emit, epochCipher);
    this.room = new LiveDeskRoom({
      ...parts,
      broadcastId: signer.broadcastId,
      epochCipher,
      edges: this.#node,
      before: parts.roomBefore,
      keeper: parts.roomKeeper,
      viewers: () => this.#viewers,
      publish: (payload) => void this.#writer.write({ kind: 'room', payload, timeUs: clock.wallUs() }),
    });
    this.guests = new LiveGuestStage({ ...parts, room: this.room });
    this.listing = this.#openListing();
    this.#recorder = parts.openRecorder?.({
      onFault: (error) => this.#recordingFailed(error),
      onBehind: (isBehind) => this.#warn('recording-behind', isBehind),
      onSpace: (minutesLeft) => this.#tellSpace(Math.floor(minutesLeft)),
      onFull: () => this.#warn('recording-full', true),
      onLost: (fromSeq, toSeq) => this.#refill?.lose(fromSeq, toSeq),
    });
    this.#refill = this.#openRefill();
    if (!this.#recorder) this.#warn('not-recorded', true);
  }

  get title(): string {
    return this.#title;
  }

  get state(): BroadcastState {
    return this.#state;
  }

  get viewers(): number {
    return this.#viewers;
  }

  get startedAtMs(): number | undefined {
    return this.#startedAtMs;
  }

  get stretch(): AirStretch | undefined {
    return this.#log?.stretch;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get isPictureLost(): boolean {
    return this.#warnings.has('video-lost');
  }

  get refilledMs(): number {
    return this.#refill?.refilledMs ?? 0;
  }

  get recordingMinutesLeft(): number | undefined {
    return this.#minutesLeft;
  }

  get warning(): BroadcastWarning | undefined {
    return worstOf(this.#warnings);
  }

  /** Encodes and lets viewers in. */
  start(): void {
    this.programme.start({
      format: (format) => this.#goLive(format),
      chunk: (chunk) => this.#write(chunk),
      sourceChanged: (track, state) => this.#warn(`${track}-lost`, state === 'lost'),
      pressure: (level) => this.#warn('encoder-slow', level !== 'none'),
      failed: (error) => this.#fail(error),
    });
  }

  setTitle(raw: string): void {
    const clean = cleanTitle(raw);
    if (!clean.ok && clean.code !== 'blank') return;
    this.#title = clean.ok ? clean.value : '';
    this.room.setTitle(this.#title);
    this.listing?.renew();
    this.#parts.keepTitle?.(this.#title).catch((error: unknown) => this.#recordingFailed(error));
    this.#changed();
  }

  async getStats(): Promise<BroadcastStats> {
    const { childIds, bytesRelayed } = this.#node.stats;
    return Promise.resolve({
      state: this.#state,
      broadcastId: this.broadcastId,
      epoch: this.#writer.epoch,
      depth: 0,
      childIds,
      viewers: this.#viewers,
      videoFrames: this.programme.videoFrames,
      bytesRelayed,
      group: this.#node.group ?? null,
      recordedSeq: this.#recorder?.recordedSeq ?? -1,
    });
  }

  async stop(): Promise<void> {
    if (this.#state !== 'live' && this.#state !== 'starting') return;
    this.#become('stopping');
    this.guests.close();
    await this.programme.close();
    this.room.close();
    await Promise.all([this.#sayEnd(), this.listing?.close()]);
    await this.#close('stopped');
  }

  /** Who has no link is not to learn that a private broadcast is on air. */
  #openListing(): LiveListing | undefined {
    if (this.isPrivate) return undefined;
    return new LiveListing(
      { ...this.#parts, post: this.#parts.postListing },
      {
        title: () => this.#title,
        viewers: () => this.#viewers,
        startedAtMs: () => this.#startedAtMs,
        changed: () => this.#changed(),
      },
    );
  }

  #goLive(format: MediaFormat): void {
    const { clock, signer, keepStretch } = this.#parts;
    this.#startedAtMs = Math.floor(clock.wallUs() / 1000);
    const sums = (): RoomSums => this.room.sums;
    this.#log = new AirLog({ clock, keepStretch, edges: this.#node, sums }, this.#startedAtMs);
    this.#video = format.video;
    const about = {
      title: this.title,
      startedAtMs: this.#startedAtMs,
      publicKey: signer.publicKey,
      salt: this.#salt,
    };
    void this.#writer.write({
      kind: 'config',
      payload: encodeConfig({ ...about, format }),
      timeUs: clock.wallUs(),
    });
    this.room.start();
    void this.#node.start();
    const stops = [
      clock.every(HOUSEKEEPING_MS, () => this.#keepHouse()),
      keepUplink(clock, this.#node.fanOut, this.programme, (isTight) => this.#warn('uplink-tight', isTight)),
    ];
    this.#stopHousekeeping = () => stops.forEach((stop) => stop());
    this.#become('live');
    this.#refill?.start();
  }

  #openRefill(): Refill | undefined {
    const { mender } = this.#parts;
    return (
      mender &&
      new Refill({
        ...this.#parts,
        mender,
        edges: this.#node,
        changed: () => this.#changed(),
        mended: (fromSeq, toSeq) => this.#recorder?.mended?.(fromSeq, toSeq),
      })
    );
  }

  #write({ track, bytes, timeUs, durationUs, isKey, layer }: MediaChunk): void {
    const nowMs = this.#parts.clock.nowMs();
    const startsGroup = track === 'video' ? isKey : this.#needsAudioGroup(nowMs);
    if (startsGroup) this.#lastKeyMs = nowMs;
    if (isKey && track === 'video' && this.#video) this.listing?.notePicture(this.#video, bytes);
    void this.#writer.write({ kind: track, payload: bytes, timeUs, durationUs, isKey: startsGroup, layer });
    if (startsGroup) this.room.beginGroup();
  }

  /** Without a picture, sound alone starts a group now and then: a newcomer can begin anywhere in it. */
  #needsAudioGroup(nowMs: number): boolean {
    return !this.#video && nowMs - this.#lastKeyMs >= GROUP_MS_MAX_WITHOUT_PICTURE;
  }

  #send(packet: Packet): void {
    this.#lastPacketMs = this.#parts.clock.nowMs();
    this.#recorder?.append(packet);
    this.#node.publish(packet);
  }

  #keepHouse(): void {
    const { clock } = this.#parts;
    const nowMs = clock.nowMs();
    const { viewers } = this.#node.stats;
    this.#log?.note(viewers);
    if (viewers !== this.#viewers) {
      this.#viewers = viewers;
      this.#changed();
    }
    const isSilent = nowMs - this.#lastPacketMs >= BEAT_INTERVAL_MS;
    const isProofDue = nowMs - this.#lastProofMs >= BEAT_PROOF_INTERVAL_MS;
    if (!isSilent && !isProofDue) return;
    this.#lastPacketMs = nowMs;
    if (isProofDue) this.#lastProofMs = nowMs;
    void this.#beat(viewers, isProofDue);
  }

  async #beat(viewers: number, isProofDue: boolean): Promise<void> {
    const proven = isProofDue ? await this.#node.prove() : undefined;
    // The end, once said, is the last that is said.
    if (this.#state !== 'live') return;
    const { hasTwin } = this.#twins;
    const payload = encodeBeat({ viewers, hasTwin, ...(proven && { proof: proven.proof }) });
    await this.#writer.write({ kind: 'beat', payload, timeUs: this.#parts.clock.wallUs() });
    proven?.tell();
  }

  /** Viewers are told with the next beat, which is now. */
  #foundTwin(): void {
    this.#warn('key-elsewhere', true);
    void this.#beat(this.#viewers, true);
  }

  async #sayEnd(): Promise<void> {
    const { clock } = this.#parts;
    this.#stopHousekeeping?.();
    if (this.#startedAtMs === undefined) return;
    await this.#writer.write({
      kind: 'end',
      payload: utf8Bytes('{"reason":"stopped"}'),
      timeUs: clock.wallUs(),
    });
    await drained(clock, this.#node);
  }

  async #close(state: 'stopped' | 'failed'): Promise<void> {
    this.#stopHousekeeping?.();
    this.#twins.close();
    await this.#refill?.close();
    await Promise.all([
      this.#node.leave(),
      this.#recorder?.finish().catch((error: unknown) => this.#recordingFailed(error)),
      this.#parts.roomKeeper?.finish(),
      this.#log?.close(),
    ]);
    this.#parts.released();
    this.#become(state);
  }

  #fail(error: Error): void {
    if (this.#state !== 'live' && this.#state !== 'starting') return;
    this.#failure = error;
    this.#become('stopping');
    this.guests.close();
    this.room.close();
    void this.listing?.close();
    void this.#endEarly();
  }

  /** What was captured up to the failure is recorded, though nobody is told of an end. */
  async #endEarly(): Promise<void> {
    await this.programme.close();
    await this.#writer.flushed();
    await this.#close('failed');
  }

  #overlayChanged(state: PublicState, reason: StateReason): void {
    if (reason === 'id-taken' && state === 'failed') return this.#fail(new LucarneError('id-taken'));
    if (state === 'live') this.#twins.rest();
    this.#warn('signaling-lost', reason === 'signaling-lost');
  }

  #recordingFailed(error: unknown): void {
    console.error('The recording failed:', error);
    this.#warn('recording-failed', true);
  }

  #tellSpace(minutesLeft: number): void {
    if (minutesLeft === this.#minutesLeft) return;
    this.#minutesLeft = minutesLeft;
    this.#changed();
  }

  #warn(warning: BroadcastWarning, isOn: boolean): void {
    if (this.#warnings.has(warning) === isOn) return;
    if (isOn) this.#warnings.add(warning);
    else this.#warnings.delete(warning);
    this.#changed();
  }

  #become(state: BroadcastState): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new LucarneSessionChanged());
  }
}
