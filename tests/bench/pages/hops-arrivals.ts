// Notes when video packets are complete on the media channels of this page's edges. Imported before the app, whose
// channels it listens to; it changes nothing.

import type { Bytes } from '../../../src/base/bytes.ts';
import { PacketAssembler } from './packet-assembler.ts';

/** A video packet: capture time, and when its last byte was here; both ms of the wall clock. */
export type Arrival = [captureMs: number, completeMs: number];

/** One list for each channel that carries media, in the order in which they began to: in a chain, by depth. */
const channels: Arrival[][] = [];

/** What arrived since the last call, channel by channel. */
export function takeArrivals(): Arrival[][] {
  return channels.map((arrivals) => arrivals.splice(0));
}

/** Notes on one channel. */
function openNotes(): (bytes: Bytes) => void {
  const packets = new PacketAssembler();
  const arrivals: Arrival[] = [];
  return (bytes) => {
    const packet = packets.accept(bytes);
    if (!packet) return;
    if (!channels.includes(arrivals)) channels.push(arrivals);
    const { kind, timeUs } = packet.header;
    if (kind === 'video') arrivals.push([timeUs / 1000, performance.timeOrigin + performance.now()]);
  };
}

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its `this` below
const createDataChannel = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (this: RTCPeerConnection, label, options) {
  const channel = createDataChannel.call(this, label, options);
  if (options?.negotiated && options.id === 0) {
    const note = openNotes();
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) note(new Uint8Array(data));
    });
  }
  return channel;
};
