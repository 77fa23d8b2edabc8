// The room of a moderator: what waits at the desk, opened with the secret of the invitation, and requests to the broadcaster, each sent
// again until a room packet quotes it. A chunk of its own: few viewers are ever invited.

import { base64Bytes, concatBytes, type Bytes } from '../base/bytes.ts';
import type { ModeratorKeys, Signer, Stop } from '../ports.ts';
import { actSigned, delegationSigned, encodeActBody, type Act, type ActKind } from '../room/act-codec.ts';
import { authorOf } from '../room/comment-codec.ts';
import type { HeldComment } from '../room/desk-state.ts';
import { decodeInvitation, type Invitation } from '../room/invitation.ts';
import { decodePanel, type ModeratorsPanel } from '../room/panel-codec.ts';
import type { ReportedComment } from '../room/reports.ts';
import { ACT_ECHO_MS, ACT_TRIES_MAX } from '../room/room-limits.ts';
import type { RoomBoard, RoomComment, RoomMode, RoomPacket } from '../room/room-packet.ts';
import { hashOf } from './act-hash.ts';
import { LucarneRoomChanged, type ModeratorRoom, type ModeratorStanding, type Room } from './room-api.ts';
import type { CarrierParts } from './room-edges.ts';

const TICK_MS = 100;
/** Requests on their way at once: more than hands make in the seconds that they have. */
const PENDING_MAX = 64;
const EMPTY: ModeratorsPanel = { held: [], more: 0, reported: [], canUndoShield: false };

/** What the viewer's room is for the moderator's. */
export interface ModeratorSeat extends CarrierParts {
  /** What everybody sees. */
  room: Room;
  /** What the room packets of this epoch say; the epoch is 0 before the first. */
  told(): { epoch: number; newestN: number; isWhole: boolean; moderators: ReadonlySet<string> };
  /** Sends a request up; `isAgain`: through a standby, if there is one. */
  send(act: Bytes, isAgain: boolean): void;
}

interface Pending {
  act: Act;
  bytes: Bytes;
  sentMs: number;
  tries: number;
}

/** Takes a seat with an invitation; undefined when that isn't one for this broadcast. */
export async function openModerator(
  seat: ModeratorSeat,
  keys: ModeratorKeys,
  text: string,
): Promise<LiveModerator | undefined> {
  const invitation = decodeInvitation(text);
  const rootKey = seat.edges.publicKey;
  if (!invitation || !rootKey) return undefined;
  const { broadcastId, verifier } = seat;
  const signer = await keys.signerOf(broadcastId, invitation.secret);
  const statement = delegationSigned(broadcastId, signer.publicKey);
  // A hop would cut us off for a false one.
  const isGenuine = await verifier.verify('delegate', rootKey, statement, invitation.delegation);
  return isGenuine ? new LiveModerator(seat, keys, signer, invitation) : undefined;
}

/** Lives as long as the watch. */
export class LiveModerator extends EventTarget implements ModeratorRoom {
  readonly #seat: ModeratorSeat;
  readonly #keys: ModeratorKeys;
  readonly #signer: Signer;
  readonly #author: string;
  readonly #invitation: Invitation;
  readonly #stopTicks: Stop;
  /** By hash. */
  readonly #pending = new Map<string, Pending>();
  #standing: ModeratorStanding = 'checking';
  #panel = EMPTY;
  #panelAt = { epoch: 0, n: -1 };
  #lost = 0;

  constructor(seat: ModeratorSeat, keys: ModeratorKeys, signer: Signer, invitation: Invitation) {
    super();
    this.#seat = seat;
    this.#keys = keys;
    this.#signer = signer;
    this.#author = authorOf(signer.publicKey);
    this.#invitation = invitation;
    this.#stopTicks = seat.clock.every(TICK_MS, () => this.#tick());
    this.#followStanding();
  }

  get standing(): ModeratorStanding {
    return this.#standing;
  }

  get mode(): RoomMode {
    return this.#seat.room.mode;
  }

  get comments(): readonly RoomComment[] {
    return this.#seat.room.comments;
  }

  get board(): RoomBoard {
    return this.#seat.room.board;
  }

  get held(): readonly HeldComment[] {
    return this.#panel.held;
  }

  get heldBesides(): number {
    return this.#panel.more;
  }

  get reported(): readonly ReportedComment[] {
    return this.#panel.reported;
  }

  get canUndoShield(): boolean {
    return this.#panel.canUndoShield;
  }

  get lost(): number {
    return this.#lost;
  }

  isAsked(id: number): boolean {
    return [...this.#pending.values()].some(({ act }) => act.target === id && id !== 0);
  }

  hide(id: number): void {
    this.#ask('hide', id);
  }

  mute(id: number): void {
    this.#ask('mute', id);
  }

  approve(id: number): void {
    this.#ask('approve', id);
  }

  dismiss(id: number): void {
    this.#ask('dismiss', id);
  }

  keep(id: number): void {
    this.#ask('keep', id);
  }

  pin(id: number | null): void {
    this.#ask('pin', id ?? 0);
  }

  shield(): void {
    this.#ask('shield', 0);
  }

  undoShield(): void {
    this.#ask('undo-shield', 0);
  }

  /** A room packet that the room has taken in. */
  show(epoch: number, packet: RoomPacket): void {
    for (const hash of packet.acts ?? []) this.#pending.delete(hash);
    this.#followStanding();
    const isNewer =
      epoch > this.#panelAt.epoch || (epoch === this.#panelAt.epoch && packet.n > this.#panelAt.n);
    if (packet.sealed !== undefined && isNewer && this.#standing === 'in-force')
      void this.#open({ epoch, n: packet.n }, packet.sealed);
    this.#changed();
  }

  close(): void {
    this.#stopTicks();
  }

  /** Between two epochs nobody knows yet: it stays as it was. */
  #followStanding(): void {
    const { moderators, isWhole } = this.#seat.told();
    if (moderators.has(this.#author)) this.#standing = 'in-force';
    else if (isWhole) this.#leave();
  }

  #leave(): void {
    this.#standing = 'revoked';
    this.#panel = EMPTY;
    this.#pending.clear();
  }

  async #open(at: { epoch: number; n: number }, sealed: string): Promise<void> {
    this.#panelAt = at;
    const bytes = base64Bytes(sealed);
    const { broadcastId } = this.#seat;
    const plain = bytes && (await this.#keys.open(broadcastId, this.#invitation.secret, bytes));
    const panel = plain && decodePanel(plain);
    // A newer one may have come meanwhile.
    if (!panel || this.#panelAt !== at || this.#standing !== 'in-force') return;
    this.#panel = panel;
    this.#changed();
  }

  #ask(kind: ActKind, target: number): void {
    if (this.#standing !== 'in-force' || this.#pending.size >= PENDING_MAX) return;
    void this.#request(kind, target, 1);
  }

  async #request(kind: ActKind, target: number, tries: number): Promise<void> {
    const { clock, random, verifier, broadcastId } = this.#seat;
    const { epoch, newestN } = this.#seat.told();
    const nonce = new DataView(random.bytes(4).buffer).getUint32(0);
    const act: Act = { kind, epoch, seen: Math.max(0, newestN), nonce, target };
    const body = encodeActBody(act, this.#signer.publicKey);
    const signature = await this.#signer.sign('act', actSigned(broadcastId, body));
    const bytes = concatBytes(body, signature, this.#invitation.delegation);
    const hash = await hashOf(verifier, bytes);
    if (this.#standing !== 'in-force') return;
    this.#pending.set(hash, { act, bytes, sentMs: clock.nowMs(), tries });
    this.#seat.send(bytes, false);
    this.#changed();
  }

  #tick(): void {
    const nowMs = this.#seat.clock.nowMs();
    for (const [hash, pending] of this.#pending)
      if (nowMs - pending.sentMs >= ACT_ECHO_MS) this.#again(hash, pending, nowMs);
  }

  #again(hash: string, pending: Pending, nowMs: number): void {
    const { act, bytes, tries } = pending;
    if (tries >= ACT_TRIES_MAX) {
      this.#pending.delete(hash);
      this.#lost++;
      this.#changed();
      return;
    }
    if (act.epoch !== this.#seat.told().epoch) {
      // The broadcaster has begun anew meanwhile, and hears nothing of before.
      this.#pending.delete(hash);
      void this.#request(act.kind, act.target, tries + 1);
      return;
    }
    Object.assign(pending, { tries: tries + 1, sentMs: nowMs });
    // In turn, since one of the two ways may be the broken one.
    this.#seat.send(bytes, tries % 2 === 1);
  }

  #changed(): void {
    this.dispatchEvent(new LucarneRoomChanged());
  }
}
