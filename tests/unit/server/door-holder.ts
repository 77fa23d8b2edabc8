// Somebody who wants to hold a door of a broadcast, with whatever it has to show for it.
import { base64 } from '../../../src/base/bytes.ts';
import { doorStatement, encodeDoorCertificate } from '../../../src/overlay/door-certificate.ts';
import { doorId } from '../../../src/overlay/door-ids.ts';
import type { DoorProof, Label, Signer } from '../../../src/ports.ts';
import { addressFor, Client } from './client.ts';

/** Unix time so many seconds from now. */
export function inS(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** The same key, which signs as if another broadcast were its own. */
export function posingAs(broadcastId: string, signer: Signer): Signer {
  return { ...signer, broadcastId };
}

/** What a broadcaster signs for its door `number`. */
export async function certifiedDoor(
  signer: Signer,
  number: number,
  expiryS = inS(300),
  label: Label = 'door',
): Promise<DoorProof> {
  const statement = doorStatement(doorId(signer.broadcastId, number), expiryS);
  const signature = await signer.sign(label, statement);
  const certificate = base64(encodeDoorCertificate({ expiryS, signature }));
  return { publicKey: base64(signer.publicKey), certificate };
}

/** Asks for an id that is kept for somebody, shows this, and gives what the server says then. */
export async function askFor(
  port: number,
  id: string,
  token: string,
  shown: object,
): Promise<{ client: Client; said: string }> {
  const client = new Client(addressFor(port, id, token));
  const asked = await client.next();
  if (asked.type !== 'CHALLENGE') return { client, said: asked.type };
  client.send({ type: 'PROOF', payload: shown });
  return { client, said: (await client.next()).type };
}
