// The source of the bare connections of `join`: the app's test card as a track, given to whoever offers.

import { TestcardSource } from '../../../src/media/testcard-source.ts';

interface Signal {
  type: string;
  src: string;
  payload: RTCSessionDescriptionInit & RTCIceCandidateInit;
}

interface SourceFormat {
  width: number;
  height: number;
  frameRate: number;
  bitrate: number;
  mimeType: string;
}

declare global {
  interface Window {
    /** Resolves once offers are heard. */
    benchServe(format: SourceFormat): Promise<void>;
    /** In the bare page: when its first frame was presented, ms from navigation start. */
    benchFirstFrameMs?: number;
  }
}

const ID = 'bench-source';
const connections = new Map<string, Promise<RTCPeerConnection>>();

function openTrack(format: SourceFormat): MediaStreamTrack {
  const generator = new MediaStreamTrackGenerator({ kind: 'video' });
  const writer = generator.writable.getWriter();
  new TestcardSource(format, new OffscreenCanvas(format.width, format.height)).feed({
    frame: (frame, timeUs) => {
      const stamped = new VideoFrame(frame, { timestamp: timeUs });
      frame.close();
      void writer.write(stamped);
    },
    sound: () => undefined,
  });
  return generator;
}

async function answer(
  track: MediaStreamTrack,
  { bitrate, mimeType }: SourceFormat,
  offer: RTCSessionDescriptionInit,
  send: (type: string, payload: unknown) => void,
): Promise<RTCPeerConnection> {
  const connection = new RTCPeerConnection();
  let answered: () => void = () => undefined;
  const isAnswered = new Promise<void>((resolve) => (answered = resolve));
  connection.onicecandidate = ({ candidate }) => {
    if (candidate) void isAnswered.then(() => send('CANDIDATE', candidate));
  };
  connection.onconnectionstatechange = () => {
    if (connection.connectionState === 'disconnected') connection.close();
  };
  await connection.setRemoteDescription(offer);
  const sender = connection.addTrack(track);
  const [transceiver] = connection.getTransceivers();
  const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
  transceiver!.setCodecPreferences(
    codecs.filter((codec) => [mimeType, 'video/rtx'].includes(codec.mimeType)),
  );
  await connection.setLocalDescription();
  send('ANSWER', connection.localDescription);
  answered();
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) encoding.maxBitrate = bitrate;
  await sender.setParameters(parameters);
  return connection;
}

window.benchServe = async (format) => {
  const track = openTrack(format);
  const socket = new WebSocket(`ws://${location.host}/peerjs?key=peerjs&id=${ID}&token=${ID}`);
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const { type, src, payload } = JSON.parse(data) as Signal;
    if (type === 'OFFER') {
      // One guest at a time.
      for (const old of connections.values()) void old.then((connection) => connection.close());
      connections.clear();
      const send = (kind: string, value: unknown): void =>
        socket.send(JSON.stringify({ type: kind, dst: src, payload: value }));
      connections.set(src, answer(track, format, payload, send));
    } else if (type === 'CANDIDATE') {
      void connections.get(src)?.then((connection) => connection.addIceCandidate(payload));
    }
  };
  await new Promise((resolve) => (socket.onopen = resolve));
  setInterval(() => socket.send(JSON.stringify({ type: 'HEARTBEAT' })), 5000);
};
