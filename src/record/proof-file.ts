// Writes the proof that goes with an exported file, record by record, beside it on disk.

import { concatBytes } from '../base/bytes.ts';
import { decodeConfig } from '../feed/config.ts';
import type { Packet } from '../feed/packet.ts';
import { createExportFile, type ExportFile } from './export-file.ts';
import { encodeProofEntry, encodeProofStart, PROOF_EXTENSION } from './proof-codec.ts';
import type { RecordedPackets } from './recording-reader.ts';

/** One proof in the making. */
export class ProofFile {
  readonly #file: ExportFile;
  readonly #writer: WritableStreamDefaultWriter<FileSystemWriteChunkType>;
  readonly #entries = new ProofEntries();

  private constructor(file: ExportFile) {
    this.#file = file;
    this.#writer = file.writable.getWriter();
  }

  /** Rejects as `createExportFile` does. */
  static async open(): Promise<ProofFile> {
    return new ProofFile(await createExportFile(PROOF_EXTENSION));
  }

  /** Resolves when the disk is ready for more. */
  async add(read: Pick<RecordedPackets, 'config' | 'packets'>): Promise<void> {
    const bytes = this.#entries.of(read);
    if (bytes.length > 0) await this.#writer.write(bytes);
  }

  async finish(): Promise<void> {
    await this.#writer.close();
  }

  /** The finished file. */
  read(): Promise<File> {
    return this.#file.read();
  }

  /** Removes it, finished or not. */
  async discard(): Promise<void> {
    await this.#writer.abort().catch(() => undefined);
    await this.#file.remove().catch(() => undefined);
  }
}

/** What a proof holds of each record in turn. */
export class ProofEntries {
  #config: Packet['header'] | undefined;

  /** Nothing before the first config, since the key is in it. */
  of({ config, packets }: Pick<RecordedPackets, 'config' | 'packets'>): Uint8Array<ArrayBuffer> {
    if (!config) return new Uint8Array(0);
    const decoded = decodeConfig(config.payload);
    if (!decoded.ok) return new Uint8Array(0);
    const start = this.#config ? [] : [encodeProofStart(decoded.value.publicKey)];
    // A config whose own record is damaged or lies before this file comes with the first record that needs it.
    const isKnown = this.#config?.epoch === config.header.epoch && this.#config.seq === config.header.seq;
    const isHere = packets.some(
      ({ header: { kind, seq } }) => kind === 'config' && seq === config.header.seq,
    );
    this.#config = config.header;
    const needed = isKnown || isHere ? packets : [config, ...packets];
    return concatBytes(...start, ...needed.map(encodeProofEntry));
  }
}
