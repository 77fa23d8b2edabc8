// A bare relay and its sinks, each in a process of its own.

import { startAsked } from './asked-process.ts';

/** What a bare process is asked. */
export type BareAsk =
  | { ask: 'offer' }
  | { ask: 'answer' | 'accept'; sdp: string }
  | { ask: 'send'; count: number; bytes: number }
  | { ask: 'figures' };

/** What it answers: the part that was asked for. */
export interface BareAnswer {
  sdp?: string;
  cpuUs?: number;
  bytesReceived?: number;
  bytesSent?: number;
}

/** A running process. */
export interface Bare {
  /** Answers a source's description. */
  answer(sdp: string): Promise<string>;
  /** From now on `sink` gets what this one receives. */
  feed(sink: Bare): Promise<void>;
  /** Sends this many messages of this size itself. */
  send(count: number, bytes: number): Promise<void>;
  /** CPU time, µs, and bytes so far. */
  figures(): Promise<{ cpuUs: number; bytesReceived: number; bytesSent: number }>;
  close(): Promise<void>;
}

/** Starts a process that passes on to whom it is told to feed. */
export function startBare(): Bare {
  const running = startAsked<BareAsk, BareAnswer>('./bare-process.ts');
  const answer = async (sdp: string): Promise<string> => (await running.ask({ ask: 'answer', sdp })).sdp!;
  return {
    answer,
    async feed(sink) {
      const { sdp } = await running.ask({ ask: 'offer' });
      await running.ask({ ask: 'accept', sdp: await sink.answer(sdp!) });
    },
    async send(count, bytes) {
      await running.ask({ ask: 'send', count, bytes });
    },
    async figures() {
      const { cpuUs, bytesReceived, bytesSent } = await running.ask({ ask: 'figures' });
      return { cpuUs: cpuUs!, bytesReceived: bytesReceived!, bytesSent: bytesSent! };
    },
    close: () => running.close(),
  };
}
