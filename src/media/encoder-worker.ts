// The page's end of the encoder's worker: starts it, hands it feeds, and ends it when all has been flushed.

import { LucarneError } from '../base/errors.ts';
import { TrustedWorker as Worker } from '../trusted-worker.ts';
import type { AudioFeed, FromEncoder, ToEncoder, VideoFeed } from './encode-messages.ts';

/** Flushing takes some 10 ms, on a machine with other work seconds; an encoder that hangs is left behind after this long. */
const CLOSE_MS_MAX = 10_000;
/** A device that was opened and shows nothing for this long, ms: it is waited for no longer. */
const ATTACH_MS_MAX = 3000;

/** The worker with its codec chosen. */
export class EncoderWorker {
  readonly #worker = new Worker(new URL('./encode.worker.ts', import.meta.url), { type: 'module' });
  /** Settles when the codec has been chosen. */
  readonly ready = Promise.withResolvers<undefined>();
  /** Resolves when everything has been flushed. */
  readonly closed = Promise.withResolvers<undefined>();
  readonly #attached: Record<'video' | 'audio', () => void> = { video: nothing, audio: nothing };
  /** What the worker says after it is ready. */
  take: (message: FromEncoder) => void = () => undefined;

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromEncoder>) => this.#take(data);
    this.#worker.onerror = ({ message }) => {
      this.#take({ type: 'failed', code: 'encoder-failed', message });
    };
    this.ready.promise.catch(() => undefined);
  }

  readonly post = (message: ToEncoder, transfer: Transferable[] = []): void => {
    this.#worker.postMessage(message, transfer);
  };

  /** Hands a new feed over; resolves when it delivers, and the one before isn't read any more. */
  async attach(message: Extract<ToEncoder, { type: 'video' | 'audio' }>): Promise<void> {
    const attached = Promise.withResolvers<undefined>();
    this.#attached[message.type] = () => attached.resolve(undefined);
    this.post(message, streamsOf(message.feed));
    const timer = setTimeout(() => attached.resolve(undefined), ATTACH_MS_MAX);
    await attached.promise;
    clearTimeout(timer);
  }

  /** Flushes, then ends the worker. */
  async close(): Promise<void> {
    this.post({ type: 'close' });
    const timer = setTimeout(() => this.closed.resolve(undefined), CLOSE_MS_MAX);
    await this.closed.promise;
    clearTimeout(timer);
    this.terminate();
  }

  /** What the worker had still to say isn't heard any more: nothing may follow the end. */
  terminate(): void {
    this.#worker.onmessage = this.#worker.onerror = null;
    this.#worker.terminate();
    this.closed.resolve(undefined);
  }

  #take(message: FromEncoder): void {
    if (message.type === 'ready') this.ready.resolve(undefined);
    else if (message.type === 'closed') this.closed.resolve(undefined);
    else if (message.type === 'attached') this.#attached[message.track]();
    else this.take(message);
    if (message.type === 'failed') {
      this.ready.reject(new LucarneError(message.code, { cause: message.message }));
    }
  }
}

function nothing(): void {
  // Nobody waits.
}

/** What has to be transferred of the given feeds. */
export function streamsOf(...feeds: (VideoFeed | AudioFeed | undefined)[]): Transferable[] {
  return feeds.filter((feed) => feed instanceof ReadableStream);
}
