// The broadcaster's side of moderation: makes invitations, hands requests to the desk, and seals for those who hold an invitation
// what waits there.

import { base64 } from '../base/bytes.ts';
import type { Clock, ModeratorKeys, Random, Signer, Verifier } from '../ports.ts';
import { delegationSigned, type SignedAct } from '../room/act-codec.ts';
import { authorOf } from '../room/comment-codec.ts';
import type { DeskState } from '../room/desk-state.ts';
import type { DeskEvent } from '../room/desk.ts';
import { decodeInvitation, encodeInvitation, SECRET_BYTES } from '../room/invitation.ts';
import { takePanel } from '../room/moderators.ts';
import { hashOf } from './act-hash.ts';

/** What an office works with. */
export interface ModeratorOfficeParts {
  clock: Clock;
  random: Random;
  verifier: Verifier;
  /** Of the broadcast. */
  signer: Signer;
  moderatorKeys: ModeratorKeys;
}

/** Works for one desk; `tell` lets something happen there. */
export class ModeratorOffice {
  readonly #parts: ModeratorOfficeParts;
  readonly #desk: DeskState;
  readonly #tell: (event: DeskEvent) => void;
  #isSealing = false;

  constructor(parts: ModeratorOfficeParts, desk: DeskState, tell: (event: DeskEvent) => void) {
    this.#parts = parts;
    this.#desk = desk;
    this.#tell = tell;
  }

  /** Makes an invitation, which counts from now on. */
  async invite(name: string): Promise<void> {
    const { random, signer, moderatorKeys } = this.#parts;
    const { broadcastId } = signer;
    const secret = random.bytes(SECRET_BYTES);
    const { publicKey } = await moderatorKeys.signerOf(broadcastId, secret);
    const delegation = await signer.sign('delegate', delegationSigned(broadcastId, publicKey));
    const invitation = encodeInvitation({ secret, delegation });
    this.#tell({ type: 'delegate', moderator: { author: authorOf(publicKey), name, invitation } });
  }

  /** A request whose signatures were checked. */
  async hear(act: SignedAct): Promise<void> {
    const { kind, author, seen, target } = act;
    const hash = await hashOf(this.#parts.verifier, act.bytes);
    this.#tell({ type: 'act', act: { kind, author, seen, target, hash } });
  }

  /** To be called every 50 ms or so. */
  tick(): void {
    if (this.#isSealing) return;
    const plain = takePanel(this.#desk, this.#parts.clock.nowMs());
    if (plain) void this.#seal(plain);
  }

  async #seal(plain: NonNullable<ReturnType<typeof takePanel>>): Promise<void> {
    this.#isSealing = true;
    const { signer, moderatorKeys } = this.#parts;
    const { moderators } = this.#desk;
    const secrets = moderators.flatMap(({ invitation }) => decodeInvitation(invitation)?.secret ?? []);
    const sealed = await moderatorKeys.seal(signer.broadcastId, secrets, plain);
    this.#isSealing = false;
    // Whoever was revoked meanwhile could still read it; the next one is due at once.
    if (this.#desk.moderators === moderators) this.#tell({ type: 'sealed', sealed: base64(sealed) });
  }
}
