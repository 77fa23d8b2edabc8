// Finds out whether somebody else is on air with our key. A server that refuses us our own id is a reason to look, not a proof: so we
// watch our own link as any viewer does, and believe what is signed.
//
// Invariants: 1 we say so only after a packet of a later epoch than ours, or of ours and not made here, an answer of another epoch to a nonce
// that we made ourselves, or a notice that names our epoch: none of these exists while we alone hold the key, whatever servers and peers
// do; 2 once said, it is said until the broadcast is over.

import { base64, equalBytes } from '../base/bytes.ts';
import { ID_TAKEN_MS_MAX } from '../base/limits.ts';
import type { GroupCache } from '../feed/group-cache.ts';
import type { Packet } from '../feed/packet.ts';
import type { Rendezvous, Signer } from '../ports.ts';
import type { NodeParts } from './node-parts.ts';
import { PeerNode } from './peer-node.ts';
import { peerIdOf } from './peer-id.ts';
import { readTwinNotice, twinSigned, type TwinNotice } from './twin-message.ts';

/** How long a notice has to reach the server, ms. */
const TELLING_MS_MAX = 4000;

/** What it works with. */
export interface TwinWatchParts extends NodeParts {
  signer: Signer;
  /** Ours. */
  epoch: number;
  /** What we sent last. */
  cache(): GroupCache;
}

/** One broadcaster's watch for another one. */
export class TwinWatch {
  readonly #parts: TwinWatchParts;
  readonly #found: () => void;
  #hasTwin = false;
  #look: PeerNode | undefined;
  #isChecking = false;
  #isClosed = false;

  /** `found` is called once. */
  constructor(parts: TwinWatchParts, found: () => void) {
    this.#parts = parts;
    this.#found = found;
  }

  /** Whether there is one. */
  get hasTwin(): boolean {
    return this.#hasTwin;
  }

  /** A server gives our id to somebody else: is there a broadcast that isn't ours? */
  look(): void {
    if (this.#hasTwin || this.#look || this.#isClosed) return;
    const { clock, random, verifier, edges, openRendezvous, servers, cacheBounds, signer, epoch } =
      this.#parts;
    let heard = epoch;
    const node = new PeerNode(
      { clock, random, verifier, edges, openRendezvous, servers, cacheBounds },
      {
        role: 'viewer',
        peer: peerIdOf(random),
        broadcastId: signer.broadcastId,
        slots: 0,
        seed: random.bytes(16),
      },
      {
        packet: (packet) => {
          heard = packet.header.epoch;
          if (heard > epoch || (heard === epoch && this.#isForeign(packet))) this.#find(heard);
        },
        freshnessChanged: ({ is }) => {
          if (is === 'live' && heard !== epoch) this.#find(heard);
        },
        skipped: () => undefined,
        gaveUp: () => undefined,
        stateChanged: () => undefined,
        parentChanged: () => undefined,
        asked: () => undefined,
      },
    );
    this.#look = node;
    node.start().catch(() => this.#endLook());
    clock.after(ID_TAKEN_MS_MAX, () => this.#endLook());
  }

  /** What came as an offer: it may be the other one's notice. */
  async hear(payload: unknown): Promise<void> {
    const { signer, verifier, epoch } = this.#parts;
    const notice = readTwinNotice(payload);
    if (!notice || this.#hasTwin || this.#isChecking) return;
    const { own, other, signature } = notice;
    // We never say of ourselves that we are another.
    if (other !== epoch || own === epoch) return;
    this.#isChecking = true;
    const isGenuine = await verifier.verify('twin', signer.publicKey, twinSigned(own, other), signature);
    this.#isChecking = false;
    if (isGenuine) this.#note();
  }

  /** The id is ours again: who looked on would find ourselves. */
  rest(): void {
    this.#endLook();
  }

  close(): void {
    this.#isClosed = true;
    this.#endLook();
  }

  /** Whether a packet of our epoch is another than the one that we made under its seq; what is no longer held passes for ours. */
  #isForeign({ header, head }: Packet): boolean {
    const { packets, newestSeq } = this.#parts.cache();
    const own = packets.get(header.seq);
    return header.seq > newestSeq || (own !== undefined && !equalBytes(own.head, head));
  }

  #find(other: number): void {
    if (this.#hasTwin || this.#isClosed) return;
    this.#endLook();
    void this.#tell(other);
    this.#note();
  }

  #note(): void {
    if (this.#hasTwin || this.#isClosed) return;
    this.#hasTwin = true;
    this.#found();
  }

  #endLook(): void {
    const node = this.#look;
    this.#look = undefined;
    void node?.leave();
  }

  /** The other one may be the broadcaster too, on another machine, and has viewers to warn. */
  async #tell(other: number): Promise<void> {
    const { clock, random, openRendezvous, servers, signer, epoch } = this.#parts;
    const signature = await signer.sign('twin', twinSigned(epoch, other));
    const notice: TwinNotice = { v: 1, twin: { own: epoch, other, signature: base64(signature) } };
    const lines: Rendezvous[] = [];
    for (const server of await servers) {
      const line = openRendezvous(server, peerIdOf(random), {
        opened: () => line.send(signer.broadcastId, 'offer', notice),
        message: () => undefined,
        absent: () => undefined,
        lost: () => undefined,
        taken: () => undefined,
      });
      lines.push(line);
    }
    clock.after(TELLING_MS_MAX, () => lines.forEach((line) => line.close()));
  }
}
