// Put into the studio's page before its own scripts: sends every packet that the studio signs, as it is signed, over one
// plain reliable channel as well. The other side of `loss`: no second way, no drops, SCTP's own queue.

import { concatBytes } from '../../../src/base/bytes.ts';
import type { Bytes } from '../../../src/base/bytes.ts';
import { FRAGMENT_BYTES_MAX } from '../../../src/base/limits.ts';
import { messagesOf } from '../../../src/feed/media-message.ts';
import { DIGEST_BYTES, decodeHead } from '../../../src/feed/packet-codec.ts';
import type { Packet, PacketKind } from '../../../src/feed/packet.ts';

const LABEL = new TextEncoder().encode('lucarne/1/packet\0');
/** Fragments between their digest and their packet's signature: a few packets. */
const FRAGMENTS_MAX = 1000;

/** A packet as it was signed. */
export interface Signed {
  seq: number;
  kind: PacketKind;
  layer: number;
  bytes: number;
  captureMs: number;
}

interface PlainSource {
  /** All packets so far. */
  signed: Signed[];
  /** The description of a new connection, candidates included; what was open before is closed. */
  offer(options?: RTCDataChannelInit): Promise<string>;
  accept(sdp: string): Promise<void>;
}

declare global {
  interface Window {
    benchPlain: PlainSource;
  }
}

let connection: RTCPeerConnection | undefined;
let channel: RTCDataChannel | undefined;
let config: Packet | undefined;
/** From the newest key packet on: what a newcomer gets at once. */
let group: Packet[] = [];
const fragments = new Map<string, Bytes>();

function bytesOf(data: BufferSource): Bytes {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function send(packet: Packet): void {
  if (channel?.readyState !== 'open') return;
  for (const message of messagesOf(packet)) channel.send(message);
}

function take(packet: Packet): void {
  const { seq, kind, layer, length, timeUs, isKey } = packet.header;
  window.benchPlain.signed.push({ seq, kind, layer, bytes: length, captureMs: timeUs / 1000 });
  if (kind === 'config') config = packet;
  if (isKey && kind === 'video') group = [];
  group.push(packet);
  send(packet);
}

const subtle = SubtleCrypto.prototype;
// eslint-disable-next-line @typescript-eslint/unbound-method -- both are called with their `this` below
const { digest, sign } = subtle;

subtle.digest = async function (algorithm, data) {
  const bytes = bytesOf(data);
  const copy = bytes.length <= FRAGMENT_BYTES_MAX ? bytes.slice() : undefined;
  const result = await digest.call(this, algorithm, data);
  if (copy) {
    const name = hex(new Uint8Array(result, 0, DIGEST_BYTES));
    // Anew, so that it is the youngest.
    fragments.delete(name);
    fragments.set(name, copy);
    const [oldest] = fragments.keys();
    if (fragments.size > FRAGMENTS_MAX && oldest !== undefined) fragments.delete(oldest);
  }
  return result;
};

subtle.sign = async function (algorithm, key, data) {
  const bytes = bytesOf(data).slice();
  const signature = await sign.call(this, algorithm, key, data);
  if (!LABEL.every((byte, i) => bytes[i] === byte)) return signature;
  const head = concatBytes(bytes.subarray(LABEL.length), new Uint8Array(signature));
  const decoded = decodeHead(head);
  if (!decoded.ok) throw new Error(`A signed header that can't be decoded: ${decoded.code}`);
  const { header } = decoded.value;
  const parts = header.digests.map((name) => fragments.get(hex(name)));
  if (!parts.every((part) => part !== undefined)) throw new Error('A signed packet whose payload is unknown');
  take({ header, head, payload: concatBytes(...parts) });
  return signature;
};

window.benchPlain = {
  signed: [],

  async offer(options) {
    connection?.close();
    connection = new RTCPeerConnection();
    const opening = connection.createDataChannel('plain', options);
    opening.onopen = () => {
      channel = opening;
      for (const packet of config ? [config, ...group] : []) send(packet);
    };
    await connection.setLocalDescription();
    while (connection.iceGatheringState !== 'complete') {
      await new Promise((resolve) =>
        connection!.addEventListener('icegatheringstatechange', resolve, { once: true }),
      );
    }
    return connection.localDescription!.sdp;
  },

  async accept(sdp) {
    await connection!.setRemoteDescription({ type: 'answer', sdp });
  },
};
