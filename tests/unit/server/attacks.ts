// The attacks on the signaling server (TESTS.md S1, S3, S4), in any size, against whatever listens on a port and trusts one proxy.
import { performance } from 'node:perf_hooks';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Signer } from '../../../src/ports.ts';
import { proveId } from '../../../src/session/registrations.ts';
import { MESSAGE_BYTES_MAX } from '../../../src/server/limits.ts';
import { each, hangUp, registeredFrom, socketFrom, untilMessage, untilRead } from './attack-sockets.ts';
import { addressFor, Client } from './client.ts';

/** Frames that a socket sends at once, the first of which costs it the connection where it is hostile. */
const FRAMES_AT_ONCE = 50;

/** One in so many sockets sends a frame as large as may be, or larger. */
const LARGE_EVERY = 100;

/** How long a join may go unanswered before it counts as failed: a hundred times what one takes beside a crowd. */
const JOIN_MS_MAX = 10_000;

/** What no honest client says. */
const MALFORMED: readonly (string | Buffer)[] = [
  '',
  'null',
  'true',
  '7',
  '-1e999',
  '"text"',
  '[]',
  '[null]',
  '{"type":',
  'OFFER',
  '{"type":null}',
  '{"type":7,"dst":"x"}',
  '{"type":["OFFER"],"dst":"x"}',
  '{"type":{"toString":"OFFER"},"dst":"x"}',
  '{"__proto__":{"type":"OFFER","dst":"x"}}',
  '{"type":"__proto__","dst":"__proto__"}',
  '{"type":"constructor"}',
  '{"type":"OFFER","dst":{"id":"x"},"payload":1}',
  '{"type":"OFFER","dst":["x"]}',
  '{"type":"OFFER","dst":null}',
  '{"type":"OFFER","dst":"__proto__","payload":{"__proto__":{"polluted":true}}}',
  '{"type":"OFFER","dst":"\\ud800"}',
  '{"type":"OFFER","dst":"a\\u0000b"}',
  '{"type":"PROOF","payload":{"publicKey":{},"signature":[]}}',
  '{"type":"OPEN"}',
  `{"type":"OFFER","dst":"x","payload":${'['.repeat(40)}${']'.repeat(40)}}`,
  Buffer.from([0xc3, 0x28]),
  Buffer.from([0xff, 0xfe, 0x00]),
];

/** The same, with much of it. */
const LARGE: readonly string[] = [
  'x'.repeat(MESSAGE_BYTES_MAX + 1),
  '['.repeat(100_000),
  '['.repeat(MESSAGE_BYTES_MAX - 1),
  '{"a":'.repeat(13_000),
  `{"type":"OFFER","dst":"${'a'.repeat(60_000)}"}`,
];

/** S1: so many malformed frames, each kind now and then the first of its socket; `report` hears how many were sent. */
export async function sendMalformed(
  port: number,
  frames: number,
  report: (sent: number) => void = () => undefined,
): Promise<void> {
  await each(Math.ceil(frames / FRAMES_AT_ONCE), 32, async (i) => {
    const socket = socketFrom(i, port, `hostile-${i}`);
    await Promise.race([once(socket, 'open'), once(socket, 'close')]);
    if (i % LARGE_EVERY === 0) say(socket, LARGE[(i / LARGE_EVERY) % LARGE.length]!);
    for (let k = 0; k < FRAMES_AT_ONCE; k++) say(socket, MALFORMED[(i + k) % MALFORMED.length]!);
    const closed = once(socket, 'close');
    socket.close();
    await closed;
    report((i + 1) * FRAMES_AT_ONCE);
  });
}

function say(socket: WebSocket, frame: string | Buffer): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(frame, { binary: false }, () => undefined);
}

/** S3: so many offers of 60 KB for `victim`, who isn't there; then it comes. Gives the bytes and frames it is sent at once. */
export async function layBomb(
  port: number,
  offers: number,
  victim: string,
): Promise<{ bytes: number; frames: number }> {
  const offer = JSON.stringify({ type: 'OFFER', dst: victim, payload: 'x'.repeat(60_000) });
  await each(Math.ceil(offers / FRAMES_AT_ONCE), 8, async (i) => {
    const id = `bomber-${i}`;
    const socket = await registeredFrom(i, port, id);
    for (let k = 0; k < FRAMES_AT_ONCE; k++) say(socket, offer);
    await untilRead(socket, id);
    await hangUp(socket);
  });
  const socket = socketFrom(offers, port, victim);
  let [bytes, frames] = [0, 0];
  socket.on('message', (data: Buffer) => {
    bytes += data.length;
    frames++;
  });
  await untilMessage(socket, ({ type }) => type === 'OPEN');
  await untilRead(socket, victim);
  await hangUp(socket);
  return { bytes, frames: frames - 2 };
}

/** Sockets that are there and say nothing but that they are, as PeerJS does. */
export class IdleCrowd {
  readonly #sockets: WebSocket[] = [];
  readonly #timer = setInterval(() => this.#beat(), 5_000);

  /** `from`: how many came before. */
  async arrive(port: number, count: number, from = 0): Promise<void> {
    await each(count, 100, async (i) => {
      const socket = await registeredFrom(0x100000 + from + i, port, `idle-${from + i}`);
      this.#sockets.push(socket);
      socket.send('{"type":"HEARTBEAT"}');
    });
  }

  /** How many of them are still connected. */
  get here(): number {
    return this.#sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  }

  leave(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.terminate();
  }

  #beat(): void {
    for (const socket of this.#sockets) say(socket, '{"type":"HEARTBEAT"}');
  }
}

/** A broadcaster that holds its id by right and answers each offer. */
export async function startAnswering(port: number, signer: Signer): Promise<WebSocket> {
  const client = new Client(addressFor(port, signer.broadcastId));
  const { nonce } = (await client.next()).payload as { nonce: string };
  client.send({ type: 'PROOF', payload: await proveId(signer, `127.0.0.1:${port}`, nonce) });
  const { type } = await client.next();
  if (type !== 'OPEN') throw new Error(`The broadcaster was told ${type}`);
  const { socket } = client;
  socket.on('message', (data: Buffer) => {
    const { type, src } = JSON.parse(data.toString()) as { type: string; src: string };
    if (type === 'OFFER') socket.send(JSON.stringify({ type: 'ANSWER', dst: src, payload: 'sdp' }));
  });
  return socket;
}

/** S4: honest joins, so many at a time: a socket, an offer, an answer. Gives how long each took, ms, shortest first; rejects when one
 * isn't answered. A broadcaster's registration takes `OFFERS_BURST` of them at whatever pace, and more at `OFFERS_PER_SECOND`. */
export async function joinAll(
  port: number,
  broadcastId: string,
  joins: number,
  atOnce: number,
): Promise<number[]> {
  const tookMs: number[] = [];
  await each(joins, atOnce, async (i) => {
    const startMs = performance.now();
    const socket = socketFrom(0x200000 + i, port, `viewer-${i}`);
    const answered = untilMessage(socket, ({ type, src }) => type === 'ANSWER' && src === broadcastId);
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'OFFER', dst: broadcastId, payload: 'x'.repeat(2_000) }));
    });
    const deadline = setTimeout(() => socket.terminate(), JOIN_MS_MAX);
    await answered;
    clearTimeout(deadline);
    tookMs.push(performance.now() - startMs);
    await hangUp(socket);
  });
  return tookMs.sort((a, b) => a - b);
}
