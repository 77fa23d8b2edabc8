// Packets for tests: really digested and really signed, by a key made for the run. The cryptography is Node's synchronous
// one, so that under a virtual clock it takes no time and a run is the same each time.

import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { utf8Bytes, concatBytes, base32, type Bytes } from '../../../src/base/bytes.ts';
import { PacketWriter, type PacketDraft } from '../../../src/feed/packet-writer.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Label, Signer, Verifier } from '../../../src/ports.ts';

function labelled(label: Label, bytes: Uint8Array): Bytes {
  return concatBytes(utf8Bytes(`lucarne/1/${label}`), [0], bytes);
}

function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

function broadcastIdOf(publicKey: Uint8Array): string {
  return base32(sha256(publicKey)).slice(0, 26);
}

export const verifier: Verifier = {
  verify(label, publicKey, bytes, signature) {
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return Promise.resolve(verify(null, labelled(label, bytes), key, signature));
  },
  sha256: (bytes) => Promise.resolve(sha256(bytes)),
  broadcastIdOf: (publicKey) => Promise.resolve(broadcastIdOf(publicKey)),
};

export function makeSigner(): Signer {
  const pair = generateKeyPairSync('ed25519');
  const { x = '' } = pair.publicKey.export({ format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(x, 'base64url'));
  return {
    publicKey,
    broadcastId: broadcastIdOf(publicKey),
    sign: (label, bytes) =>
      Promise.resolve(new Uint8Array(sign(null, labelled(label, bytes), pair.privateKey))),
  };
}

/** Signed packets of one epoch, in order. */
export async function makePackets(
  signer: Signer,
  epoch: number,
  drafts: readonly PacketDraft[],
): Promise<Packet[]> {
  const packets: Packet[] = [];
  const writer = new PacketWriter(epoch, signer, verifier, (packet) => packets.push(packet));
  for (const draft of drafts) void writer.write(draft);
  await writer.flushed();
  return packets;
}

/** A payload of `length` bytes that differ along it. */
export function payloadOf(length: number, salt = 0): Bytes {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + salt * 7 + (i >> 8)) & 0xff);
}

/** A config-like packet, then `groups` groups of a key chunk, deltas and sound. */
export function draftsOf(groups: number, deltas = 4, keyBytes = 9000): PacketDraft[] {
  const drafts: PacketDraft[] = [{ kind: 'config', payload: payloadOf(300), timeUs: 1_000_000 }];
  let timeUs = 1_000_000;
  for (let g = 0; g < groups; g++) {
    drafts.push({ kind: 'video', payload: payloadOf(keyBytes, g), timeUs, isKey: true });
    for (let d = 0; d < deltas; d++) {
      timeUs += 33_333;
      drafts.push({ kind: 'video', payload: payloadOf(1500, d), timeUs, layer: d % 2 === 0 ? 1 : 0 });
      drafts.push({ kind: 'audio', payload: payloadOf(160, d), timeUs });
    }
  }
  return drafts;
}
