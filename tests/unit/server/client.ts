// A client of the PeerServer protocol over a real socket, for tests: it waits for messages, it never sleeps.
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** A message of the server. */
export interface ServerMessage {
  type: string;
  src?: string;
  dst?: string;
  payload?: unknown;
}

/** A socket whose messages can be taken one after the other. */
export class Client {
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #messages: ServerMessage[] = [];
  readonly #waiting: ((message: ServerMessage) => void)[] = [];

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, options);
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as ServerMessage;
      const next = this.#waiting.shift();
      if (next) next(message);
      else this.#messages.push(message);
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** The next message not yet taken. */
  next(): Promise<ServerMessage> {
    const message = this.#messages.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  send(message: object | string | Buffer): void {
    const isRaw = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(isRaw ? message : JSON.stringify(message));
  }
}

/** The address at which `id` registers. */
export function addressFor(port: number, id: string, token = `token-${id}`, key = 'peerjs'): string {
  const query = new URLSearchParams({ key, id, token, version: '1.5.5' });
  return `ws://127.0.0.1:${port}/peerjs?${query.toString()}`;
}

/** A registered client. */
export async function join(port: number, id: string, token?: string): Promise<Client> {
  const client = new Client(addressFor(port, id, token));
  const { type } = await client.next();
  if (type !== 'OPEN') throw new Error(`expected OPEN, got ${type}`);
  return client;
}
