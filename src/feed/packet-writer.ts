// The root's end of the feed: numbers, digests and signs what is to be broadcast.
// Packets come out in order of seq, each exactly once, whatever order the cryptography finishes in.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import { assert } from '../base/assert.ts';
import { PACKET_PAYLOAD_BYTES_MAX } from '../base/limits.ts';
import type { Signer, Verifier } from '../ports.ts';
import { DIGEST_BYTES, encodeHeader, fragmentCount, fragmentOf } from './packet-codec.ts';
import type { Packet, PacketHeader, PacketKind } from './packet.ts';
import { StripeDealer } from './stripe-dealer.ts';

/** What the caller says of a packet; the writer adds the rest. */
export interface PacketDraft {
  kind: PacketKind;
  payload: Bytes;
  /** Unix µs. */
  timeUs: number;
  durationUs?: number;
  isKey?: boolean;
  layer?: number;
}

/** Writes the log of one epoch. */
export class PacketWriter {
  readonly epoch: number;
  readonly #signer: Signer;
  readonly #verifier: Verifier;
  readonly #emit: (packet: Packet) => void;
  readonly #stripes = new StripeDealer();
  #nextSeq = 0;
  #groupSeq = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(epoch: number, signer: Signer, verifier: Verifier, emit: (packet: Packet) => void) {
    this.epoch = epoch;
    this.#signer = signer;
    this.#verifier = verifier;
    this.#emit = emit;
  }

  /** Appends to the log. Resolves once the packet, and all before it, were emitted. */
  write(draft: PacketDraft): Promise<void> {
    assert(draft.payload.length <= PACKET_PAYLOAD_BYTES_MAX, 'a payload within its bound');
    const seq = this.#nextSeq++;
    const isKey = draft.isKey ?? false;
    if (isKey) this.#groupSeq = seq;
    const packet = this.#seal(draft, seq, this.#groupSeq);
    const before = this.#last;
    this.#last = (async () => {
      const made = await packet;
      await before;
      this.#emit(made);
    })();
    return this.#last;
  }

  /** Resolves when everything written so far has been emitted. */
  flushed(): Promise<void> {
    return this.#last;
  }

  async #seal(draft: PacketDraft, seq: number, groupSeq: number): Promise<Packet> {
    const { payload } = draft;
    const stripe = this.#stripes.deal(payload.length);
    const count = fragmentCount(payload.length);
    const digests = await Promise.all(
      Array.from({ length: count }, (_, i) => this.#verifier.sha256(fragmentOf(payload, i))),
    );
    const header: PacketHeader = {
      kind: draft.kind,
      isKey: draft.isKey ?? false,
      layer: draft.layer ?? 0,
      stripe,
      isSealed: false,
      epoch: this.epoch,
      seq,
      groupSeq,
      timeUs: draft.timeUs,
      durationUs: draft.durationUs ?? 0,
      length: payload.length,
      digests: digests.map((digest) => digest.subarray(0, DIGEST_BYTES)),
    };
    const signed = encodeHeader(header);
    const head = concatBytes(signed, await this.#signer.sign('packet', signed));
    return { header, head, payload };
  }
}
