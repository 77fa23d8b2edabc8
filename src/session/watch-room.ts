// The room of a viewer: shows what the broadcaster lets through, says what the viewer says, and carries up what comes from below.
// A chunk of its own: the watch page loads it once there is a picture.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import type { EpochCipher, Signer, Stop } from '../ports.ts';
import { fullAllowance, refill, take } from '../base/allowance.ts';
import { decodeSaid, encodeSaidBody, saidSigned, authorOf } from '../room/comment-codec.ts';
import type { Said, SignedSaid } from '../room/comment-codec.ts';
import { KEY_COMMENTS_BURST, KEY_COMMENTS_PER_SECOND, SLOW_MS } from '../room/room-limits.ts';
import { decodeRoomPacket, type RoomBoard, type RoomComment, type RoomMode } from '../room/room-packet.ts';
import { RoomView } from '../room/room-view.ts';
import { encodeSaidText } from '../room/sealed-text.ts';
import { cleanComment, cleanName } from '../room/text-rules.ts';
import type { GuestPass } from './guest-api.ts';
import { passByComment } from './guest-knock.ts';
import type { LiveModerator, ModeratorSeat } from './moderator-room.ts';
import { LucarneRoomChanged, type ModeratorRoom, type SayResult, type WatchRoom } from './room-api.ts';
import { isQuality } from '../overlay/quality-type.ts';
import { QualityCarrier, type SeenSoFar } from './quality-carrier.ts';
import { RoomCarrier } from './room-carrier.ts';
import type { CarrierParts } from './room-edges.ts';
import type { WatchSession } from './session-api.ts';
import { TicketHolder } from './ticket-holder.ts';
import type { TicketRequestParts } from './ticket-request.ts';

const TICK_MS = 50;
/** What was said so long ago, ms, isn't said again to a new parent. */
const RESEND_MS = 5000;
const RESEND_MAX = 4;

/** What the room asks of its watch. */
export type Watched = Pick<WatchSession, 'paused' | 'rewound' | 'getStats'>;

/** What the room of a viewer is built from. */
export interface WatchRoomParts extends CarrierParts, TicketRequestParts {
  /** Makes the key that comments of this broadcast are signed with. */
  makeSigner(): Promise<Signer>;
  /** Fetches a moderator's code, and takes the seat; absent: nobody moderates here. */
  openModerator?(seat: ModeratorSeat, invitation: string): Promise<LiveModerator | undefined>;
  /** Whose picture is to be judged; absent: there is none. */
  watch?: Watched | undefined;
}

/** Lives as long as the watch. */
export class LiveWatchRoom extends EventTarget implements WatchRoom {
  readonly #parts: WatchRoomParts;
  readonly #carrier: RoomCarrier;
  readonly #quality: QualityCarrier;
  readonly #allowance;
  readonly #stopTicks: Stop;
  readonly #ticket: TicketHolder;
  #view = new RoomView();
  #epoch = 0;
  /** Of this epoch, when the broadcast is private. */
  #cipher: EpochCipher | undefined;
  #signer: Promise<Signer> | undefined;
  /** Who has said something here, from then on, and how the room calls it. */
  #speaker: Signer | undefined;
  #author: string | undefined;
  #counter = 0;
  #slowUntilMs = -Infinity;
  #parent: string | null = null;
  /** What was said lately, in case our parent goes before it has passed it on. */
  #recent: { said: SignedSaid; atMs: number }[] = [];
  #joined = 0;
  /** Own hearts that aren't in the broadcaster's sum yet, as far as we can tell. */
  #ownHearts = 0;
  #isChangeDue = false;
  #guestPass: GuestPass | undefined;
  #moderator: LiveModerator | undefined;

  constructor(parts: WatchRoomParts) {
    super();
    this.#parts = parts;
    this.#carrier = new RoomCarrier(parts);
    const { watch } = parts;
    this.#quality = new QualityCarrier({ ...parts, ...(watch && { see: () => seenBy(watch) }) });
    this.#ticket = new TicketHolder(parts);
    this.#allowance = fullAllowance(KEY_COMMENTS_BURST, parts.clock.nowMs());
    this.#stopTicks = parts.clock.every(TICK_MS, () => this.#tick());
  }

  get mode(): RoomMode {
    return this.#view.mode;
  }

  get hearts(): number {
    return this.#view.hearts + this.#ownHearts;
  }

  get leftOut(): number {
    return this.#view.leftOut;
  }

  get comments(): readonly RoomComment[] {
    return this.#view.comments;
  }

  get board(): RoomBoard {
    return this.#view.board;
  }

  get mayKeep(): boolean {
    return this.#view.mayKeep;
  }

  /** As it was changed on air; undefined: as the config says. */
  get title(): string | undefined {
    return this.#view.title;
  }

  get joined(): number {
    return this.#joined;
  }

  get author(): string | undefined {
    return this.#author;
  }

  get guestPass(): GuestPass | undefined {
    return this.#guestPass;
  }

  get waitMs(): number {
    const nowMs = this.#parts.clock.nowMs();
    refill(this.#allowance, nowMs, KEY_COMMENTS_PER_SECOND, KEY_COMMENTS_BURST);
    const keyMs = Math.max(0, ((1 - this.#allowance.left) / KEY_COMMENTS_PER_SECOND) * 1000);
    return this.mode === 'slow' ? Math.max(keyMs, this.#slowUntilMs - nowMs) : keyMs;
  }

  /** A message of a child; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    return isQuality(bytes) ? this.#quality.receive(edge, bytes) : this.#carrier.receive(edge, bytes);
  }

  /** The payload of a checked `room` packet; `cipher`: of its epoch, when the broadcast is private. */
  show(epoch: number, payload: Bytes, cipher?: EpochCipher): void {
    const packet = decodeRoomPacket(payload);
    if (!packet.ok || epoch < this.#epoch) return;
    if (epoch > this.#epoch) [this.#epoch, this.#view, this.#cipher] = [epoch, new RoomView(), cipher];
    const before = this.#view.hearts;
    this.#joined += this.#view.apply(packet.value).joined;
    this.#ownHearts = Math.max(0, this.#ownHearts - Math.max(0, this.#view.hearts - before));
    this.#carrier.follow(epoch, this.#view.mode, this.#view.muted);
    this.#carrier.acts.follow(epoch, this.#view.moderators);
    this.#moderator?.show(epoch, packet.value);
    this.#followGuest();
    this.#changed();
  }

  comment(text: string, name: string): Promise<SayResult> {
    return this.#sayText('comment', text, name);
  }

  ask(text: string, name: string): Promise<SayResult> {
    return this.#sayText('question', text, name);
  }

  async vote(id: number): Promise<SayResult> {
    return this.#say({ kind: 'vote', target: id, name: '', text: '' });
  }

  async report(id: number, reason: string): Promise<SayResult> {
    const text = cleanComment(reason);
    if (!text.ok && text.code !== 'blank') return text;
    return this.#say({ kind: 'report', target: id, name: '', text: text.ok ? text.value : '' });
  }

  heart(): void {
    if (this.mode === 'closed') return;
    this.#ownHearts++;
    this.#carrier.heart();
    this.#changed();
  }

  async moderate(invitation: string): Promise<ModeratorRoom | undefined> {
    const moderator = await this.#parts.openModerator?.(this.#seat(), invitation);
    this.#moderator?.close();
    return (this.#moderator = moderator);
  }

  close(): void {
    this.#moderator?.close();
    this.#stopTicks();
    this.#quality.close();
  }

  #followGuest(): void {
    const { guest } = this.#view;
    if (!guest || !this.#speaker || guest.by !== this.#author) this.#guestPass = undefined;
    else if (this.#guestPass?.seat !== guest.seat)
      this.#guestPass = passByComment(this.#speaker, this.#parts.broadcastId, guest.seat);
  }

  #seat(): ModeratorSeat {
    return {
      ...this.#parts,
      room: this,
      told: () => {
        const { newestN, isWhole, moderators } = this.#view;
        return { epoch: this.#epoch, newestN, isWhole, moderators };
      },
      send: (act, isAgain) => this.#carrier.acts.send(act, isAgain),
    };
  }

  async #sayText(kind: 'comment' | 'question', raw: string, rawName: string): Promise<SayResult> {
    const text = cleanComment(raw);
    const name = cleanName(rawName);
    if (!text.ok) return text;
    if (!name.ok) return name;
    const { waitMs } = this;
    if (waitMs > 0) return { ok: false, code: 'too-soon', waitMs };
    const result = await this.#say({ kind, target: 0, name: name.value, text: text.value });
    if (result.ok) this.#slowUntilMs = this.#parts.clock.nowMs() + SLOW_MS;
    return result;
  }

  async #say(said: Omit<Said, 'epoch' | 'counter'>): Promise<SayResult> {
    const isShut = this.mode === 'closed' || this.mode === 'hearts' || this.#epoch === 0;
    if (isShut && said.kind !== 'report') return { ok: false, code: 'closed' };
    const nowMs = this.#parts.clock.nowMs();
    if (!take(this.#allowance, nowMs, KEY_COMMENTS_PER_SECOND, KEY_COMMENTS_BURST))
      return { ok: false, code: 'too-soon', waitMs: this.waitMs };
    const numbered = { ...said, epoch: this.#epoch, counter: ++this.#counter };
    const signed = await this.#sign(numbered, this.#cipher);
    void this.#sendUp(signed, await this.#ownSigner());
    this.#changed();
    return { ok: true };
  }

  /** With the ticket, once that is there. */
  async #sendUp(signed: SignedSaid, signer: Signer): Promise<void> {
    const ticket = await this.#ticket.of(signer);
    const said = ticket ? readOwn(concatBytes(signed.bytes, ticket)) : signed;
    this.#carrier.say(said);
    this.#recent = [...this.#recent, { said, atMs: this.#parts.clock.nowMs() }].slice(-RESEND_MAX);
  }

  #ownSigner(): Promise<Signer> {
    return (this.#signer ??= this.#parts.makeSigner());
  }

  async #sign(said: Said, cipher: EpochCipher | undefined): Promise<SignedSaid> {
    const signer = await this.#ownSigner();
    const { publicKey } = signer;
    this.#speaker = signer;
    this.#author = authorOf(publicKey);
    const sealed = await cipher?.sealSaid(publicKey, said.counter, encodeSaidText(said));
    const body = encodeSaidBody(said, publicKey, sealed);
    const signature = await signer.sign('comment', saidSigned(this.#parts.broadcastId, body));
    return readOwn(concatBytes(body, signature));
  }

  #tick(): void {
    const { parent } = this.#parts.edges.neighbours();
    this.#carrier.tick();
    if (parent === this.#parent || parent === null) return;
    const nowMs = this.#parts.clock.nowMs();
    const isLater = this.#parent !== null;
    this.#parent = parent;
    if (!isLater) return;
    for (const { said, atMs } of this.#recent) if (nowMs - atMs < RESEND_MS) this.#carrier.say(said);
  }

  /** Once a turn, however many packets it brought. */
  #changed(): void {
    if (this.#isChangeDue) return;
    this.#isChangeDue = true;
    queueMicrotask(() => {
      this.#isChangeDue = false;
      this.dispatchEvent(new LucarneRoomChanged());
    });
  }
}

async function seenBy(watch: Watched): Promise<SeenSoFar> {
  const stats = await watch.getStats();
  return { ...stats, isWatching: stats.state === 'live' && !watch.paused && !watch.rewound };
}

function readOwn(bytes: Bytes): SignedSaid {
  const signed = decodeSaid(bytes);
  if (!signed.ok) throw new Error(`Broken invariant: what we say ourselves is ${signed.code}`);
  return signed.value;
}
