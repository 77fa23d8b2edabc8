// A private broadcast as a viewer gets it: sealed packets go in as they come, and come out opened, in the same order. Who has no key,
// or a wrong one, gets them as they are: enough to pass them on. Loaded for private broadcasts alone.

import type { Packet } from '../feed/packet.ts';
import { saltOf } from '../feed/sealing.ts';
import type { Clock, EpochCipher, LinkCipher, Player } from '../ports.ts';
import { BlindPlayer } from './blind-player.ts';
import type { LockReason } from './session-api.ts';

/** Packets kept while the config of their epoch, which has its salt, is on the way. */
const EARLY_PACKETS_MAX = 2000;

/** What a sealed feed is opened with. */
export interface SealedParts {
  clock: Clock;
  /** Of the link; absent when it has no key. */
  cipher: Promise<LinkCipher> | undefined;
  /** Picture and sound needn't be opened: nobody sees them here. */
  showsNothing?: boolean;
}

/** What comes out. */
export interface SealedEvents {
  /** `payload` is what was sealed, where it was; `cipher`: of its epoch. */
  opened(packet: Packet, cipher: EpochCipher | undefined): void;
  /** It can't be opened here: from now on packets are passed. */
  locked(why: LockReason): void;
  /** A packet that can't be opened. */
  passed(packet: Packet): void;
}

/** Opens the packets of one broadcast. */
export class SealedFeed {
  readonly #parts: SealedParts;
  readonly #events: SealedEvents;
  #epoch = 0;
  /** Undefined until the config of this epoch has come; resolves to undefined when it can't be opened. */
  #cipher: Promise<EpochCipher | undefined> | undefined;
  #early: Packet[] = [];
  /** Everything before has come out. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: SealedParts, events: SealedEvents) {
    this.#parts = parts;
    this.#events = events;
  }

  /** A checked packet; the epoch only ever grows. */
  receive(packet: Packet): void {
    const { epoch, kind, isSealed } = packet.header;
    if (epoch < this.#epoch) return;
    if (epoch > this.#epoch) this.#beginEpoch(epoch);
    if (!this.#parts.cipher) {
      this.#events.locked('no-key');
      this.#events.passed(packet);
      return;
    }
    if (kind === 'config' && isSealed) {
      this.#cipher ??= this.#cipherOf(packet);
      this.#open(packet, this.#cipher);
      for (const early of this.#early.splice(0)) this.#open(early, this.#cipher);
    } else if (this.#cipher) this.#open(packet, this.#cipher);
    else if (this.#early.push(packet) > EARLY_PACKETS_MAX) this.#early.shift();
  }

  /** Counts what is passed on, in the place of a player that shows something. */
  openPlayer(): Player {
    return new BlindPlayer(this.#parts.clock);
  }

  #beginEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#cipher = undefined;
    this.#early = [];
  }

  async #cipherOf({ header, payload }: Packet): Promise<EpochCipher | undefined> {
    const salt = saltOf(payload);
    const cipher = salt && (await (await this.#parts.cipher)?.epoch(header.epoch, salt));
    const opened = await cipher?.openPacket('config', header.seq, payload);
    if (!opened) this.#events.locked('wrong-key');
    return opened && cipher;
  }

  /** Packets are opened side by side and come out one after the other. */
  #open(packet: Packet, cipherSoon: Promise<EpochCipher | undefined>): void {
    const before = this.#last;
    const opening = this.#unseal(packet, cipherSoon);
    this.#last = (async () => {
      const { cipher, opened } = await opening;
      await before;
      if (!cipher) this.#events.passed(packet);
      else if (opened) this.#events.opened(opened, cipher);
    })();
  }

  /** `opened` is undefined for what was sealed with another key than its config: nobody can use it. */
  async #unseal(
    packet: Packet,
    cipherSoon: Promise<EpochCipher | undefined>,
  ): Promise<{ cipher: EpochCipher | undefined; opened?: Packet | undefined }> {
    const { header, payload: sealed } = packet;
    const { kind, seq } = header;
    const cipher = await cipherSoon;
    const isMedia = kind === 'video' || kind === 'audio';
    if (!cipher || !header.isSealed || (isMedia && this.#parts.showsNothing))
      return { cipher, opened: packet };
    const payload = await cipher.openPacket(kind, seq, sealed);
    return { cipher, opened: payload && { ...packet, payload, sealed } };
  }
}
