// A TURN client over TCP, just enough to ask a relay for what it should refuse (RFC 8489, RFC 8656): it allocates, and asks for
// permissions. It relays nothing. One rule: an answer is a number, 0 for success, else the error code that the relay gave.

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';

const MAGIC = Buffer.from('2112a442', 'hex');
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 24;

const METHOD = { allocate: 0x003, createPermission: 0x008, channelBind: 0x009 };
const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  channel: 0x000c,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  family: 0x0017,
  transport: 0x0019,
};
const CLASS_BITS = 0x0110;
const SUCCESS = 0x0100;
/** The first channel number that a client may bind. */
const CHANNEL = 0x4000;
/** One question at a time on a connection that keeps their order: no question needs an id of its own. */
const TRANSACTION = randomBytes(12);
const PEER_PORT = 9;

/** IP protocol numbers that a relay may be asked for. */
export const TRANSPORT = { tcp: 6, udp: 17 };

/** A user and its password. */
export interface TurnCredential {
  username: string;
  credential: string;
}

type Attribute = readonly [type: number, value: Buffer];
type Answer = { code: number; attributes: Map<number, Buffer> };

/** A client with one TCP connection to a relay on this machine. */
export class TurnClient {
  readonly #socket: Socket;
  readonly #user: TurnCredential;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, user: TurnCredential) {
    this.#socket = socket;
    this.#user = user;
    // A relay resets the connection of whom it refused; who waits for an answer is told by the runner's deadline.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])));
  }

  /** Connects to 127.0.0.1. */
  static async open(port: number, user: TurnCredential): Promise<TurnClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new TurnClient(socket, user);
  }

  /** Asks for a relayed address of this family. */
  async allocate(family: 4 | 6 = 4, transport = TRANSPORT.udp): Promise<number> {
    const asked: Attribute[] = [
      [ATTRIBUTE.transport, Buffer.from([transport, 0, 0, 0])],
      [ATTRIBUTE.family, Buffer.from([family === 4 ? 1 : 2, 0, 0, 0])],
    ];
    const first = await this.#ask(METHOD.allocate, asked, false);
    if (first.code !== 401) return first.code;
    this.#realm = first.attributes.get(ATTRIBUTE.realm) ?? this.#realm;
    this.#nonce = first.attributes.get(ATTRIBUTE.nonce) ?? this.#nonce;
    return (await this.#ask(METHOD.allocate, asked)).code;
  }

  /** Asks to exchange packets with an address. */
  async permit(address: string): Promise<number> {
    return (await this.#ask(METHOD.createPermission, [[ATTRIBUTE.peer, peerAddress(address)]])).code;
  }

  /** Asks for a channel to an address, the other way to a permission. */
  async bind(address: string): Promise<number> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(CHANNEL);
    const asked: Attribute[] = [
      [ATTRIBUTE.channel, number],
      [ATTRIBUTE.peer, peerAddress(address)],
    ];
    return (await this.#ask(METHOD.channelBind, asked)).code;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #ask(method: number, asked: readonly Attribute[], isSigned = true): Promise<Answer> {
    const { username } = this.#user;
    const identity: Attribute[] = isSigned
      ? [
          [ATTRIBUTE.username, Buffer.from(username)],
          [ATTRIBUTE.realm, this.#realm],
          [ATTRIBUTE.nonce, this.#nonce],
        ]
      : [];
    const body = Buffer.concat([...asked, ...identity].map(([type, value]) => attribute(type, value)));
    const message = Buffer.concat([header(method, body.length), body]);
    this.#socket.write(isSigned ? this.#sign(message) : message);
    return this.#answer();
  }

  /** MESSAGE-INTEGRITY: its own length counts, its own bytes don't. */
  #sign(message: Buffer): Buffer {
    const { username, credential } = this.#user;
    message.writeUInt16BE(message.length - HEADER_BYTES + INTEGRITY_BYTES, 2);
    const key = createHash('md5').update(`${username}:${this.#realm.toString()}:${credential}`).digest();
    const digest = createHmac('sha1', key).update(message).digest();
    return Buffer.concat([message, attribute(ATTRIBUTE.integrity, digest)]);
  }

  async #answer(): Promise<Answer> {
    while (this.#received.length < HEADER_BYTES || this.#received.length < this.#messageBytes())
      await once(this.#socket, 'data');
    const message = this.#received.subarray(0, this.#messageBytes());
    this.#received = this.#received.subarray(message.length);
    const attributes = readAttributes(message.subarray(HEADER_BYTES));
    if ((message.readUInt16BE(0) & CLASS_BITS) === SUCCESS) return { code: 0, attributes };
    const error = attributes.get(ATTRIBUTE.error);
    if (!error) throw new Error('An answer that is neither success nor error');
    return { code: error.readUInt8(2) * 100 + error.readUInt8(3), attributes };
  }

  #messageBytes(): number {
    return HEADER_BYTES + this.#received.readUInt16BE(2);
  }
}

function header(method: number, bodyBytes: number): Buffer {
  const start = Buffer.alloc(4);
  // The low four bits of a method stay where they are; no method here needs more.
  start.writeUInt16BE(method, 0);
  start.writeUInt16BE(bodyBytes, 2);
  return Buffer.concat([start, MAGIC, TRANSACTION]);
}

function attribute(type: number, value: Buffer): Buffer {
  const start = Buffer.alloc(4);
  start.writeUInt16BE(type, 0);
  start.writeUInt16BE(value.length, 2);
  return Buffer.concat([start, value, Buffer.alloc(-value.length & 3)]);
}

function readAttributes(body: Buffer): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= body.length;) {
    const length = body.readUInt16BE(at + 2);
    attributes.set(body.readUInt16BE(at), body.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return attributes;
}

/** XOR-PEER-ADDRESS: masked by the magic cookie, and an IPv6 address by the transaction's id after it. */
function peerAddress(address: string): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  const mask = Buffer.concat([MAGIC, TRANSACTION]);
  const value = Buffer.alloc(4 + bytes.length);
  value.writeUInt8(bytes.length === 4 ? 1 : 2, 1);
  value.writeUInt16BE(PEER_PORT ^ MAGIC.readUInt16BE(0), 2);
  for (const [i, byte] of bytes.entries()) value.writeUInt8(byte ^ mask.readUInt8(i), 4 + i);
  return value;
}
