// A seat: an edge on which the hostile peer is somebody's child. It joins a real broadcast through the real server as anybody does, and
// does what keeps an honest parent content (hello, subscription, signs of life). Everything else is up to the attack.

import type { Bytes } from '../../src/base/bytes.ts';
import { openEdges } from '../../src/edge/edges.ts';
import { nodeWrtc } from '../../src/edge/node-wrtc.ts';
import { decodeControl, encodeControl } from '../../src/overlay/control-codec.ts';
import type { ControlMessage, Hello, JoinEnvelope } from '../../src/overlay/message.ts';
import { NO_SEQ } from '../../src/overlay/message.ts';
import type { Edge, EdgeSignal } from '../../src/ports.ts';
import { freshId, openFront, type Front } from './front.ts';

/** Less than what costs a child its slot. */
const TIP_MS = 240;
const JOIN_MS_MAX = 12_000;

/** Which broadcast, and at which signaling server. */
export interface Target {
  server: string;
  broadcastId: string;
}

/** How a seat is taken, and what is heard on it. */
export interface SeatOptions {
  /** Our peer id; a new one when nothing else is said. */
  peer?: string;
  /** How many children we claim to be willing to feed. */
  slots?: number;
  /** What is asked for: every stripe and layer when nothing else is said. */
  mask?: number;
  layerMax?: number;
  /** Where we say to come from. */
  address?: string;
  media?(bytes: Bytes): void;
  /** Every control message; undefined where the bytes are none of the overlay's. */
  control?(message: ControlMessage | undefined, bytes: Bytes): void;
  closed?(): void;
}

/** An edge to an honest parent. */
export interface Seat {
  readonly peer: string;
  /** What the parent said of itself. */
  readonly parent: Hello;
  readonly edge: Edge;
  readonly isOpen: boolean;
  /** The newest epoch and seq that the parent's tips named. */
  readonly epoch: number;
  readonly newestSeq: number;
  say(message: ControlMessage): void;
  leave(): void;
}

const edges = openEdges([], nodeWrtc);

/** Makes an edge on which the hostile peer answers: it has been offered one. */
export const answerEdge = edges.answer.bind(edges);

/** Joins and subscribes. Rejects when no parent came forward in time. */
export async function takeSeat({ server, broadcastId }: Target, options: SeatOptions = {}): Promise<Seat> {
  const { peer = freshId(), slots = 0, mask = 15, layerMax = 3 } = options;
  const join = freshId();
  let front: Front | undefined;
  let to = broadcastId;
  const said: EdgeSignal[] = [];
  const state = { isOpen: false, epoch: 0, newestSeq: NO_SEQ };
  let parent: Hello | undefined;
  let settle: { resolve(): void; reject(error: Error): void };
  const settled = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  const say = (message: ControlMessage): void => void edge.sendControl(encodeControl(message));
  const carry = (signal: EdgeSignal): void => {
    const rides = signal.type === 'offer' && slots === 0 ? { rides: true } : {};
    const kind = signal.type === 'offer' ? 'OFFER' : 'CANDIDATE';
    front?.send(kind, to, { v: 1, join, peer, ...rides, signal });
  };
  const edge = edges.offer({
    signal(signal) {
      said.push(signal);
      carry(signal);
    },
    opened() {
      state.isOpen = true;
      say({ type: 'hello', v: 1, peer, paths: [], slots, epoch: 0 });
    },
    media: (bytes) => options.media?.(bytes),
    control(bytes) {
      const decoded = decodeControl(bytes);
      const message = decoded.ok ? decoded.value : undefined;
      if (message?.type === 'hello' && !parent) {
        parent = message;
        state.epoch = message.epoch;
        say({ type: 'subscribe', mask, layerMax, epoch: 0, from: 'group' });
        settle.resolve();
      } else if (message?.type === 'tip')
        Object.assign(state, { epoch: message.epoch, newestSeq: message.seq });
      options.control?.(message, bytes);
    },
    drained: () => undefined,
    closed() {
      state.isOpen = false;
      clearInterval(tips);
      front?.close();
      settle.reject(new Error('The edge closed before anybody took us'));
      options.closed?.();
    },
  });
  const tips = setInterval(() => {
    if (parent)
      say({
        type: 'tip',
        standing: 'live',
        epoch: state.epoch,
        seq: state.newestSeq,
        delayMs: 0,
        freeSlots: slots,
        dropped: 0,
      });
  }, TIP_MS);
  const deadline = setTimeout(() => edge.close(), JOIN_MS_MAX);
  try {
    front = await openFront(
      server,
      peer,
      ({ type, src, payload }) => {
        const envelope = payload as JoinEnvelope | undefined;
        if (type === 'EXPIRE' && src === to) edge.close();
        if (envelope?.join !== join) return;
        if ('signal' in envelope) edge.signal(envelope.signal);
        else if (envelope.notice.type === 'doors') {
          const { count } = envelope.notice;
          to = count === 0 ? broadcastId : `${broadcastId}-${Math.floor(Math.random() * count)}`;
          for (const signal of said) carry(signal);
        }
      },
      options.address,
    );
    for (const signal of said) carry(signal);
    await settled;
  } catch (error) {
    edge.close();
    throw error;
  } finally {
    clearTimeout(deadline);
    front?.close();
  }
  return {
    ...{ peer, edge, say, parent: parent! },
    get isOpen() {
      return state.isOpen;
    },
    get epoch() {
      return state.epoch;
    },
    get newestSeq() {
      return state.newestSeq;
    },
    leave: () => edge.close(),
  };
}
