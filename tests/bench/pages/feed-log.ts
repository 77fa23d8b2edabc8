// Put into a page before its own scripts: notes when each packet of the feed is complete, whichever edges its parts came
// by. It changes nothing.

import type { Packet, PacketKind } from '../../../src/feed/packet.ts';
import { PacketAssembler } from './packet-assembler.ts';

/** One packet as it came: times are ms of the wall clock. */
export interface Arrival {
  seq: number;
  kind: PacketKind;
  layer: number;
  bytes: number;
  captureMs: number;
  completeMs: number;
}

/** What happened on a media channel. */
interface FeedLog {
  /** In order of completion. */
  arrivals: Arrival[];
  /** Notes a packet that came by another way. */
  note(packet: Packet): void;
}

declare global {
  interface Window {
    benchFeed: FeedLog;
  }
}

window.benchFeed = {
  arrivals: [],
  note({ header: { seq, kind, layer, timeUs, length } }) {
    const completeMs = performance.timeOrigin + performance.now();
    this.arrivals.push({ seq, kind, layer, bytes: length, captureMs: timeUs / 1000, completeMs });
  },
};

const assembler = new PacketAssembler();
// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its `this` below
const { createDataChannel } = RTCPeerConnection.prototype;
RTCPeerConnection.prototype.createDataChannel = function (this: RTCPeerConnection, label, options) {
  const channel = createDataChannel.call(this, label, options);
  if (options?.negotiated && options.id === 0) {
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const packet = data instanceof ArrayBuffer && assembler.accept(new Uint8Array(data));
      if (packet) window.benchFeed.note(packet);
    });
  }
  return channel;
};
