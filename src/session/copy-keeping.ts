// A viewer's copy in the making: packets in order -> what may be kept of them -> a recorder for each epoch.
// A chunk of its own: few viewers keep anything.

import type { LucarneError } from '../base/errors.ts';
import { decodeConfig } from '../feed/config.ts';
import { PacketOrder } from '../feed/packet-order.ts';
import { asOnAir, type Packet } from '../feed/packet.ts';
import type { Recorder, RecorderEvents } from '../ports.ts';
import { CopyGate } from './copy-gate.ts';
import { LucarneSessionChanged, type CopySession, type CopyState } from './session-api.ts';

/** What a recorder has to know of one epoch. */
export interface CopiedEpoch {
  broadcastId: string;
  title: string;
  /** Unix ms at which the epoch went live. */
  startedAtMs: number;
  epoch: number;
}

/** What a copy is kept with. */
export interface CopyParts {
  broadcastId: string;
  /** Keeps what comes after what is there. */
  openRecorder(about: CopiedEpoch, events: RecorderEvents, config: Packet): Recorder;
  /** Called when all is on disk, to let another tab keep one. */
  released(): void;
}

/** Begins with the next group, so that the first picture can be decoded, and ends with whatever `state` says. */
export class CopyKeeping extends EventTarget implements CopySession {
  readonly #parts: CopyParts;
  readonly #gate = new CopyGate();
  /** By epoch, as few as are still needed. */
  readonly #configs = new Map<number, Packet>();
  #state: CopyState = 'starting';
  #epoch = -1;
  #order: PacketOrder | undefined;
  /** The group that was on when keeping began: it isn't whole. */
  #firstGroupSeq: number | undefined;
  #recorder: { epoch: number; recorder: Recorder } | undefined;
  /** The recorder of an earlier epoch completes its part; meanwhile packets wait. */
  #turning: Promise<void> | undefined;
  #waiting: Packet[] = [];
  #ending: Promise<void> | undefined;
  #hasFailed = false;
  #keptUs = 0;
  #newestUs: number | undefined;

  constructor(parts: CopyParts) {
    super();
    this.#parts = parts;
  }

  get state(): CopyState {
    return this.#state;
  }

  get keptMs(): number {
    return this.#keptUs / 1000;
  }

  /** A checked packet, in whatever order it comes. */
  receive(packet: Packet): void {
    const { epoch, kind } = packet.header;
    if (this.#ending || epoch < this.#epoch) return;
    if (kind === 'config') this.#configs.set(epoch, packet);
    if (epoch > this.#epoch) this.#beginEpoch(epoch);
    if (kind === 'config' && !this.#order) return;
    this.#order ??= this.#begin(packet);
    if (this.#order) this.#take(this.#order.push(packet));
  }

  /** These won't come (both included). */
  skip(epoch: number, fromSeq: number, toSeq: number): void {
    if (!this.#ending && epoch === this.#epoch && this.#order) this.#take(this.#order.skip(fromSeq, toSeq));
  }

  stop(): Promise<void> {
    if (!this.#ending) this.#take(this.#order?.flush() ?? []);
    return this.#end('stopped');
  }

  #beginEpoch(epoch: number): void {
    const isFirst = this.#epoch < 0;
    this.#take(this.#order?.flush() ?? []);
    this.#order = undefined;
    // A later epoch is kept from its beginning: no group of it is left out.
    this.#firstGroupSeq = isFirst ? undefined : -1;
    this.#epoch = epoch;
  }

  /** The order of this epoch, once a packet of a group has come that can be had whole. */
  #begin({ header: { groupSeq } }: Packet): PacketOrder | undefined {
    this.#firstGroupSeq ??= groupSeq;
    if (groupSeq <= this.#firstGroupSeq) return undefined;
    const order = new PacketOrder(groupSeq);
    const config = this.#configs.get(this.#epoch);
    // Where the first group is the epoch's beginning, the config is its first packet.
    if (config) this.#take(order.push(config));
    return order;
  }

  #take(ordered: readonly Packet[]): void {
    for (const packet of ordered) {
      if (this.#ending) return;
      for (const kept of this.#gate.take(packet)) this.#keep(kept);
      if (this.#gate.isOver) void this.#end('forbidden');
      else if (packet.header.kind === 'end') void this.#end('ended');
    }
  }

  #keep(packet: Packet): void {
    const { epoch } = packet.header;
    if (this.#turning) this.#waiting.push(packet);
    else if (this.#recorder && this.#recorder.epoch !== epoch) this.#turn(this.#recorder.recorder, packet);
    else {
      this.#recorder ??= this.#open(epoch);
      this.#recorder?.recorder.append(asOnAir(packet));
      if (this.#recorder) this.#count(packet);
    }
  }

  #open(epoch: number): { epoch: number; recorder: Recorder } | undefined {
    const config = this.#configs.get(epoch);
    const decoded = config && decodeConfig(config.payload);
    // Without it nothing of the epoch can ever be played.
    if (!config || !decoded?.ok) return undefined;
    for (const known of [...this.#configs.keys()]) if (known < epoch) this.#configs.delete(known);
    const { title, startedAtMs } = decoded.value;
    const about = { broadcastId: this.#parts.broadcastId, title, startedAtMs, epoch };
    const events = {
      onFault: (error: LucarneError) => this.#fail(error),
      onFull: () => void this.#end('full'),
      onLost: () => this.#giveUp(),
    };
    return { epoch, recorder: this.#parts.openRecorder(about, events, asOnAir(config)) };
  }

  /** The next epoch's recorder begins where this one's records end, so those have to be there first. */
  #turn(recorder: Recorder, next: Packet): void {
    this.#recorder = undefined;
    this.#newestUs = undefined;
    this.#waiting.push(next);
    this.#turning = this.#finish(recorder).then(() => {
      this.#turning = undefined;
      for (const packet of this.#waiting.splice(0)) this.#keep(packet);
    });
  }

  #count({ header: { kind, timeUs, durationUs } }: Packet): void {
    if (kind !== 'video' && kind !== 'audio') return;
    const before = Math.floor(this.keptMs / 1000);
    const endUs = timeUs + durationUs;
    this.#keptUs += Math.max(0, endUs - (this.#newestUs ?? timeUs));
    this.#newestUs = Math.max(this.#newestUs ?? endUs, endUs);
    if (this.#state === 'starting') this.#become('keeping');
    else if (Math.floor(this.keptMs / 1000) !== before) this.dispatchEvent(new LucarneSessionChanged());
  }

  /** A write that failed is tried again, where that may help. */
  #fail({ code }: LucarneError): void {
    if (code === 'storage-full') void this.#end('full');
    if (code === 'storage-unavailable') this.#giveUp();
  }

  #giveUp(): void {
    this.#hasFailed = true;
    void this.#end('failed');
  }

  #end(state: CopyState): Promise<void> {
    if (this.#ending) return this.#ending;
    this.#ending = this.#complete();
    this.#become(state);
    return this.#ending;
  }

  async #complete(): Promise<void> {
    // One turn may follow another: each keeps what waited for it.
    while (this.#turning) await this.#turning;
    if (this.#recorder) await this.#finish(this.#recorder.recorder);
    this.#parts.released();
    if (this.#hasFailed && this.#state !== 'full') this.#become('failed');
  }

  async #finish(recorder: Recorder): Promise<void> {
    await recorder.finish().catch(() => (this.#hasFailed = true));
  }

  #become(state: CopyState): void {
    this.#state = state;
    this.dispatchEvent(new LucarneSessionChanged());
  }
}
