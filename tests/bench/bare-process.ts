// The other side of `relay`: a bare onmessage -> send loop over connections of the same library as the headless relay's.
// As a source's receiver it passes on what it gets; as a sink it only counts.

import { nodeWrtc, releaseWrtc } from '../../src/edge/node-wrtc.ts';
import type { BareAnswer, BareAsk } from './bare.ts';

/** Unordered and reliable, as the media channel of an edge. */
const CHANNEL: RTCDataChannelInit = { ordered: false };

const outs: RTCDataChannel[] = [];
const offered: RTCPeerConnection[] = [];
/** Held, or they would be collected and closed. */
const answered: RTCPeerConnection[] = [];
let bytesReceived = 0;
let bytesSent = 0;

function open(): RTCPeerConnection {
  return new nodeWrtc.RTCPeerConnection({ iceServers: [] });
}

function receive(data: ArrayBuffer): void {
  bytesReceived += data.byteLength;
  pass(data);
}

function pass(data: ArrayBuffer): void {
  for (const out of outs) {
    if (out.readyState !== 'open') continue;
    out.send(data);
    bytesSent += data.byteLength;
  }
}

async function described(connection: RTCPeerConnection): Promise<string> {
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) =>
      connection.addEventListener('icegatheringstatechange', resolve, { once: true }),
    );
  }
  return connection.localDescription!.sdp;
}

async function answer(sdp: string): Promise<string> {
  const connection = open();
  answered.push(connection);
  connection.ondatachannel = ({ channel }) => {
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => receive(data);
  };
  await connection.setRemoteDescription({ type: 'offer', sdp });
  await connection.setLocalDescription(await connection.createAnswer());
  return described(connection);
}

async function offer(): Promise<string> {
  const connection = open();
  offered.push(connection);
  outs.push(connection.createDataChannel('bare', CHANNEL));
  await connection.setLocalDescription(await connection.createOffer());
  return described(connection);
}

async function accept(sdp: string): Promise<void> {
  const [connection, channel] = [offered.at(-1)!, outs.at(-1)!];
  const opened = new Promise((resolve) => (channel.onopen = resolve));
  await connection.setRemoteDescription({ type: 'answer', sdp });
  await opened;
}

async function reply(ask: BareAsk): Promise<BareAnswer> {
  if (ask.ask === 'offer') return { sdp: await offer() };
  if (ask.ask === 'answer') return { sdp: await answer(ask.sdp) };
  if (ask.ask === 'accept') {
    await accept(ask.sdp);
    return {};
  }
  if (ask.ask === 'send') {
    for (let i = 0; i < ask.count; i++) pass(new ArrayBuffer(ask.bytes));
    return {};
  }
  const { user, system } = process.cpuUsage();
  return { cpuUs: user + system, bytesReceived, bytesSent };
}

process.on('message', ({ id, ...ask }: BareAsk & { id: number }) => {
  void reply(ask).then((replied) => process.send!({ id, ...replied }));
});
process.on('disconnect', () => {
  releaseWrtc();
  process.exit();
});
