// Whoever wants a broadcast's id without its key (TESTS.md S2): each kind has something that the key did sign, or a key of its own.

import { once } from 'node:events';
import { WebSocket } from 'ws';
import { base64 } from '../../src/base/bytes.ts';
import type { IdProof, Signer } from '../../src/ports.ts';
import { proveId } from '../../src/session/registrations.ts';
import { addressNumber, hangUp } from '../unit/server/attack-sockets.ts';
import { addressFor } from '../unit/server/client.ts';

/** What impostors have to go by. */
export interface Loot {
  port: number;
  /** The host that the owner dials, and so do they. */
  host: string;
  /** The key behind the id; of it they only see what it signs for others. */
  owner: Signer;
  stranger: Signer;
  /** The token of the owner's registration, from its last address. */
  token: () => string;
  /** The proof that the owner sent last, to this very server. */
  recorded: () => IdProof;
}

/** The frame with which each kind answers a challenge. */
const ANSWERS = {
  'without a signature': ({ owner }) =>
    Promise.resolve({ type: 'OFFER', dst: owner.broadcastId, payload: 'It is mine' }),
  'with a key of its own': ({ stranger, host }, nonce) => prove(stranger, host, nonce),
  'with the right key’s name': ({ owner, stranger, host }, nonce) => prove(stranger, host, nonce, owner),
  'with a proof of before': ({ recorded }) => Promise.resolve({ type: 'PROOF', payload: recorded() }),
  'with a proof for another server': ({ owner }, nonce) => prove(owner, 'hostile.example', nonce),
  'with the key': ({ owner, host }, nonce) => prove(owner, host, nonce),
} satisfies Record<string, (loot: Loot, nonce: string) => Promise<object>>;

/** What somebody who asks for the id has in hand. */
export type Kind = keyof typeof ANSWERS;

/** The one who has a right to it: what the others are refused for is what they lack. */
export const OWNER_KIND: Kind = 'with the key';

/** All others. */
export const IMPOSTOR_KINDS = (Object.keys(ANSWERS) as Kind[]).filter((kind) => kind !== OWNER_KIND);

/** Somebody who has asked for the id and has a challenge to answer. */
export class Impostor {
  /** Whether the server has given it the id. */
  hasIt = false;
  readonly #loot: Loot;
  readonly #kind: Kind;
  readonly #socket: WebSocket;
  #nonce = '';

  private constructor(loot: Loot, kind: Kind, socket: WebSocket) {
    this.#loot = loot;
    this.#kind = kind;
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as { type: string; payload?: { nonce?: string } };
      if (type === 'OPEN') this.hasIt = true;
      if (type === 'CHALLENGE') this.#nonce = payload?.nonce ?? '';
    });
  }

  /** Asks, from the `n`th address, with the owner's token; resolves with the challenge, or once it was refused without one. */
  static async ask(loot: Loot, kind: Kind, n: number): Promise<Impostor> {
    const socket = new WebSocket(addressFor(loot.port, loot.owner.broadcastId, loot.token()), {
      headers: { 'X-Forwarded-For': addressNumber(n), Host: loot.host },
      perMessageDeflate: false,
    });
    const impostor = new Impostor(loot, kind, socket);
    await Promise.race([once(socket, 'message'), once(socket, 'close')]);
    return impostor;
  }

  /** Answers; resolves when the server has let it in or closed. The unsigned one is left waiting, and resolves at once. */
  async answer(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const frame = await ANSWERS[this.#kind](this.#loot, this.#nonce);
    this.#socket.send(JSON.stringify(frame), () => undefined);
    if (this.#kind === 'without a signature') return;
    await Promise.race([once(this.#socket, 'message'), once(this.#socket, 'close')]);
  }

  leave(): Promise<void> {
    return hangUp(this.#socket);
  }
}

/** A proof by one key, under the name of another where one is given. */
async function prove(by: Signer, host: string, nonce: string, { publicKey } = by): Promise<object> {
  const payload: IdProof = { ...(await proveId(by, host, nonce)), publicKey: base64(publicKey) };
  return { type: 'PROOF', payload };
}
