// `node --import tsx offer-flood-process.ts PORT BROADCAST-ID SECONDS`: a hostile crowd. From ever new addresses it opens sockets and sends
// well-formed joins, each of somebody else, as fast as they are taken, until the server closes each socket. It knows the wire, and
// shares no code with an honest peer. Prints one JSON object at the end.

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { constants, setPriority } from 'node:os';

/** More than the server takes of one socket at once. */
const OFFERS_A_SOCKET = 500;
/** Ready-made floods; a join that comes a second time, from another address, minutes later costs no less. */
const FLOODS = 40;
const SOCKETS_AT_ONCE = 24;
const TEXT_FRAME = 0x81;
const MASKED_16_BIT = 0x80 | 126;

const [port = '', broadcastId = '', seconds = ''] = process.argv.slice(2);

function offer(): string {
  const [join, peer] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const fingerprint = [...randomBytes(32)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase());
  const sdp = [
    'v=0',
    `o=- ${randomBytes(6).readUIntBE(0, 6)} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${randomBytes(3).toString('base64')}`,
    `a=ice-pwd:${randomBytes(18).toString('base64')}`,
    `a=fingerprint:sha-256 ${fingerprint.join(':')}`,
    'a=setup:actpass',
    'a=mid:0',
    'a=sctp-port:5000',
    'a=max-message-size:262144',
    '',
  ].join('\r\n');
  const payload = { v: 1, join, peer, signal: { type: 'offer', sdp } };
  return JSON.stringify({ type: 'OFFER', dst: broadcastId, payload });
}

/** A masked text frame (RFC 6455, section 5.2); a mask of zeros leaves the text as it is. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head[0] = TEXT_FRAME;
  head[1] = MASKED_16_BIT;
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

// Real attackers have machines of their own: this one takes only the time that the server and the browser leave.
setPriority(constants.priority.PRIORITY_LOW);

let number = 0;

/** One socket's life. */
function attack(flood: Buffer): Promise<void> {
  const n = ++number;
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
    const head = [
      `GET /peerjs?key=peerjs&id=flood-${n}&token=t HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `X-Forwarded-For: ${address}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      '\r\n',
    ].join('\r\n');
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.write(head);
    socket.write(flood);
    socket.resume();
  });
}

const floods = Array.from({ length: FLOODS }, () =>
  Buffer.concat(Array.from({ length: OFFERS_A_SOCKET }, () => frame(offer()))),
);
const endMs = performance.now() + Number(seconds) * 1000;
await Promise.all(
  Array.from({ length: SOCKETS_AT_ONCE }, async () => {
    while (performance.now() < endMs) await attack(floods[number % FLOODS]!);
  }),
);
console.log(JSON.stringify({ sockets: number }));
