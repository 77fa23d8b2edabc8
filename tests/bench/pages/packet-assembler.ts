// Puts packets together from the messages of media channels (docs/wire.md), whichever channel each part came by.

import type { Bytes } from '../../../src/base/bytes.ts';
import { concatBytes } from '../../../src/base/bytes.ts';
import { decodeMediaMessage } from '../../../src/feed/media-message.ts';
import { fragmentCount } from '../../../src/feed/packet-codec.ts';
import type { Packet, PacketHeader } from '../../../src/feed/packet.ts';

/** Packets remembered as complete, and packets under way, at most: half a minute. */
const PACKETS_MAX = 4000;

interface Parts {
  header?: PacketHeader;
  head?: Bytes;
  fragments: Map<number, Bytes>;
}

/** Gives each packet once. */
export class PacketAssembler {
  readonly #open = new Map<string, Parts>();
  readonly #complete = new Set<string>();

  /** Takes a message; gives the packet that it completes. Other messages, and bytes that are none, give nothing. */
  accept(bytes: Bytes): Packet | undefined {
    const decoded = decodeMediaMessage(bytes);
    if (!decoded.ok) return undefined;
    const message = decoded.value;
    if (message.type === 'head') {
      const parts = this.#partsOf(message.header);
      if (!parts) return undefined;
      parts.header = message.header;
      parts.head = message.head;
      if (message.first) parts.fragments.set(0, message.first);
      return this.#completed(message.header, parts);
    }
    if (message.type !== 'fragment') return undefined;
    const parts = this.#partsOf(message);
    parts?.fragments.set(message.index, message.bytes);
    return parts && this.#completed(message, parts);
  }

  #partsOf(packet: { epoch: number; seq: number }): Parts | undefined {
    const name = nameOf(packet);
    if (this.#complete.has(name)) return undefined;
    const parts = this.#open.get(name) ?? { fragments: new Map<number, Bytes>() };
    this.#open.set(name, parts);
    forgetOldest(this.#open);
    return parts;
  }

  #completed(packet: { epoch: number; seq: number }, { header, head, fragments }: Parts): Packet | undefined {
    if (!header || !head || fragments.size < fragmentCount(header.length)) return undefined;
    this.#open.delete(nameOf(packet));
    this.#complete.add(nameOf(packet));
    forgetOldest(this.#complete);
    const payload = concatBytes(...Array.from({ length: fragments.size }, (_, i) => fragments.get(i)!));
    return { header, head, payload };
  }
}

function nameOf({ epoch, seq }: { epoch: number; seq: number }): string {
  return `${epoch}/${seq}`;
}

function forgetOldest(kept: Map<string, unknown> | Set<string>): void {
  if (kept.size <= PACKETS_MAX) return;
  const [oldest] = kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}
