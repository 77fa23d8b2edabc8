// The root's end of the feed: numbers, digests and signs what is to be broadcast.
// Packets come out in order of seq, each exactly once, whatever order the cryptography finishes in.

import { concatBytes, type Bytes } from '../base/bytes.ts';
import { assert } from '../base/assert.ts';
import { PACKET_PAYLOAD_BYTES_MAX } from '../base/limits.ts';
import type { EpochCipher, Signer, Verifier } from '../ports.ts';
import { DIGEST_BYTES, encodeHeader, fragmentCount, fragmentOf } from './packet-codec.ts';
import type { Packet, PacketHeader, PacketKind } from './packet.ts';
import { isSealable, sealedLength } from './sealing.ts';
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
  readonly #cipher: Promise<EpochCipher> | undefined;
  readonly #stripes = new StripeDealer();
  #nextSeq = 0;
  #groupSeq = 0;
  #last: Promise<void> = Promise.resolve();

  /** `cipher`: of this epoch of a private broadcast, whose packets are sealed. */
  constructor(
    epoch: number,
    signer: Signer,
    verifier: Verifier,
    emit: (packet: Packet) => void,
    cipher?: Promise<EpochCipher>,
  ) {
    this.epoch = epoch;
    this.#signer = signer;
    this.#verifier = verifier;
    this.#emit = emit;
    this.#cipher = cipher;
  }

  /** Appends to the log. Resolves once the packet, and all before it, were emitted. */
  write(draft: PacketDraft): Promise<void> {
    const cipher = isSealable(draft.kind) ? this.#cipher : undefined;
    const { length } = draft.payload;
    const bytes = cipher ? sealedLength(draft.kind, length) : length;
    assert(bytes <= PACKET_PAYLOAD_BYTES_MAX, 'a payload within its bound');
    const seq = this.#nextSeq++;
    const isKey = draft.isKey ?? false;
    if (isKey) this.#groupSeq = seq;
    const stripe = this.#stripes.deal(bytes);
    const packet = this.#make(draft, { seq, groupSeq: this.#groupSeq, stripe }, cipher);
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

  async #make(
    draft: PacketDraft,
    place: Pick<PacketHeader, 'seq' | 'groupSeq' | 'stripe'>,
    cipher: Promise<EpochCipher> | undefined,
  ): Promise<Packet> {
    const { kind } = draft;
    const payload = cipher ? await (await cipher).sealPacket(kind, place.seq, draft.payload) : draft.payload;
    const count = fragmentCount(payload.length);
    const digests = await Promise.all(
      Array.from({ length: count }, (_, i) => this.#verifier.sha256(fragmentOf(payload, i))),
    );
    const header: PacketHeader = {
      kind,
      isKey: draft.isKey ?? false,
      layer: draft.layer ?? 0,
      isSealed: cipher !== undefined,
      epoch: this.epoch,
      ...place,
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
