// Help from the audience: what the broadcaster's disk lost of the last minutes is called back from viewers, checked as everything
// that comes over an edge is, and put back into the recording. Nobody waits for it, and the broadcast goes on whatever becomes of it.

import type { Bytes } from '../base/bytes.ts';
import { LucarneError } from '../base/errors.ts';
import {
  PAST_EPOCH_MS_MAX,
  RECALL_HOPS_MAX,
  RECALL_QUEUE_BYTES_MAX,
  REFILL_AGAIN_MS,
  REFILL_WRITE_MS,
} from '../base/limits.ts';
import type { Packet } from '../feed/packet.ts';
import { decodeRecall } from '../feed/recall-message.ts';
import { isInSpans, withoutSeqs, type SeqSpan } from '../feed/seq-spans.ts';
import type { LostPackets, Mender, Stop } from '../ports.ts';
import { LiveRecall, type RecallParts } from './live-recall.ts';

const TICK_MS = 50;

export interface RefillParts extends RecallParts {
  mender: Mender;
  /** The present one. */
  epoch: number;
  /** `refilledMs` has grown. */
  changed(): void;
  /** Lost packets of the present epoch are back (both included). */
  mended(fromSeq: number, toSeq: number): void;
}

interface Job {
  recall: LiveRecall;
  /** Checked and not yet on disk, in no particular order. */
  pending: Packet[];
  needsConfig: boolean;
}

/** Works from `start` to `close`. */
export class Refill {
  /** How much of the recording has come back, ms. */
  refilledMs = 0;
  readonly #parts: RefillParts;
  readonly #jobs: Job[] = [];
  /** Lost of the present epoch, while our own cache may still hold it. */
  #lost: SeqSpan[] = [];
  #stopTicks: Stop | undefined;
  #untilMs = 0;
  #askedAtMs = 0;
  #wroteAtMs = 0;
  #writing: Promise<void> | undefined;

  constructor(parts: RefillParts) {
    this.#parts = parts;
  }

  /** Looks for what is missing, then asks for it. */
  start(): void {
    const { clock, mender } = this.#parts;
    this.#untilMs = clock.nowMs() + PAST_EPOCH_MS_MAX;
    this.#stopTicks = clock.every(TICK_MS, () => this.#tick());
    mender.findLost(clock.wallUs()).then(
      (lost) => {
        for (const one of lost) this.#want(one);
      },
      (error: unknown) => this.#giveUp(error),
    );
  }

  /** These packets of the present epoch were given up by the recorder (both included). */
  lose(fromSeq: number, toSeq: number): void {
    this.#lost.push([fromSeq, toSeq]);
    this.#untilMs = this.#parts.clock.nowMs() + PAST_EPOCH_MS_MAX;
  }

  /** A control message of a child; false when its bytes are refused. */
  receive(edge: string, bytes: Bytes): boolean {
    const message = decodeRecall(bytes);
    // Nobody is above us who could call anything back.
    if (message?.type !== 'recalled') return false;
    for (const { recall } of this.#jobs) recall.answered(edge, message.epoch);
    return true;
  }

  /** Media of a child; false when its bytes are refused. */
  receiveMedia(edge: string, bytes: Bytes): boolean {
    const job = this.#jobs.find(({ recall }) => !recall.isOver);
    return job?.recall.receiveMedia(edge, bytes) ?? true;
  }

  /** Writes what has come, and stops. */
  async close(): Promise<void> {
    this.#stopTicks?.();
    this.#stopTicks = undefined;
    await this.#writing;
    await this.#writeAll();
  }

  #want({ epoch, spans, needsConfig }: LostPackets): void {
    const { publicKey } = this.#parts.edges;
    if (!publicKey) return;
    const wish = { epoch, wanted: spans, hops: RECALL_HOPS_MAX };
    const job: Job = {
      recall: new LiveRecall(this.#parts, publicKey, wish, (packet) => job.pending.push(packet)),
      pending: [],
      needsConfig,
    };
    this.#jobs.push(job);
  }

  #tick(): void {
    const nowMs = this.#parts.clock.nowMs();
    const isFull = this.#jobs.some(({ pending }) => bytesOf(pending) > RECALL_QUEUE_BYTES_MAX);
    if (nowMs < this.#untilMs && !isFull) this.#ask(nowMs);
    if (nowMs - this.#wroteAtMs < REFILL_WRITE_MS || this.#writing) return;
    this.#wroteAtMs = nowMs;
    this.#writing = this.#writeAll().finally(() => (this.#writing = undefined));
  }

  /** One epoch after the other, and whoever comes back later is asked as well. */
  #ask(nowMs: number): void {
    for (const { recall } of this.#jobs) {
      recall.tick();
      if (recall.isOver) continue;
      this.#askedAtMs = nowMs;
      return;
    }
    if (nowMs - this.#askedAtMs < REFILL_AGAIN_MS) return;
    this.#askedAtMs = nowMs;
    for (const { recall } of this.#jobs) recall.again();
  }

  async #writeAll(): Promise<void> {
    try {
      await this.#mendOwn();
      for (const job of this.#jobs) await this.#write(job);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** What we hold ourselves needs nobody; what we don't is asked for like the rest. */
  async #mendOwn(): Promise<void> {
    const { edges, epoch } = this.#parts;
    while (this.#lost.length > 0) {
      const all = [...(edges.heldOf(epoch)?.values() ?? [])].filter(({ header }) =>
        isInSpans(this.#lost, header.seq),
      );
      const packets = inOrder(all, RECALL_QUEUE_BYTES_MAX);
      if (packets.length === 0) {
        this.#want({ epoch, spans: this.#lost, needsConfig: false });
        this.#lost = [];
        return;
      }
      await this.#insert(packets);
      this.#lost = withoutSeqs(
        this.#lost,
        packets.map(({ header }) => header.seq),
      );
    }
  }

  async #write(job: Job): Promise<void> {
    const isReady = !job.needsConfig || job.pending.some(({ header }) => header.kind === 'config');
    if (job.pending.length === 0 || !isReady) return;
    const packets = inOrder(job.pending);
    await this.#insert(packets);
    job.needsConfig = false;
    job.pending = job.pending.filter((packet) => !packets.includes(packet));
  }

  async #insert(packets: readonly Packet[]): Promise<void> {
    const { mender, epoch } = this.#parts;
    this.refilledMs += await mender.insert(packets);
    this.#parts.changed();
    for (const { header } of packets) if (header.epoch === epoch) this.#parts.mended(header.seq, header.seq);
  }

  /** A disk that refuses is tried again later, one that is full is not: the recorder tells of either. */
  #giveUp(error: unknown): void {
    console.error('What was lost of the recording could not be put back in:', error);
    if (!(error instanceof LucarneError) || error.code !== 'storage-failed') this.#untilMs = 0;
  }
}

/** As many of the first as fit into so many bytes. */
function inOrder(packets: readonly Packet[], bytesMax = Infinity): Packet[] {
  const ordered = packets.toSorted((a, b) => a.header.seq - b.header.seq);
  let bytes = 0;
  return ordered.filter(({ payload }) => (bytes += payload.length) <= bytesMax);
}

function bytesOf(packets: readonly Packet[]): number {
  return packets.reduce((sum, { payload }) => sum + payload.length, 0);
}
