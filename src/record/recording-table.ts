// A recording's table, and what opens the packets of a private broadcast in it: they lie there as they were on air, sealed, with the
// key beside them (decision 21).

import type { Packet } from '../feed/packet.ts';
import { saltOf } from '../feed/sealing.ts';
import type { EpochCipher, LinkCipher, Table } from '../ports.ts';

/** `cipher`: undefined where no broadcast is private, or the key has gone. */
export interface RecordingTable extends Table {
  cipher?(): Promise<LinkCipher | undefined>;
}

/** The table with what opens its packets. */
export function recordingTable(table: Table, cipher: () => Promise<LinkCipher | undefined>): RecordingTable {
  return {
    get: (key) => table.get(key),
    set: (entries) => table.set(entries),
    delete: (keys) => table.delete(keys),
    keys: () => table.keys(),
    cipher,
  };
}

/** Opens the packets of one reading, epoch after epoch. */
export class PacketOpener {
  readonly #table: RecordingTable;
  #cipher: Promise<LinkCipher | undefined> | undefined;
  #epoch: { of: Packet; cipher: EpochCipher | undefined } | undefined;

  constructor(table: RecordingTable) {
    this.#table = table;
  }

  /** The packets that can be read, in order; `config`: of their epoch, as it was on air. */
  async open(packets: readonly Packet[], config: Packet | undefined): Promise<Packet[]> {
    if (!packets.some(({ header }) => header.isSealed)) return [...packets];
    const cipher = config && (await this.#epochCipher(config));
    const opened = await Promise.all(packets.map((packet) => openPacket(packet, cipher)));
    return opened.filter((packet) => packet !== undefined);
  }

  async #epochCipher(config: Packet): Promise<EpochCipher | undefined> {
    const { epoch, seq } = config.header;
    const known = this.#epoch;
    if (known?.of.header.epoch === epoch && known.of.header.seq === seq) return known.cipher;
    const salt = saltOf(config.payload);
    const link = await (this.#cipher ??= this.#table.cipher?.());
    const cipher = salt && (await link?.epoch(epoch, salt));
    this.#epoch = { of: config, cipher };
    return cipher;
  }
}

async function openPacket(packet: Packet, cipher: EpochCipher | undefined): Promise<Packet | undefined> {
  const { header, payload: sealed } = packet;
  if (!header.isSealed) return packet;
  const payload = await cipher?.openPacket(header.kind, header.seq, sealed);
  return payload && { ...packet, payload, sealed };
}
