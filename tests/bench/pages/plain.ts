// The receiving end of one plain reliable channel: the same packets, the same player, and nothing in between.

import { decodeConfig } from '../../../src/feed/config.ts';
import type { BroadcastConfig } from '../../../src/feed/config.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import { openPlayer } from '../../../src/media/player.ts';
import type { PlayerPacket } from '../../../src/ports.ts';
import { PacketAssembler } from './packet-assembler.ts';

/** What the page says of itself; as in the app, times are ms. */
export interface PlainStats {
  latencyMs: number | null;
  videoFrames: number;
  stalls: number;
  stallMs: number;
  packetsLate: number;
}

interface PlainPage {
  /** The description that answers the source's. */
  answer(sdp: string): Promise<string>;
  getStats(): Promise<PlainStats>;
}

declare global {
  interface Window {
    benchPlainPage: PlainPage;
  }
}

const connection = new RTCPeerConnection();
const assembler = new PacketAssembler();
const player = openPlayer({
  firstFrame: () => undefined,
  stalled: () => undefined,
  resumed: () => undefined,
  soundBlocked: () => undefined,
  keyNeeded: () => undefined,
  failed: (error) => {
    throw error;
  },
});
document.body.append(player.element);

let config: BroadcastConfig | undefined;
let hasBegun = false;

function playerPacketOf({ header, payload }: Packet): PlayerPacket {
  const { kind, seq, isKey, layer, timeUs, durationUs } = header;
  if (kind !== 'video' && kind !== 'audio') return { seq, track: 'none' };
  return { seq, track: kind, isKey: kind === 'audio' || isKey, layer, timeUs, durationUs, bytes: payload };
}

function receive(packet: Packet): void {
  window.benchFeed.note(packet);
  const { kind, epoch, groupSeq } = packet.header;
  if (kind === 'config') {
    const decoded = decodeConfig(packet.payload);
    if (decoded.ok) config = decoded.value;
    return;
  }
  if (!config) return;
  if (!hasBegun) {
    player.configure(config.format, epoch, groupSeq);
    player.play();
  }
  hasBegun = true;
  player.push(playerPacketOf(packet));
}

connection.ondatachannel = ({ channel }) => {
  channel.binaryType = 'arraybuffer';
  channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const packet = assembler.accept(new Uint8Array(data));
    if (packet) receive(packet);
  };
};

window.benchPlainPage = {
  async answer(sdp) {
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription();
    while (connection.iceGatheringState !== 'complete') {
      await new Promise((resolve) =>
        connection.addEventListener('icegatheringstatechange', resolve, { once: true }),
      );
    }
    return connection.localDescription!.sdp;
  },

  async getStats() {
    const { shownTimeUs, shownAtMs, videoFrames, stalls, stallMs, packetsLate } = await player.stats();
    const isShown = shownTimeUs !== undefined && shownAtMs !== undefined;
    const latencyMs = isShown ? performance.timeOrigin + shownAtMs - shownTimeUs / 1000 : null;
    return { latencyMs, videoFrames, stalls, stallMs, packetsLate };
  },
};
