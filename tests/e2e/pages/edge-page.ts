// Runs in a real browser: the contract suite, and what only a real connection can show. The test drives `window.edgeTest`.

import { offerEarly } from '../../../src/edge/early-offer.ts';
import { openEdges } from '../../../src/edge/edges.ts';
import { EDGE_OPEN_MS_MAX, MESSAGE_BYTES_MAX } from '../../../src/base/limits.ts';
import type { EdgeSignal } from '../../../src/ports.ts';
import { EDGE_CONTRACT, EdgeWitness, openPair, startPair } from '../../contract/edge-contract.ts';

const iceServers: RTCIceServer[] = [];

/** A WebRTC implementation that remembers its connections without keeping them alive; `channels` gets, and keeps, theirs. */
function recordingWrtc(channels?: RTCDataChannel[]) {
  const connections: WeakRef<RTCPeerConnection>[] = [];
  const configs: (RTCConfiguration | undefined)[] = [];
  class RecordedConnection extends RTCPeerConnection {
    constructor(config?: RTCConfiguration) {
      super(config);
      connections.push(new WeakRef(this));
      configs.push(config);
    }
    override createDataChannel(label: string, options?: RTCDataChannelInit) {
      const channel = super.createDataChannel(label, options);
      channels?.push(channel);
      return channel;
    }
  }
  return {
    wrtc: { RTCPeerConnection: RecordedConnection, RTCSessionDescription, RTCIceCandidate },
    connections,
    configs,
  };
}

async function contract(name: string): Promise<void> {
  await EDGE_CONTRACT[name]!({ left: openEdges(iceServers), right: openEdges(iceServers) });
}

/** Whether an edge on an offer that was all made before says and carries the same as any other. */
async function early(): Promise<{ said: EdgeSignal[]; signalled: EdgeSignal[]; carried: number[] }> {
  const said: EdgeSignal[] = [];
  const offer = offerEarly(Promise.resolve(iceServers), (signal) => said.push(signal));
  await offer.described;
  while (said.length === 0) await new Promise((resolve) => setTimeout(resolve));
  const { near, far, nearLog, farLog } = await openPair({
    left: openEdges(iceServers, undefined, undefined, offer),
    right: openEdges(iceServers),
  });
  near.sendMedia(Uint8Array.of(1));
  far.sendControl(Uint8Array.of(2));
  await farLog.happened('media');
  await nearLog.happened('control');
  const carried = [...farLog.bytes('media'), ...nearLog.bytes('control')].map(([byte]) => byte!);
  near.close();
  await farLog.happened('closed');
  const signalled = nearLog.log.flatMap((happening) =>
    happening.what === 'signal' ? [happening.signal] : [],
  );
  return { said, signalled, carried };
}

/**
 * Whether an edge on a connection that was answered, opened and spoken to before hears of it all, in order. The answerer's edge is open, and
 * has said its part, before ours is made; `isOther`: what the edge is then given as the answer is another one.
 */
async function earlyAnswer(isOther: boolean): Promise<string[]> {
  const farLog = new EdgeWitness();
  const far = openEdges(iceServers).answer(farLog);
  const offer = offerEarly(Promise.resolve(iceServers), (signal) => far.signal(signal));
  await farLog.happened('signal');
  const answers = farLog.log.flatMap((happening) => (happening.what === 'signal' ? [happening.signal] : []));
  const [answer] = answers;
  if (answer?.type !== 'answer') throw new Error('no answer');
  offer.connect(answer.sdp);
  await farLog.happened('opened');
  far.sendMedia(new Uint8Array(MESSAGE_BYTES_MAX));
  far.sendControl(new Uint8Array(2));
  while (offer.media.readyState !== 'open' || offer.control.readyState !== 'open')
    await new Promise((resolve) => setTimeout(resolve));
  // Both messages have come, and nobody was there to take them.
  await new Promise((resolve) => setTimeout(resolve, 300));

  const nearLog = new EdgeWitness();
  const near = openEdges(iceServers, undefined, undefined, offer).offer(nearLog);
  await Promise.resolve();
  const isSilent = nearLog.count('opened') + nearLog.count('media') === 0;
  const sdp = isOther ? answer.sdp.replace(/a=ice-pwd:.*/, 'a=ice-pwd:0123456789abcdefghijklmn') : answer.sdp;
  near.signal({ type: 'answer', sdp });
  if (isOther) await nearLog.happened('closed');
  else {
    await nearLog.happened('media');
    await nearLog.happened('control');
    near.close();
  }
  await farLog.happened('closed');
  const lengths = [...nearLog.bytes('media'), ...nearLog.bytes('control')].map(({ length }) =>
    String(length),
  );
  return [isSilent ? 'silent' : 'early', ...nearLog.log.map(({ what }) => what), ...lengths];
}

/** How an edge ends whose other side sends what it mustn't; the log's last words. */
async function misbehave(how: 'text' | 'oversize' | 'third-channel'): Promise<string[]> {
  const channels: RTCDataChannel[] = [];
  const { wrtc, connections } = recordingWrtc(channels);
  const { nearLog, farLog } = await openPair({
    left: openEdges(iceServers, wrtc),
    right: openEdges(iceServers),
  });
  const [media] = channels;
  if (how === 'text') media!.send('text');
  else if (how === 'oversize') media!.send(new Uint8Array(MESSAGE_BYTES_MAX + 1));
  else connections[0]!.deref()!.createDataChannel('third');
  await farLog.happened('closed');
  await nearLog.happened('closed');
  return farLog.log.map(({ what }) => what);
}

const remembered: WeakRef<RTCPeerConnection>[] = [];

/** Opens and closes pairs one after the other, and tells what servers each connection was given. */
async function churn(pairs: number): Promise<unknown[]> {
  const { wrtc, connections, configs } = recordingWrtc();
  const maker = openEdges(iceServers, wrtc);
  for (let i = 0; i < pairs; i++) {
    const { near, far, nearLog, farLog } = await openPair({ left: maker, right: maker });
    // Whoever is heard on a channel has been told that it is open (see edges.ts).
    for (const edge of [near, far]) {
      edge.sendMedia(new Uint8Array(1));
      edge.sendControl(new Uint8Array(1));
    }
    for (const log of [nearLog, farLog]) {
      await log.happened('media');
      await log.happened('control');
    }
    near.close();
    await nearLog.happened('closed');
    await farLog.happened('closed');
  }
  remembered.push(...connections);
  return configs.map((config) => config?.iceServers);
}

/** How many of churn's connections the collector couldn't free. */
function alive(): number {
  return remembered.filter((ref) => ref.deref() !== undefined).length;
}

/** A STUN server that doesn't answer: when the description comes, and whether the edge opens nevertheless. */
async function blockedStun(server: string): Promise<{ descriptionMs: number; openedMs: number }> {
  const startMs = performance.now();
  const blocked = openEdges([{ urls: server }]);
  const pair = startPair({ left: blocked, right: blocked });
  await pair.nearLog.happened('signal');
  const descriptionMs = performance.now() - startMs;
  await pair.nearLog.happened('opened');
  const openedMs = performance.now() - startMs;
  pair.near.close();
  await pair.farLog.happened('closed');
  return { descriptionMs, openedMs };
}

/** An offer that nobody answers, with the deadline in our hands. */
async function unanswered(): Promise<string[]> {
  let deadline: (() => void) | undefined;
  const clock = {
    after(delayMs: number, run: () => void) {
      if (delayMs === EDGE_OPEN_MS_MAX) {
        deadline = run;
        return () => undefined;
      }
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  };
  const log = new EdgeWitness();
  openEdges(iceServers, undefined, clock).offer(log);
  await log.happened('signal');
  deadline!();
  await log.happened('closed');
  return log.log.map(({ what }) => what);
}

/** An offer with a picture in it. */
async function hostileOffer(): Promise<string[]> {
  const pc = new RTCPeerConnection();
  pc.createDataChannel('data');
  pc.addTransceiver('video');
  const { sdp = '' } = await pc.createOffer();
  const log = new EdgeWitness();
  openEdges(iceServers).answer(log).signal({ type: 'offer', sdp });
  await log.happened('closed');
  pc.close();
  return log.log.map(({ what }) => what);
}

/** What the browser refuses to open is closed and doesn't throw. */
async function refused(): Promise<string[]> {
  const NoConnection = function () {
    throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
  } as unknown as typeof RTCPeerConnection;
  const wrtc = {
    RTCPeerConnection: NoConnection,
    RTCSessionDescription,
    RTCIceCandidate,
  };
  const log = new EdgeWitness();
  const edge = openEdges(iceServers, wrtc).offer(log);
  edge.signal({ type: 'answer', sdp: '' });
  await log.happened('closed');
  return log.log.map(({ what }) => what);
}

/** One end of an edge to another page of this browser. Resolves to ms from the start to opened. */
async function acrossPages(role: 'offer' | 'answer'): Promise<number> {
  const air = new BroadcastChannel('edge-test');
  const log = new EdgeWitness();
  log.carryTo(() => ({ signal: (signal: EdgeSignal) => air.postMessage(signal) }) as never);
  const startMs = performance.now();
  const edge = openEdges(iceServers)[role](log);
  air.onmessage = ({ data }: MessageEvent<EdgeSignal>) => edge.signal(data);
  await log.happened('opened');
  const openedMs = performance.now() - startMs;
  if (role === 'offer') edge.sendControl(Uint8Array.of(42));
  else await log.happened('control');
  if (role === 'answer') edge.close();
  await log.happened('closed');
  air.close();
  return openedMs;
}

/** Answers an edge of another page; `answered` tells how it went. */
function answerAcross(): void {
  edgeTest.answered = acrossPages('answer');
}

/** Media moved through one edge in one page, MB/s. */
async function throughput(bytes: number): Promise<number> {
  const maker = openEdges(iceServers);
  const { near, nearLog, farLog } = await openPair({ left: maker, right: maker });
  const message = new Uint8Array(4096);
  const startMs = performance.now();
  let sent = 0;
  const fill = () => {
    while (sent < bytes && near.mediaBufferedBytes < 65_536) {
      near.sendMedia(message);
      sent += message.length;
    }
  };
  nearLog.drained = fill;
  fill();
  await farLog.happened('media', bytes / message.length);
  const rate = bytes / 1000 / (performance.now() - startMs);
  near.close();
  return rate;
}

const edgeTest = {
  contract,
  early,
  earlyAnswer,
  misbehave,
  churn,
  alive,
  blockedStun,
  unanswered,
  hostileOffer,
  refused,
  acrossPages,
  answerAcross,
  answered: undefined as Promise<number> | undefined,
  throughput,
};

declare global {
  interface Window {
    edgeTest: typeof edgeTest;
  }
}
window.edgeTest = edgeTest;
