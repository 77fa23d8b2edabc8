// The origin's private file system and its locks, in memory: as much of them as exports use.

/** A `navigator` for exports in Node. */
export function privateFilesNavigator(): object {
  return {
    storage: { getDirectory: () => Promise.resolve(new Folder()) },
    locks: {
      request: (_name: string, ...rest: unknown[]) =>
        Promise.resolve((rest.at(-1) as (lock: object) => unknown)({})),
    },
  };
}

class Folder {
  readonly kind = 'directory';
  readonly #entries = new Map<string, Folder | PrivateFile>();

  getDirectoryHandle(name: string): Promise<Folder> {
    const folder = this.#entries.get(name) ?? new Folder();
    this.#entries.set(name, folder);
    return Promise.resolve(folder as Folder);
  }
  getFileHandle(name: string): Promise<PrivateFile> {
    const file = new PrivateFile();
    this.#entries.set(name, file);
    return Promise.resolve(file);
  }
  removeEntry(name: string): Promise<void> {
    this.#entries.delete(name);
    return Promise.resolve();
  }
  // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
  async *entries(): AsyncGenerator<[string, Folder | PrivateFile]> {
    yield* this.#entries;
  }
}

class PrivateFile {
  readonly kind = 'file';
  #bytes = new Uint8Array(0);

  getFile(): Promise<Blob> {
    return Promise.resolve(new Blob([this.#bytes]));
  }
  createWritable(): Promise<WritableStream> {
    return Promise.resolve(new PrivateWritable((bytes, position) => this.#write(bytes, position)));
  }
  #write(bytes: Uint8Array, position = this.#bytes.length): void {
    const whole = new Uint8Array(Math.max(this.#bytes.length, position + bytes.length));
    whole.set(this.#bytes);
    whole.set(bytes, position);
    this.#bytes = whole;
  }
}

type Written = Uint8Array | { data: Uint8Array; position: number };

class PrivateWritable extends WritableStream<Written> {
  readonly #write: (bytes: Uint8Array, position?: number) => void;

  constructor(write: (bytes: Uint8Array, position?: number) => void) {
    super({ write: (chunk: Written) => this.#take(chunk) });
    this.#write = write;
  }
  write(chunk: Written): Promise<void> {
    this.#take(chunk);
    return Promise.resolve();
  }
  #take(chunk: Written): void {
    if (chunk instanceof Uint8Array) this.#write(chunk);
    else this.#write(chunk.data, chunk.position);
  }
}
