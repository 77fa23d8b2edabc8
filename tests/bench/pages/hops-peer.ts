// The other side of `hops`, as many links of the chain as it is asked for: each takes a track from the one before and
// passes it on with addTrack, which encodes anew. The first draws the same test card as the app, straight into the track:
// the shortest way that WebRTC offers.

import { show } from './hops-reader.ts';
import { TestcardSource } from '../../../src/media/testcard-source.ts';

/** What to draw and how to send it. */
interface ChainFormat {
  width: number;
  height: number;
  frameRate: number;
  /** bit/s at most. */
  bitrate: number;
  mimeType: string;
}

/** What a hop sends. */
interface Outbound {
  mimeType: string;
  width: number;
  height: number;
  framesPerSecond: number;
  bytes: number;
}

interface PeerPage {
  /** Draws the card at depth 0; resolves with the wall time of frame 0, ms. */
  draw(format: ChainFormat): Promise<number>;
  /** The description of a new connection from this depth to the next, candidates included. */
  offer(depth: number, format: ChainFormat): Promise<string>;
  /** Answers it as the next depth. */
  answer(depth: number, sdp: string): Promise<string>;
  accept(depth: number, sdp: string): Promise<void>;
  /** Whether a picture is shown. */
  isShowing(depth: number): boolean;
  /** What a depth sends on. */
  outbound(depth: number): Promise<Outbound>;
}

declare global {
  interface Window {
    benchPeer: PeerPage;
  }
}

const SECOND_US = 1_000_000;
const tracks = new Map<number, MediaStreamTrack>();
const videos = new Map<number, HTMLVideoElement>();
/** The connection from each depth to the next. */
const onward = new Map<number, RTCPeerConnection>();

function take(depth: number, track: MediaStreamTrack): void {
  tracks.set(depth, track);
  const video = document.createElement('video');
  video.muted = video.autoplay = video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  videos.set(depth, video);
  show(depth, video);
}

async function gathered(connection: RTCPeerConnection): Promise<string> {
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) =>
      connection.addEventListener('icegatheringstatechange', resolve, { once: true }),
    );
  }
  return connection.localDescription!.sdp;
}

function secondNow(): number {
  return Math.floor(((performance.timeOrigin + performance.now()) * 1000) / SECOND_US);
}

/** The source counts its frames from the full second in which it was made. */
function openSource(format: ChainFormat): { source: TestcardSource; second: number } {
  for (;;) {
    const second = secondNow();
    const source = new TestcardSource(format, new OffscreenCanvas(format.width, format.height));
    if (secondNow() === second) return { source, second };
    source.stop();
  }
}

window.benchPeer = {
  async draw(format) {
    const generator = new MediaStreamTrackGenerator({ kind: 'video' });
    const writer = generator.writable.getWriter();
    const { source, second } = openSource(format);
    await writer.ready;
    source.feed({
      frame: (frame, timeUs) => {
        const stamped = new VideoFrame(frame, { timestamp: timeUs });
        frame.close();
        void writer.write(stamped);
      },
      sound: () => undefined,
    });
    take(0, generator);
    return second * 1000;
  },

  async offer(depth, { bitrate, mimeType }) {
    const connection = new RTCPeerConnection();
    onward.set(depth, connection);
    const sender = connection.addTrack(tracks.get(depth)!);
    const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
    const isChosen = (codec: RTCRtpCodec) => codec.mimeType === mimeType;
    if (!codecs.some(isChosen)) throw new Error(`This browser does not send ${mimeType}`);
    const [transceiver] = connection.getTransceivers();
    transceiver!.setCodecPreferences([
      ...codecs.filter(isChosen),
      ...codecs.filter((codec) => !isChosen(codec)),
    ]);
    await connection.setLocalDescription();
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) encoding.maxBitrate = bitrate;
    await sender.setParameters(parameters);
    return gathered(connection);
  },

  async answer(depth, sdp) {
    const connection = new RTCPeerConnection();
    connection.addEventListener('track', ({ track }) => take(depth, track));
    await connection.setRemoteDescription({ type: 'offer', sdp });
    await connection.setLocalDescription();
    return gathered(connection);
  },

  async accept(depth, sdp) {
    await onward.get(depth)!.setRemoteDescription({ type: 'answer', sdp });
  },

  isShowing: (depth) => (videos.get(depth)?.videoWidth ?? 0) > 0,

  async outbound(depth) {
    const report = await onward.get(depth)!.getStats();
    let outbound: RTCOutboundRtpStreamStats | undefined;
    report.forEach((entry: RTCStats) => {
      if (entry.type === 'outbound-rtp') outbound = entry as RTCOutboundRtpStreamStats;
    });
    const codec = report.get(outbound?.codecId ?? '') as { mimeType?: string } | undefined;
    return {
      mimeType: codec?.mimeType ?? '',
      width: outbound?.frameWidth ?? 0,
      height: outbound?.frameHeight ?? 0,
      framesPerSecond: outbound?.framesPerSecond ?? 0,
      bytes: outbound?.bytesSent ?? 0,
    };
  },
};
