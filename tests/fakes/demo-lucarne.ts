// A Lucarne without a network, for looking at the pages: every state can be asked for, and then driven by hand.
// It paints a picture of its own, so that pages can be judged with something on the screen.

import { LucarneError } from '../../src/base/errors.ts';
import type { FaultCode } from '../../src/base/errors.ts';
import { parseLink } from '../../src/base/link.ts';
import type { Place } from '../../src/guide/entry.ts';
import { DemoCopy } from './demo-copy.ts';
import { DemoStage, DemoVisit, type DemoGuestFacts } from './demo-guests.ts';
import { demoReport } from './demo-report.ts';
import { DemoRoom, type DemoRoomFacts } from './demo-room.ts';
import type { Programme, ProgrammeOptions } from '../../src/ports.ts';
import type { GuestVisit } from '../../src/session/guest-api.ts';
import { LucarneSessionChanged } from '../../src/session/session-api.ts';
import type {
  AirReport,
  AirStretch,
  BroadcastSession,
  BroadcastState,
  BroadcastStats,
  BroadcastWarning,
  Lucarne,
  ExportWishes,
  Listing,
  ListingState,
  LiveEntry,
  LiveGuide,
  LockReason,
  RecordingFile,
  RecordingGap,
  RecordingSummary,
  RecordingVerdict,
  Recordings,
  VerifyOptions,
  ViewerRights,
  WatchOptions,
  WatchSession,
  WatchState,
  WatchStats,
} from '../../src/session/session-api.ts';

/** A broadcast id for demonstrations. */
export const DEMO_ID = 'lucarne2demo3broadcast4567';
/** A key for demonstrations. */
const DEMO_KEY = 'private2demo3key4lucarnea'.padEnd(26, 'a');

/** What a demonstration shows. */
export interface DemoWishes {
  openFault?: FaultCode;
  startFault?: FaultCode;
  watchState?: WatchState;
  waitingBehind?: number;
  watchFault?: FaultCode;
  freshness?: WatchSession['freshness'];
  isSoundBlocked?: boolean;
  aspect?: number;
  warning?: BroadcastWarning;
  minutesLeft?: number;
  recordings?: RecordingSummary[];
  /** Gaps of each exported file; absent: one file without any. */
  gaps?: RecordingGap[][];
  /** What is in the room; absent: it isn't loaded yet. */
  room?: Partial<DemoRoomFacts>;
  /** How far an export gets, 0 to 1, and goes no further; absent: it ends at once. */
  exportShare?: number;
  /** Whether exports with AAC are offered. */
  offersAac?: boolean;
  /** Space left for more. */
  leftBytes?: number;
  isUnsupported?: boolean;
  /** What is on the public list; absent: there is no list. */
  entries?: Omit<LiveEntry, 'still'>[];
  listing?: { state: ListingState; place?: Place };
  isPrivate?: boolean;
  /** Of a private broadcast that can't be opened. */
  lock?: LockReason;
  rights?: Partial<ViewerRights>;
  /** Of a guest, in the studio and on the watch page. */
  guests?: Partial<DemoGuestFacts>;
  /** How a verification ends; absent: it doesn't. */
  verdict?: RecordingVerdict;
}

/** A recording as lists show it. */
export function demoRecording(changes: Partial<RecordingSummary> = {}): RecordingSummary {
  return {
    id: DEMO_ID,
    isCopy: false,
    title: 'Sunrise over the harbour',
    startedAtMs: Date.UTC(2026, 4, 3, 5, 40),
    durationMs: 42 * 60_000 + 7000,
    bytes: 812_000_000,
    refilledMs: 0,
    isComplete: true,
    isLive: false,
    ...changes,
  };
}

/** What a verification may say. */
export function demoVerdict(changes: Partial<RecordingVerdict> = {}): RecordingVerdict {
  const fromMs = Date.UTC(2026, 4, 3, 5, 40);
  return {
    ...{ is: 'whole', broadcastId: DEMO_ID, title: 'Sunrise over the harbour', pieces: [] },
    ...{ fromMs, toMs: fromMs + 42 * 60_000 + 7000, ...changes },
  } as RecordingVerdict;
}

/** A painted picture: dawn over the sea. */
export function demoPicture(width: number, height: number): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const pen = canvas.getContext('2d')!;
  const fill = (x: number, y: number, w: number, h: number, ...colours: string[]): void => {
    const gradient = pen.createLinearGradient(0, y, 0, y + h);
    colours.forEach((colour, i) => gradient.addColorStop(i / (colours.length - 1), colour));
    pen.fillStyle = gradient;
    pen.fillRect(x, y, w, h);
  };
  const horizon = height * 0.62;
  fill(0, 0, width, horizon, '#20356b', '#8a6a9c', '#f08f78', '#ffd08a');
  fill(0, horizon, width, height - horizon, '#d9866f', '#3b4a7c', '#16204a');
  pen.fillStyle = '#fff0cf';
  pen.beginPath();
  pen.arc(width * 0.62, horizon, Math.min(width, height) * 0.09, Math.PI, 0);
  pen.fill();
  for (let i = 0; i < 14; i++) {
    const y = horizon + ((height - horizon) * i) / 15 + 6;
    pen.fillStyle = `rgba(255, 226, 170, ${0.5 - i * 0.03})`;
    pen.fillRect(width * 0.62 - (18 + i * 5 * (1 + (i % 3))) / 2, y, 18 + i * 5 * (1 + (i % 3)), 3);
  }
  pen.fillStyle = '#141b3c';
  pen.beginPath();
  pen.moveTo(0, horizon);
  pen.lineTo(width * 0.1, horizon - height * 0.09);
  pen.lineTo(width * 0.24, horizon - height * 0.03);
  pen.lineTo(width * 0.38, horizon);
  pen.fill();
  return canvas;
}

class DemoProgramme implements Programme {
  guest: MediaStream | undefined;
  inset: MediaStream | undefined;
  readonly preview: HTMLCanvasElement = demoPicture(1280, 720);
  readonly videoFrames = 0;
  options: ProgrammeOptions;
  readonly hasSound = true;
  isMuted = false;
  isHidden = false;
  bitrateShare = 1;
  isOpen = true;
  /** Called when the lost picture is asked for again. */
  restored = (): void => undefined;
  constructor(options: ProgrammeOptions) {
    this.options = options;
  }
  change(options: ProgrammeOptions): Promise<void> {
    this.options = options;
    return Promise.resolve();
  }
  restorePicture(): Promise<void> {
    this.restored();
    return Promise.resolve();
  }
  start(): void {
    // Nothing is encoded in a demonstration.
  }
  sketch(): void {
    // As above.
  }
  requestKey(): void {
    // As above.
  }
  close(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }
}

/** A broadcast whose every property can be set; `change` tells the page. */
export class DemoBroadcast extends EventTarget implements BroadcastSession {
  state: BroadcastState = 'live';
  readonly broadcastId = DEMO_ID;
  isPrivate = false;
  viewers = 1284;
  startedAtMs: number | undefined = Date.now() - 754_000;
  warning: BroadcastWarning | undefined;
  recordingMinutesLeft: number | undefined;
  refilledMs = 0;
  failure: Error | undefined;
  readonly room = new DemoRoom();
  guests = new DemoStage();
  listing: Listing | undefined = this.#listingOf('off', undefined);
  readonly programme: Programme;
  title: string;

  constructor(programme: Programme, title: string) {
    super();
    this.programme = programme;
    this.title = title;
    if (programme instanceof DemoProgramme) programme.restored = () => this.change({ warning: undefined });
  }

  get link(): string {
    return `https://lucarne.example/#/${DEMO_ID}${this.isPrivate ? `/${DEMO_KEY}` : ''}`;
  }

  get stretch(): AirStretch | undefined {
    return demoReport(DEMO_ID, this.title).stretches[0];
  }

  get isPictureLost(): boolean {
    return this.warning === 'video-lost';
  }

  change(changes: Partial<Pick<DemoBroadcast, 'state' | 'viewers' | 'warning' | 'failure'>>): void {
    Object.assign(this, changes);
    this.dispatchEvent(new LucarneSessionChanged());
  }

  setTitle(title: string): void {
    this.title = title;
    this.change({});
  }

  /** Puts it on the list, or says why not. */
  list(state: ListingState, place?: Place): void {
    this.listing = this.#listingOf(state, place);
    this.change({});
  }

  #listingOf(state: ListingState, place: Place | undefined): Listing {
    return {
      ...{ state, place },
      show: (isWanted) => this.list(isWanted ? 'listed' : 'off', place),
      setPlace: (next) => this.list(state, next),
    };
  }

  async stop(): Promise<void> {
    this.change({ state: 'stopping' });
    await this.programme.close();
    this.change({ state: 'stopped' });
  }

  getStats(): Promise<BroadcastStats> {
    const { state, broadcastId, viewers } = this;
    const none = {
      epoch: 1,
      depth: 0,
      childIds: [],
      videoFrames: 0,
      bytesRelayed: 0,
      recordedSeq: -1,
    } as const;
    return Promise.resolve({ ...none, childIds: [], state, broadcastId, viewers, group: null });
  }
}

/** A watch whose every property can be set; `change` tells the page. */
export class DemoWatch extends EventTarget implements WatchSession {
  state: WatchState = 'live';
  readonly broadcastId: string = DEMO_ID;
  title = 'Sunrise over the harbour';
  viewers = 1284;
  hasTwin = false;
  aspect: number | undefined = 16 / 9;
  isSignalingLost = false;
  waitingBehind: number | undefined;
  freshness: WatchSession['freshness'];
  hasPicture = true;
  isSoundBlocked = false;
  failure: Error | undefined;
  lock: LockReason | undefined;
  relaying = true;
  paused = false;
  isClosed = false;
  rewound: WatchSession['rewound'];
  room: DemoRoom | undefined;
  readonly element: HTMLElement;
  #muted = false;
  #volume = 1;

  constructor(wishes: DemoWishes) {
    super();
    this.state = wishes.watchState ?? 'live';
    this.hasPicture = this.state === 'live' || this.state === 'reconnecting' || this.state === 'ended';
    if (!this.hasPicture) this.title = '';
    this.isSoundBlocked = wishes.isSoundBlocked ?? false;
    this.aspect = wishes.aspect ?? 16 / 9;
    this.waitingBehind = wishes.waitingBehind;
    this.freshness = wishes.freshness ?? { is: 'live', behindS: 0 };
    this.lock = wishes.lock;
    if (wishes.watchFault) this.failure = new LucarneError(wishes.watchFault);
    if (wishes.room) this.room = Object.assign(new DemoRoom(), wishes.room);
    this.element = demoPicture(Math.round(720 * this.aspect), 720);
  }

  get muted(): boolean {
    return this.#muted;
  }
  set muted(muted: boolean) {
    this.#muted = muted;
    if (!muted) this.isSoundBlocked = false;
    this.change({});
  }
  get volume(): number {
    return this.#volume;
  }
  set volume(volume: number) {
    this.#volume = volume;
    this.change({});
  }

  change(
    changes: Partial<
      Pick<
        DemoWatch,
        'state' | 'viewers' | 'hasPicture' | 'title' | 'paused' | 'failure' | 'waitingBehind' | 'hasTwin'
      >
    >,
  ): void {
    Object.assign(this, changes);
    this.dispatchEvent(new LucarneSessionChanged());
  }
  play(): void {
    this.change({ paused: false });
  }
  pause(): void {
    this.change({ paused: true });
  }
  rewindTo(behindMs: number): Promise<void> {
    this.rewound = behindMs > 0 ? { behindMs: Math.min(behindMs, 176_000), reachMs: 176_000 } : undefined;
    this.freshness = { is: behindMs > 0 ? 'behind' : 'live', behindS: Math.round(behindMs / 1000) };
    this.change({});
    return Promise.resolve();
  }
  copyPictures(to: WritableStream<VideoFrame>): void {
    const writer = to.getWriter();
    const frame = new VideoFrame(this.element as HTMLCanvasElement, { timestamp: 0 });
    writer.write(frame).catch(() => frame.close());
  }
  keepCopy(): Promise<DemoCopy> {
    return Promise.resolve(new DemoCopy());
  }
  close(): void {
    this.isClosed = true;
  }
  getStats(): Promise<WatchStats> {
    return Promise.reject(new Error('a demonstration measures nothing'));
  }
}

class DemoRecordings implements Recordings {
  #all: RecordingSummary[];
  readonly #leftBytes: number;
  readonly #gaps: RecordingGap[][];
  readonly #offersAac: boolean;
  readonly #exportShare: number | undefined;
  /** What the newest export was asked for. */
  exportedWith: ExportWishes | undefined;
  constructor({ recordings = [], leftBytes = 8_500_000_000, gaps = [[]], ...more }: DemoWishes) {
    const { offersAac = false, exportShare } = more;
    this.#exportShare = exportShare;
    this.#offersAac = offersAac;
    this.#all = recordings;
    this.#leftBytes = leftBytes;
    this.#gaps = gaps;
  }
  list(): Promise<RecordingSummary[]> {
    return Promise.resolve([...this.#all]);
  }
  exportFiles(id: string, wishes: ExportWishes): Promise<RecordingFile[]> {
    this.exportedWith = wishes;
    wishes.progress(this.#exportShare ?? 1);
    if (this.#exportShare !== undefined) return new Promise(() => undefined);
    const discard = () => Promise.resolve();
    const demoFile = (gaps: RecordingGap[], i: number): RecordingFile => {
      const name = `lucarne-${id}${i === 0 ? '' : `-${i + 1}`}`;
      const proof = { name: `${name}.proof`, file: new Blob(['demo']) };
      return { name: `${name}.mp4`, file: new Blob(['demo']), gaps, proof, discard };
    };
    return Promise.resolve(this.#gaps.map(demoFile));
  }
  offersAac(): Promise<boolean> {
    return Promise.resolve(this.#offersAac);
  }
  fileName(id: string): Promise<string> {
    return Promise.resolve(`lucarne-${id}.mp4`);
  }
  still(): Promise<Blob | undefined> {
    return new Promise((resolve) =>
      demoPicture(480, 270).toBlob((picture) => resolve(picture ?? undefined), 'image/jpeg'),
    );
  }
  report({ id, title }: Pick<RecordingSummary, 'id' | 'title'>): Promise<AirReport | undefined> {
    return Promise.resolve(demoReport(id, title));
  }
  rename(id: string, title: string): Promise<void> {
    this.#all = this.#all.map((one) => (one.id === id ? { ...one, title } : one));
    return Promise.resolve();
  }
  space(): Promise<{ usedBytes: number; leftBytes: number }> {
    return Promise.resolve({ usedBytes: 1_700_000_000, leftBytes: this.#leftBytes });
  }
  delete(id: string): Promise<void> {
    this.#all = this.#all.filter((recording) => recording.id !== id);
    return Promise.resolve();
  }
}

/** The whole of it. What was opened last stands in `broadcast`, `watched` and `opened`. */
export class DemoLucarne implements Lucarne {
  readonly recordings: DemoRecordings;
  readonly opened: ProgrammeOptions[] = [];
  broadcast: DemoBroadcast | undefined;
  watched: DemoWatch | undefined;
  readonly watchedWith: (WatchOptions & { link: string })[] = [];
  readonly #wishes: DemoWishes;

  constructor(wishes: DemoWishes = {}) {
    this.#wishes = wishes;
    this.recordings = new DemoRecordings(wishes);
  }

  openProgramme(options: ProgrammeOptions): Promise<Programme> {
    this.opened.push(options);
    const { openFault } = this.#wishes;
    const isRefused = openFault !== undefined && options.source !== 'testcard';
    return isRefused
      ? Promise.reject(new LucarneError(openFault))
      : Promise.resolve(new DemoProgramme(options));
  }

  startBroadcast(programme: Programme, title: string): Promise<BroadcastSession> {
    if (this.#wishes.startFault) return Promise.reject(new LucarneError(this.#wishes.startFault));
    this.broadcast = new DemoBroadcast(programme, title);
    this.broadcast.warning = this.#wishes.warning;
    this.broadcast.isPrivate = this.#wishes.isPrivate ?? false;
    if (this.broadcast.isPrivate) this.broadcast.listing = undefined;
    Object.assign(this.broadcast.room, this.#wishes.room);
    this.broadcast.guests = new DemoStage(this.#wishes.guests);
    const { listing } = this.#wishes;
    if (listing) this.broadcast.list(listing.state, listing.place);
    this.broadcast.recordingMinutesLeft = this.#wishes.minutesLeft;
    return Promise.resolve(this.broadcast);
  }

  openRights(): Promise<ViewerRights> {
    const rights = { canHideAddress: true, isHiddenByLink: false, hidesAddress: false, helps: true };
    const set = (change: Partial<ViewerRights>): boolean => Boolean(Object.assign(all, change));
    const all: ViewerRights = {
      ...{ ...rights, ...this.#wishes.rights },
      hideAddress: (hidesAddress) => set({ hidesAddress }),
      help: (helps) => set({ helps }),
    };
    return Promise.resolve(all);
  }

  openGuide(): Promise<LiveGuide> {
    const still = (): Promise<Blob | undefined> => this.recordings.still();
    const entries = this.#wishes.entries?.map((entry) => ({ ...entry, stillId: entry.broadcastId, still }));
    return Promise.resolve({ entries: () => Promise.resolve(entries) });
  }

  watch(link: string, options: WatchOptions = {}): WatchSession {
    this.watchedWith.push({ link, ...options });
    if (!parseLink(link).ok) throw new LucarneError('link-invalid');
    this.watched = new DemoWatch(this.#wishes);
    return this.watched;
  }

  visit(): Promise<GuestVisit> {
    return Promise.resolve(new DemoVisit(this.#wishes.guests));
  }

  verifyRecording(_video: Blob, _proof: Blob, options: VerifyOptions = {}): Promise<RecordingVerdict> {
    const { progress, signal } = options;
    progress?.(0.42);
    const { verdict } = this.#wishes;
    if (verdict) return Promise.resolve(verdict);
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
    });
  }

  supports(): { broadcast: boolean; watch: boolean } {
    const isSupported = this.#wishes.isUnsupported !== true;
    return { broadcast: isSupported, watch: isSupported };
  }
}
