// What pages and elements may ask of a broadcast and of a watch. The sessions implement it; `ui` knows nothing below it.
// Sessions outlive elements: an element that goes away only stops listening.

import type { GuestInvitation } from '../base/link.ts';
import type { FreshnessStanding } from '../feed/freshness.ts';
import type { Programme, ProgrammeOptions } from '../ports.ts';
import type { Place } from '../guide/entry.ts';
import type { RoomComment } from '../room/room-packet.ts';
import type { GuestPass, GuestStage, GuestVisit } from './guest-api.ts';
import type { DeskRoom, WatchRoom } from './room-api.ts';

/** Where a viewer stands. */
export type WatchState = 'connecting' | 'waiting' | 'live' | 'reconnecting' | 'ended' | 'failed';

/** Why a private broadcast can't be opened: its link came without its key, or with another one. */
export type LockReason = 'no-key' | 'wrong-key';

/** Where a broadcast stands. */
export type BroadcastState = 'starting' | 'live' | 'stopping' | 'stopped' | 'failed';

/** What a broadcaster should know while live. */
export type BroadcastWarning =
  | 'key-elsewhere'
  | 'signaling-lost'
  | 'video-lost'
  | 'audio-lost'
  | 'encoder-slow'
  | 'uplink-tight'
  | 'not-recorded'
  | 'recording-failed'
  | 'recording-full'
  | 'recording-behind';

/** Fired by both sessions after anything that a page shows has changed; read the session's properties then. */
export class LucarneSessionChanged extends Event {
  static readonly type = 'lucarne-session-changed';
  constructor() {
    super(LucarneSessionChanged.type);
  }
}

/** The newest complete group: equal bytes on every peer give an equal hash. */
export interface GroupStats {
  epoch: number;
  seq: number;
  /** Hex SHA-256 over the group's packets' bytes (head, then payload) in order of seq. */
  sha256: string;
}

/** `<lucarne-player>.getStats()`: plain, and as docs say, with units in names. */
export interface WatchStats {
  state: WatchState;
  /** Whether it is proven to be live. */
  freshness: FreshnessStanding['is'];
  broadcastId: string;
  epoch: number | null;
  depth: number | null;
  parentId: string | null;
  standbyIds: string[];
  childIds: string[];
  joinMs: number | null;
  latencyMs: number | null;
  videoFrames: number;
  audioChunks: number;
  framesSkipped: number;
  packetsReceived: number;
  packetsLate: number;
  packetsMissing: number;
  packetsSkipped: number;
  stalls: number;
  stallMs: number;
  reparents: number;
  repairs: number;
  rejected: number;
  bytesReceived: number;
  bytesRelayed: number;
  /** Size of the picture, pixels; null before the config came. */
  picture: { width: number; height: number } | null;
  group: GroupStats | null;
}

/** `<lucarne-studio>.getStats()`: the root's side of the same. */
export interface BroadcastStats {
  state: BroadcastState;
  broadcastId: string;
  epoch: number;
  depth: 0;
  childIds: string[];
  viewers: number;
  videoFrames: number;
  bytesRelayed: number;
  group: GroupStats | null;
  recordedSeq: number;
}

/** One broadcast that this tab sends. */
export interface BroadcastSession extends EventTarget {
  readonly state: BroadcastState;
  readonly broadcastId: string;
  readonly title: string;
  /** Another title, for viewers, the public list and the recording's name. What can't be shown of it is left out. */
  setTitle(title: string): void;
  /** The address to share. */
  readonly link: string;
  /** Only who has the whole link can watch. */
  readonly isPrivate: boolean;
  readonly viewers: number;
  /** Unix ms at which it went live; undefined before. */
  readonly startedAtMs: number | undefined;
  readonly programme: Programme;
  readonly room: DeskRoom;
  readonly guests: GuestStage;
  /** Its place in the public list; a private broadcast has none. */
  readonly listing: Listing | undefined;
  /** A code for what a broadcaster should know now, worst first; undefined when all is well. */
  readonly warning: BroadcastWarning | undefined;
  /** Whether the picture's source has stopped, and viewers see a card: `programme.restorePicture` brings it back. */
  readonly isPictureLost: boolean;
  /** How much longer the recording fits on this device, whole minutes; undefined while that isn't known. */
  readonly recordingMinutesLeft: number | undefined;
  /** What there is to report of it so far; undefined before it went live. */
  readonly stretch: AirStretch | undefined;
  /** How much of the recording this device had lost and got back from viewers since this start, ms. */
  readonly refilledMs: number;
  /** Why `state` is 'failed'. */
  readonly failure: Error | undefined;
  getStats(): Promise<BroadcastStats>;
  /** Says `end` to the viewers, closes the devices, completes the recording. */
  stop(): Promise<void>;
}

/**
 * Where a broadcast stands in the public list. 'asking': no answer yet; 'absent': the server has no list; 'blocked': its host doesn't
 * want this one; 'full' and 'unreachable': it is tried again; 'refused': the server doesn't understand it.
 */
export type ListingState =
  'off' | 'asking' | 'listed' | 'absent' | 'blocked' | 'full' | 'unreachable' | 'refused';

/** A broadcast's place in the public list, off until it is wanted. The session tells of its changes. */
export interface Listing {
  readonly state: ListingState;
  /** Told with it; undefined: nothing is told. */
  readonly place: Place | undefined;
  show(isWanted: boolean): void;
  setPlace(place: Place | undefined): void;
}

/** A broadcast in the public list; all of it is what the broadcaster says, signed. */
export interface LiveEntry {
  broadcastId: string;
  /** '' for none. */
  title: string;
  viewers: number;
  /** Unix ms. */
  startedAtMs: number;
  place?: Place;
  /** Another one for another picture. */
  stillId?: string;
  /** A small picture of it; undefined when it can't be had. */
  still?: () => Promise<Blob | undefined>;
}

/** The public list. */
export interface LiveGuide {
  /** What is on, the latest start first; undefined when there is no list, or no answer. Never rejects. */
  entries(): Promise<LiveEntry[] | undefined>;
}

/** One broadcast that this tab watches (and relays). */
export interface WatchSession extends EventTarget {
  readonly state: WatchState;
  readonly broadcastId: string;
  /** As the broadcaster says; empty before it came. */
  readonly title: string;
  readonly viewers: number;
  /** Whether the broadcaster has said that somebody else is on air with the same key. It stays true. */
  readonly hasTwin: boolean;
  /** Aspect of the picture, width / height; undefined before the config came. */
  readonly aspect: number | undefined;
  /** Whether none of the signaling servers can be reached, while one is needed. */
  readonly isSignalingLost: boolean;
  /** How many others came earlier and wait as well, while everybody who is there has all the viewers they can feed; else undefined. */
  readonly waitingBehind: number | undefined;
  /** How sure it is that the picture is of now. */
  readonly freshness: FreshnessStanding;
  /** Whether the first picture has been shown. */
  readonly hasPicture: boolean;
  /** Whether the browser keeps the sound back until a gesture. */
  readonly isSoundBlocked: boolean;
  readonly failure: Error | undefined;
  /** Why `state` is 'failed' when nothing has: it is private, and only passed on here. */
  readonly lock: LockReason | undefined;
  /** Comments, hearts and questions; undefined until they are loaded, after the first picture. */
  readonly room: WatchRoom | undefined;
  /** The picture, to be inserted by whoever shows it. */
  readonly element: HTMLElement;
  readonly paused: boolean;
  muted: boolean;
  volume: number;
  /** Whether this viewer passes the broadcast on to others. To set it to false declines; a device that isn't fit keeps it false. */
  relaying: boolean;
  play(): void;
  pause(): void;
  getStats(): Promise<WatchStats>;
  /**
   * Undefined while what plays is what comes. Else how far behind that it is, and how far back one can go, ms. `freshness` is 'behind'
   * meanwhile, and `state` stays 'live' until the end was played.
   */
  readonly rewound: { readonly behindMs: number; readonly reachMs: number } | undefined;
  /** Plays from so far behind what comes, ms, or as far as it goes; 0: live again. Rejects when its code can't be had. */
  rewindTo(behindMs: number): Promise<void>;
  /** Writes each picture that is shown from now on there too, until that takes no more. */
  copyPictures(to: WritableStream<VideoFrame>): void;
  /** Keeps a copy from now on, while the broadcaster allows it; undefined when another tab keeps one. Rejects when its code can't be had. */
  keepCopy(): Promise<CopySession | undefined>;
  /** Says `bye` and lets go of everything. */
  close(): void;
}

/**
 * Where the keeping of a copy stands. 'starting': it waits for the next group; 'stopped': the viewer wanted no more; 'forbidden': the
 * broadcaster allows it no longer; 'ended': the broadcast is over; 'full': the device is; 'failed': the disk refused.
 */
export type CopyState = 'starting' | 'keeping' | 'stopped' | 'forbidden' | 'ended' | 'full' | 'failed';

/** A copy of somebody else's broadcast in the making. It fires LucarneSessionChanged at most once for each second kept. */
export interface CopySession extends EventTarget {
  readonly state: CopyState;
  /** How much has been kept, ms. */
  readonly keptMs: number;
  /** Keeps no more; resolves when all that was kept is on disk. */
  stop(): Promise<void>;
}

/** A recording on this machine, as lists show it. */
export interface RecordingSummary {
  /** The broadcast id; of a copy, one of its own. */
  id: string;
  /** A copy of somebody else's broadcast: there is no key to go on with, and no report. */
  isCopy: boolean;
  title: string;
  startedAtMs: number;
  durationMs: number;
  bytes: number;
  /** What this device had lost and got back from viewers, ms. */
  refilledMs: number;
  /** False when the tab died before "Stop broadcast", or before a copy was ended. */
  isComplete: boolean;
  /** On air, or of a copy being kept, at this moment, in this tab or another one of this browser. */
  isLive: boolean;
}

/** What happened in a room. */
export interface RoomSums {
  hearts: number;
  /** Shown on the screens; the broadcaster's own too. */
  comments: number;
  /** Not shown: there were too many, or they were refused. */
  leftOut: number;
  questions: number;
  reports: number;
}

/** One stretch on air, from a start or reload to the next stop. */
export interface AirStretch extends RoomSums {
  version: 1;
  /** Unix ms. */
  startedAtMs: number;
  durationMs: number;
  /** At once. */
  viewersMax: number;
  /** Of all viewers together, ms. */
  watchedMs: number;
  /** The most at once in each step of `stepMs`. */
  stepMs: number;
  viewers: number[];
  /** How well they saw, by depth; absent in reports of earlier versions. */
  quality?: DepthQuality[];
}

/** How well those saw who were at one depth: 1 is fed by the broadcaster itself, 8 stands for all from there on. */
export interface DepthQuality {
  depth: number;
  /** Of all of them together, ms, in spells of 10 s: what was begun when somebody left isn't in it. */
  watchedMs: number;
  /** How much of it had a known latency, ms, and what that was on average, ms. */
  timedMs: number;
  latencyMs: number;
  /** How often the picture stood still for want of data, and for how long, ms. */
  stalls: number;
  stallMs: number;
  /** How often somebody went over to another parent. */
  reparents: number;
}

/** Keeps what there is to report of this stretch on air beside the recording; the newest counts. Never rejects. */
export type KeepStretch = (stretch: AirStretch) => Promise<void>;

/** What a broadcast was. How many different people watched isn't known: nobody has an account. */
export interface AirReport {
  broadcastId: string;
  title: string;
  /** In order of time, at least one. */
  stretches: AirStretch[];
}

/** A comment in a recording, at the time of the file at which it came. */
export interface ReplayComment extends RoomComment {
  atMs: number;
  /** The broadcaster took it from every screen later, alone or with a shield that cleared all: it isn't shown again. */
  takenAway?: 'hidden' | 'cleared';
}

/** The room of one file, in its time, ms. */
export interface RoomReplay {
  comments: ReplayComment[];
  /** How many there were in all by then. */
  hearts: [atMs: number, total: number][];
  /** Questions while they were being answered; `untilMs` is absent when that never ended. */
  answered: (RoomComment & { atMs: number; untilMs: number | undefined })[];
}

/** A file as the browser will download it. */
export interface RecordingFile {
  name: string;
  /** On disk, never whole in memory. */
  file: Blob;
  /** It lies where the person wanted it, and needs no download. */
  isSaved?: true;
  /** What it lacks, in order of time; empty when it holds all that was on air. */
  gaps: RecordingGap[];
  /** Absent when nothing was said in it. `sidecars`: comments and hearts as WebVTT, everything as JSON. */
  room?: { replay: RoomReplay; sidecars: { name: string; file: Blob }[] };
  /** Shows that the file is what was broadcast; for `Lucarne.verifyRecording`. */
  proof?: { name: string; file: Blob };
  /** Frees the disk; the file can't be read any more. Otherwise it goes with a later start. */
  discard(): Promise<void>;
}

/** A piece of one file of a recording, ms from that file's start. It begins at the key chunk before `fromMs`. */
export interface Clip {
  /** Which file, from 0. */
  part: number;
  fromMs: number;
  toMs: number;
}

/** What is wanted of an export. */
export interface ExportWishes {
  /** 0 to 1. */
  progress: (share: number) => void;
  signal?: AbortSignal;
  /** Only this piece, as a file of its own. */
  clip?: Clip;
  /** Encodes the sound anew as AAC, where `offersAac` says so. Such a file has no proof: its sound isn't what was on air. */
  sound?: 'aac';
  /** Where the first file goes; further ones (of other codec settings) are made as ever. A failed export leaves it as it was. */
  into?: FileSystemFileHandle;
}

/** A time for which an exported file has nothing to show, ms from its start. The picture before it stands meanwhile. */
export interface RecordingGap {
  /** At 'start' and 'end' nobody can tell how much is lost: `fromMs` and `toMs` are the same. */
  where: 'start' | 'inside' | 'end';
  /** 'off-air': nothing was broadcast; 'lost': it was, and isn't on this device any more. */
  why: 'off-air' | 'lost';
  fromMs: number;
  toMs: number;
}

/** A time of the broadcast that a file doesn't hold. */
export interface MissingPiece {
  where: 'start' | 'inside' | 'end';
  /** 'off-air': nothing was broadcast; 'left-out': it was, and is in the proof; 'unknown': the proof lacks it too. */
  why: 'off-air' | 'left-out' | 'unknown';
  /** From the file's start, ms. */
  atMs: number;
  /** How long at most, ms; absent where nobody can tell. */
  forMs?: number;
}

/** What a file and its proof say together. */
export type RecordingVerdict =
  /** Every byte of picture and sound was broadcast, in this order and at these times. 'cut': but something was left out. */
  | {
      is: 'whole' | 'cut';
      broadcastId: string;
      /** As it was signed. */
      title: string;
      /** Capture times of what the file begins and ends with, Unix ms. */
      fromMs: number;
      toMs: number;
      /** In order; only 'off-air' when it is whole. */
      pieces: MissingPiece[];
    }
  /** From this time of the file on it isn't what was broadcast; before, it is. */
  | { is: 'altered'; broadcastId: string; atMs: number; how: Alteration }
  /** The proof is of another broadcast than the link. */
  | { is: 'foreign'; broadcastId: string }
  /** The recording is of a private broadcast, and the key of its link wasn't given, or is another one. */
  | { is: 'locked'; broadcastId: string }
  /** The file is none that can be read here. */
  | { is: 'unreadable'; file: 'video' | 'proof' };

/** What is wrong first: other bytes; another time; more than was signed; a proof that ends in nonsense; other settings of a track. */
export type Alteration = 'bytes' | 'time' | 'unsigned' | 'proof' | 'tracks';

/** How a recording is verified. */
export interface VerifyOptions {
  /** Of the link that the recording is said to be of; absent: that of the proof. */
  broadcastId?: string | undefined;
  /** Of the link of a private broadcast. */
  key?: string | undefined;
  /** 0 to 1. */
  progress?: (share: number) => void;
  signal?: AbortSignal;
}

/** What this machine's recordings offer. */
export interface Recordings {
  list(): Promise<RecordingSummary[]>;
  /** Muxes without re-encoding. One file per codec setting. */
  exportFiles(id: string, wishes: ExportWishes): Promise<RecordingFile[]>;
  /** What the file of `exportFiles` would be called (with several: the first of them). */
  fileName(id: string, clip?: Clip): Promise<string>;
  /** Whether it can be exported with AAC, which the oldest players and editors know. Never rejects. */
  offersAac(id: string): Promise<boolean>;
  /** A small picture out of it; undefined when there is none, or this browser can't decode it. */
  still(id: string): Promise<Blob | undefined>;
  /** Its end report; undefined when none was kept. */
  report(recording: Pick<RecordingSummary, 'id' | 'title'>): Promise<AirReport | undefined>;
  /** Gives it another title here; what was on air keeps its own. */
  rename(id: string, title: string): Promise<void>;
  /** Bytes that this page keeps on this device, and may still keep; undefined where the browser doesn't say. */
  space(): Promise<{ usedBytes: number; leftBytes: number } | undefined>;
  delete(id: string): Promise<void>;
}

/** What a viewer may choose besides the link. */
export interface WatchOptions {
  /** STUN and TURN servers instead of those that the signaling server offers. */
  iceServers?: RTCIceServer[];
}

/** What a viewer may decide of what is shared; remembered by this browser. The last two say false where it remembers nothing. */
export interface ViewerRights {
  /** Whether a TURN server is there, by which alone an address can be hidden. */
  readonly canHideAddress: boolean;
  /** Whether the link asks for it. */
  readonly isHiddenByLink: boolean;
  readonly hidesAddress: boolean;
  readonly helps: boolean;
  /** Holds for connections that are made from the next load of the page on. */
  hideAddress(isWanted: boolean): boolean;
  help(isWanted: boolean): boolean;
}

/** How a broadcast starts. */
export interface StartOptions {
  /** Continues an earlier broadcast under the same link. */
  resumeId?: string | undefined;
  /** Keeps nothing on this device: no recording, and no key to come back with. */
  isUnrecorded?: boolean;
  /** Only who has the whole link can watch. An earlier broadcast stays what it was. */
  isPrivate?: boolean;
  /** Nobody learns anybody's address: all of it goes by TURN servers. An earlier broadcast stays what it was. */
  isRelayOnly?: boolean;
}

/** Everything the pages need, built once by the composition. */
export interface Lucarne {
  /** Opens the devices and shows the preview; nothing is sent yet. Rejects with a LucarneError. */
  openProgramme(options: ProgrammeOptions): Promise<Programme>;
  /** Goes live with an open programme. Rejects with a LucarneError. */
  startBroadcast(programme: Programme, title: string, options?: StartOptions): Promise<BroadcastSession>;
  /** The public list of what is on. Rejects when its code can't be had. */
  openGuide(): Promise<LiveGuide>;
  /** What the viewer may decide here. Rejects when its code can't be had. */
  openRights(): Promise<ViewerRights>;
  /** Watches a link or a broadcast id. Throws LucarneError 'link-invalid'. */
  watch(link: string, options?: WatchOptions): WatchSession;
  /** The visit of a guest to the broadcast of a link that is watched. Rejects when its code can't be had. */
  visit(link: string, invitation: GuestInvitation | GuestPass, watch: WatchSession): Promise<GuestVisit>;
  readonly recordings: Recordings;
  /** Whether a file is what was broadcast. Rejects with the signal's reason, and when a file can't be read from the disk. */
  verifyRecording(video: Blob, proof: Blob, options?: VerifyOptions): Promise<RecordingVerdict>;
  /** Why this browser can't broadcast or watch, if it can't. */
  supports(): { broadcast: boolean; watch: boolean };
}
