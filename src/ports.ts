// Every seam between the rules and the outside world. Sessions and rules know these shapes only;
// compositions (app, embed, relay) build the adapters behind them and hand them in.

import type { Bytes } from './base/bytes.ts';
import type { LucarneError } from './base/errors.ts';
import type { LineMark } from './base/fading-lines.ts';
import type { Packet, PacketKind } from './feed/packet.ts';
import type { SeqSpan } from './feed/seq-spans.ts';
import type { DeskMemory } from './room/desk-memory.ts';
import type { DeskLogEntry } from './room/desk-state.ts';

// --- Time and chance ------------------------------------------------------------------------------------------

/** Ends what returned it. Calling it twice does nothing. */
export type Stop = () => void;

/** Time. Ticks come from a worker in browsers, since page timers are slowed in hidden tabs. */
export interface Clock {
  /** Monotonic time, ms, with fractions. */
  nowMs(): number;
  /** Unix time, integer µs, anchored once per session: it never steps when the system's clock is set. */
  wallUs(): number;
  every(periodMs: number, run: () => void): Stop;
  after(delayMs: number, run: () => void): Stop;
}

/** Chance, from the platform's secure generator (a seeded one in the simulator). */
export interface Random {
  bytes(length: number): Bytes;
  /** A number in [0, 1). */
  fraction(): number;
}

// --- Identity -------------------------------------------------------------------------------------------------

/** What a signature is for. It is signed with the bytes, so that one use can't be passed off as another. */
export type Label =
  'packet' | 'challenge' | 'list' | 'delegate' | 'door' | 'ticket' | 'comment' | 'act' | 'twin' | 'guest';

/** Signs with a broadcast's Ed25519 key, which never leaves its holder. */
export interface Signer {
  /** 32 raw bytes. */
  readonly publicKey: Bytes;
  readonly broadcastId: string;
  /** 64 bytes over `lucarne/1/<label>`, a zero byte and `bytes`. */
  sign(label: Label, bytes: Uint8Array): Promise<Bytes>;
}

/** Checks signatures and digests. */
export interface Verifier {
  /** False for a wrong signature and for a public key that is no key. */
  verify(label: Label, publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Promise<Bytes>;
  /** The broadcast id that a public key (32 raw bytes) stands for. */
  broadcastIdOf(publicKey: Uint8Array): Promise<string>;
}

/** What a moderator's secret is good for. It stands in the moderator's link; whoever has that has these keys. */
export interface ModeratorKeys {
  /** Signs as the moderator whom this secret of this broadcast stands for. */
  signerOf(broadcastId: string, secret: Bytes): Promise<Signer>;
  /** Readable for whoever has one of the secrets, and for nobody else. */
  seal(broadcastId: string, secrets: readonly Bytes[], plain: Bytes): Promise<Bytes>;
  /** Undefined: it wasn't sealed for this secret. */
  open(broadcastId: string, secret: Bytes, sealed: Bytes): Promise<Bytes | undefined>;
}

// --- The public list ------------------------------------------------------------------------------------------

/**
 * What a server makes of an entry for its public list. 'absent': it has no such list; 'blocked': its host doesn't want this
 * broadcast; 'clock': our clock is wrong, and the right time is in `nowMs`; 'full': no room, for now; 'unreachable': no answer.
 */
export type ListingAnswer =
  | { is: 'taken' | 'absent' | 'blocked' | 'full' | 'refused' | 'unreachable' }
  | { is: 'clock'; nowMs: number };

/** Posts a signed entry with its still to a server (an origin). Never rejects. */
export type PostListing = (server: string, body: Bytes) => Promise<ListingAnswer>;

// --- Private broadcasts ---------------------------------------------------------------------------------------

/** Seals and opens what is said in one epoch of a private broadcast. docs/wire-private.md is the law. */
export interface EpochCipher {
  /** A packet's payload as it travels. Only ever one payload for one seq. */
  sealPacket(kind: PacketKind, seq: number, payload: Bytes): Promise<Bytes>;
  /** Undefined when it wasn't sealed with this key. */
  openPacket(kind: PacketKind, seq: number, sealed: Bytes): Promise<Bytes | undefined>;
  /** What somebody says. Only ever one text for one counter of a comment key (32 bytes). */
  sealSaid(publicKey: Bytes, counter: number, text: Bytes): Promise<Bytes>;
  /** Undefined when it wasn't sealed with this key. */
  openSaid(publicKey: Bytes, counter: number, sealed: Bytes): Promise<Bytes | undefined>;
}

/** Has the key of a private broadcast's link. */
export interface LinkCipher {
  /** `salt`: the 16 bytes of this epoch. */
  epoch(epoch: number, salt: Bytes): Promise<EpochCipher>;
}

// --- Stills ---------------------------------------------------------------------------------------------------

/**
 * Makes a small picture (JPEG) of a key chunk, of at most `bytesMax`; undefined when the chunk can't be decoded here, or the picture
 * made no smaller.
 */
export type TakeStill = (
  format: VideoFormat,
  keyChunk: Bytes,
  bytesMax?: number,
) => Promise<Blob | undefined>;

// --- Edges ----------------------------------------------------------------------------------------------------

/** What two peers exchange to open an edge: a description, then the candidates that came after it. */
export type EdgeSignal =
  | { type: 'offer' | 'answer'; sdp: string }
  | { type: 'candidate'; candidate: string; sdpMid: string | null; sdpMLineIndex: number | null };

/** What happens on an edge. `closed` comes once, last, also when the edge never opened. */
export interface EdgeEvents {
  /** To be carried to the other peer. The description comes first, at most 100 ms after the start. */
  signal(signal: EdgeSignal): void;
  opened(): void;
  /** A message on the unordered media channel. */
  media(bytes: Bytes): void;
  /** A message on the ordered control channel. */
  control(bytes: Bytes): void;
  /** The media channel has room again (fewer than CHANNEL_BUFFERED_BYTES_LOW bytes wait). */
  drained(): void;
  closed(): void;
}

/** One WebRTC connection with its two data channels. */
export interface Edge {
  /** Hands over what the other peer signalled. Anything malformed closes the edge and never throws. */
  signal(signal: EdgeSignal): void;
  /** Sends; false, and nothing sent, when the edge isn't open. */
  sendMedia(bytes: Bytes): boolean;
  sendControl(bytes: Bytes): boolean;
  /** Bytes handed to the media channel and not yet on the network. */
  readonly mediaBufferedBytes: number;
  close(): void;
}

/** Opens edges. `offer` starts one; `answer` meets one (its first `signal` must be the offer). */
export interface EdgeMaker {
  offer(events: EdgeEvents): Edge;
  answer(events: EdgeEvents): Edge;
}

// --- Rendezvous -----------------------------------------------------------------------------------------------

/** The message types that a PeerServer passes on. */
export type RendezvousKind = 'offer' | 'answer' | 'candidate';

export interface RendezvousEvents {
  /** Registered under `id`; comes again after each reconnection. */
  opened(id: string): void;
  /**
   * `from` is set by the server; `payload` is whatever the sender chose, and is to be distrusted. `tag`: what the server says of
   * whence an offer came, 16 hex characters; absent where the server is none of ours.
   */
  message(from: string, kind: RendezvousKind, payload: unknown, tag?: string): void;
  /** Nobody answers to `to`. */
  absent(to: string): void;
  /** The server can't be reached; the adapter keeps trying by itself. */
  lost(): void;
  /** Somebody else holds the id; the adapter has given up. */
  taken(): void;
  /** Somebody else holds the id so far: it may be our own old socket. Comes with each attempt. */
  contested?(): void;
  /**
   * A server wants a proof that the id is ours: signs the challenge of the server at `host`, or shows a door's certificate; undefined:
   * there is none now. Absent where the id is nobody's in particular.
   */
  prove?(host: string, nonce: string): Promise<IdProof | DoorProof | undefined>;
}

/** Shows that a broadcast's id is ours; both base64. */
export interface IdProof {
  publicKey: string;
  signature: string;
}

/** Shows that a door is ours to hold: the broadcast's key and a certificate of it; both base64. */
export interface DoorProof {
  publicKey: string;
  certificate: string;
}

/** A registration at a signaling server. It reconnects by itself, capped and jittered, until closed. */
export interface Rendezvous {
  /** False, and nothing sent, when the server isn't connected. */
  send(to: string, kind: RendezvousKind, payload: unknown): boolean;
  close(): void;
}

/** Registers `id` at `server` (an origin such as `https://example.org`). */
export type OpenRendezvous = (server: string, id: string, events: RendezvousEvents) => Rendezvous;

// --- Guests ---------------------------------------------------------------------------------------------------

/**
 * Why a call is over. The other side says: 'declined'; 'full': too many wait; 'refused': it doesn't know the invitation; 'left': it has
 * hung up. 'absent': nobody is there; 'lost': the connection has failed.
 */
export type CallEnd = 'declined' | 'full' | 'refused' | 'left' | 'absent' | 'lost';

/** What happens on a call. */
export interface CallEvents {
  /** `stream`: what the other side sends, if it sends anything. */
  connected(stream: MediaStream | undefined): void;
  /** Once, last, unless we have ended it. */
  ended(why: CallEnd): void;
}

/** A call between two pages: picture and sound both ways. */
export interface GuestCall {
  /** Peer id of the other side, as the server says. */
  readonly peer: string;
  /** Sends this track from now on in place of that of its kind. */
  sendTrack(track: MediaStreamTrack): void;
  /** Says why to the other side. */
  end(why: CallEnd): void;
}

/** Who calls: what a call can be told apart by, on both sides. */
export interface CallerMarks {
  /** Peer id of the caller; a server can give it to anybody. */
  readonly peer: string;
  /**
   * SHA-256 of the certificate without whose key nobody takes part in this call as its caller, in 64 hex characters; undefined where
   * the caller's description doesn't name one, and one only.
   */
  readonly fingerprint: string | undefined;
}

/** What a caller says of itself, plain values. */
export type SayAtDoor = (caller: CallerMarks) => Promise<object>;

/** A call that somebody makes and we haven't answered. */
export interface RingingCall extends GuestCall, CallerMarks {
  /** What the caller says of itself; to be distrusted. */
  readonly said: unknown;
  /** `own`: what we send; undefined: nothing. The streams stay whose they were. */
  answer(own: MediaStream | undefined): void;
}

/** Calls by way of a signaling server (an origin). */
export interface GuestCalls {
  /** Takes calls under the id `seat`; `ring` gives who hears of one, or why it is turned away. Stopped, all its calls are over. */
  open(server: string, seat: string, ring: (call: RingingCall) => CallEvents | CallEnd): Stop;
  /** Calls; `say`: for whoever is called. */
  call(server: string, seat: string, own: MediaStream, say: SayAtDoor, events: CallEvents): GuestCall;
}

/** Fetches what calls are made with; few ever make one. */
export type LoadGuestCalls = () => Promise<GuestCalls>;

// --- Media ----------------------------------------------------------------------------------------------------

/** W3C VideoColorSpaceInit, plain. */
export interface ColorSpace {
  primaries: string | null;
  transfer: string | null;
  matrix: string | null;
  fullRange: boolean | null;
}

/** How to decode the picture: a VideoDecoderConfig in plain values. */
export interface VideoFormat {
  codec: string;
  codedWidth: number;
  codedHeight: number;
  frameRate: number;
  /** Target, bit/s. */
  bitrate: number;
  /** Temporal layers in the stream. */
  layers: 1 | 2 | 3;
  description?: Bytes;
  colorSpace?: ColorSpace;
}

/** How to decode the sound: an AudioDecoderConfig in plain values. */
export interface AudioFormat {
  codec: string;
  sampleRate: number;
  numberOfChannels: number;
  /** Target, bit/s. */
  bitrate: number;
  description?: Bytes;
}

/** The tracks of a broadcast. At least one is there. */
export interface MediaFormat {
  video?: VideoFormat;
  audio?: AudioFormat;
}

/** One encoded chunk (W3C EncodedVideoChunk or EncodedAudioChunk), as it left the encoder. */
export interface MediaChunk {
  track: 'video' | 'audio';
  isKey: boolean;
  /** Temporal layer; 0 is the base, and always for audio. */
  layer: number;
  /** Capture time, µs of `Clock.wallUs`. */
  timeUs: number;
  durationUs: number;
  bytes: Bytes;
}

export interface ProgrammeOptions {
  source: 'camera' | 'screen' | 'testcard';
  quality: '360p' | '540p' | '720p' | '1080p';
  /** `deviceId`s; absent: the browser's choice. 'none' for microphoneId: no sound. */
  cameraId?: string | undefined;
  microphoneId?: string | undefined;
  /** Which way the camera looks, when none is chosen by its id. */
  facing?: 'user' | 'environment' | undefined;
  /** Silence goes out in place of the sound, a card in place of the picture. */
  isMuted?: boolean;
  isHidden?: boolean;
  /** The camera stands in a corner of a shared screen. */
  hasInset?: boolean;
}

export interface ProgrammeEvents {
  /** Once, before the first chunk: what the chunks are. Fixed until the programme is closed. */
  format(format: MediaFormat): void;
  /** In encoding order per track. */
  chunk(chunk: MediaChunk): void;
  /** A track's source stopped (unplugged, revoked, screen share ended) or came back; the others go on. */
  sourceChanged(track: 'video' | 'audio', state: 'on' | 'lost'): void;
  /** The encoder stepped down or up by itself to keep up with real time. */
  pressure(level: 'none' | 'bitrate' | 'framerate'): void;
  /** Nothing more will come. */
  failed(error: Error): void;
}

/** What is on air: captured, shown to the broadcaster and, once started, encoded. */
export interface Programme {
  /** What the broadcaster sees: a stream for a <video>, or a canvas to insert. */
  readonly preview: MediaStream | HTMLCanvasElement;
  /** Begins to encode. At most once. */
  start(events: ProgrammeEvents): void;
  /** The next picture will be a key chunk. */
  requestKey(): void;
  /** Frames encoded so far. */
  readonly videoFrames: number;
  /** What is on air now, as it was opened and changed since. */
  readonly options: ProgrammeOptions;
  /** Whether sound is part of what goes out; it stays so or not. */
  readonly hasSound: boolean;
  /** As in the options; silence and card go out from the next piece on. */
  isMuted: boolean;
  isHidden: boolean;
  /** Part of the chosen bitrate that pictures are encoded with, 0 to 1. */
  bitrateShare: number;
  /**
   * Puts another camera, microphone or screen on air, within a click: the old one stays until the new one delivers. The quality stays, and
   * with it the coded size. Rejects with a LucarneError when a device is refused; what was on air before goes on then.
   */
  change(options: ProgrammeOptions): Promise<void>;
  /** Opens a lost picture's source again, within a click: a screen is chosen anew, and a camera that is gone may be another one.
   * Rejects with a LucarneError; what is on air goes on in every case. */
  restorePicture(): Promise<void>;
  /** Who is on air beside the broadcaster: picture beside picture, and the sounds mixed. Whoever sets it owns the stream; undefined: nobody. */
  guest: MediaStream | undefined;
  /** The camera in the corner of a shared screen; undefined: there is none. */
  readonly inset: MediaStream | undefined;
  /** Draws a line on the picture that goes out, or on with it; it fades. */
  sketch(mark: LineMark): void;
  /** Ends capture and flushes the encoders; every chunk has been handed over when it resolves. */
  close(): Promise<void>;
}

/** Opens the devices. Rejects with a LucarneError. */
export type OpenProgramme = (options: ProgrammeOptions) => Promise<Programme>;

/** A packet as the player wants it: media with its bytes, or a seq that holds no media. After the one with `isEnd`
 * nothing comes, and running dry is no stall. */
export type PlayerPacket = ({ seq: number } & MediaChunk) | { seq: number; track: 'none'; isEnd?: true };

export interface PlayerStats {
  /** Presented / played so far. */
  videoFrames: number;
  audioChunks: number;
  /** Decodable but never shown. */
  framesSkipped: number;
  /** Arrived after their turn. */
  packetsLate: number;
  stalls: number;
  stallMs: number;
  /** Capture time (root's wall clock, µs) of the newest frame shown; undefined before the first. */
  shownTimeUs?: number;
  /** `Clock.nowMs` at which it was shown, and at which the first one was. */
  shownAtMs?: number;
  firstShownAtMs?: number;
  /** The jitter buffer's present target, ms. */
  targetMs: number;
  /** The next seq that the playout waits for; everything before has been played or given up. */
  nextSeq: number;
}

export interface PlayerEvents {
  firstFrame(): void;
  /** Playout pauses for lack of data, and goes on. */
  stalled(): void;
  resumed(): void;
  /** Whether sound can be heard: the browser may forbid it until a gesture. */
  soundBlocked(isBlocked: boolean): void;
  /** The decoder was lost and rebuilt: it needs a key chunk. */
  keyNeeded(): void;
  failed(error: Error): void;
}

/** Jitter buffer, decoders, picture and sound. Packets may be pushed out of order; the playout sorts them. */
export interface Player {
  /** The picture; the caller inserts it. */
  readonly element: HTMLCanvasElement;
  /** A (new) epoch begins: forget the old one's packets and decode with this format. `firstSeq` is where playout starts. */
  configure(format: MediaFormat, epoch: number, firstSeq: number): void;
  push(packet: PlayerPacket): void;
  /** Seqs that will never come: announced drops (`isAnnounced`) or given up. Inclusive. */
  skip(fromSeq: number, toSeq: number, isAnnounced: boolean): void;
  play(): void;
  pause(): void;
  muted: boolean;
  /** 0 to 1. */
  volume: number;
  stats(): Promise<PlayerStats>;
  /** Writes each picture that is shown from now on there too, until that takes no more. */
  copyPictures(to: WritableStream<VideoFrame>): void;
  close(): void;
}

/** Builds a player. */
export type OpenPlayer = (events: PlayerEvents) => Player;

// --- Storage --------------------------------------------------------------------------------------------------

/** A table of structured-cloneable values by text key. Every write is on disk (`durability: 'strict'`) when it resolves. */
export interface Table {
  get(key: string): Promise<unknown>;
  /** All or none. Rejects with LucarneError 'storage-full' or 'storage-failed'. */
  set(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** In key order. */
  keys(): Promise<string[]>;
}

/** Tables by name, each in a database of its own, so that dropping one frees its space. */
export interface Store {
  open(name: string): Table;
  /** Names of all tables that exist. */
  list(): Promise<string[]>;
  drop(name: string): Promise<void>;
}

/** What a broadcaster should know about the recording. The broadcast goes on in every case. */
export interface RecorderEvents {
  /** A write failed and will be tried again; after 'storage-full' nothing more is recorded. */
  onFault(error: LucarneError): void;
  /** More than RECORD_QUEUE_MS_MAX waits for the disk, or no longer does. */
  onBehind?(isBehind: boolean): void;
  /** How much longer the recording fits at its present rate, minutes; every few seconds, where the browser tells. */
  onSpace?(minutesLeft: number): void;
  /** The device is nearly full: the recording was completed while that was still possible, and stops there. */
  onFull?(): void;
  /** Packets were given up while the disk refused (both included): the recording lacks them. */
  onLost?(fromSeq: number, toSeq: number): void;
}

/** Keeps every packet of one epoch as it goes on air. */
export interface Recorder {
  /** Queues a packet; never throws and never waits. */
  append(packet: Packet): void;
  /** Everything up to this seq is on disk; -1 before the first. */
  readonly recordedSeq: number;
  /** What was lost was put back in (both included). */
  mended?(fromSeq: number, toSeq: number): void;
  /** Writes what is queued and marks the recording complete. */
  finish(): Promise<void>;
}

/** Something that happened at the desk; `atMs` is Unix time. */
export type KeptLogEntry = DeskLogEntry & { epoch: number };

/** Keeps beside the recording what of the room isn't in the feed. Never throws and never waits; only the newest state counts. */
export interface RoomKeeper {
  keep(memory: DeskMemory, happened: readonly KeptLogEntry[]): void;
  /** Resolves when nothing waits for the disk any more, or the disk refused it. */
  finish(): Promise<void>;
}

/** What a recording lacks of one epoch. */
export interface LostPackets {
  epoch: number;
  spans: readonly SeqSpan[];
  /** Nothing can be put back in before the config, the packet with seq 0, is here too. */
  needsConfig: boolean;
}

/** Puts back into a recording what the disk has lost. */
export interface Mender {
  /** What is missing of earlier epochs, as far back as somebody may still hold it; `nowUs`: Unix time. Rejects with a LucarneError. */
  findLost(nowUs: number): Promise<LostPackets[]>;
  /** Checked packets of one epoch, in order of seq. Gives how long the recording now lasts more, ms. Rejects with a LucarneError. */
  insert(packets: readonly Packet[]): Promise<number>;
}
