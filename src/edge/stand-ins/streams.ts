// Stands in for readable-stream and buffer, which simple-peer brings along for reading and writing a peer as a Node stream.
// An edge never does: it takes the channels themselves. Both were four fifths of what simple-peer weighs in a page.

/** Tells events, the browser's own way, and carries nothing: as a stream it has ended. */
export class Duplex extends EventTarget {
  readable = false;
  writable = false;
  readonly _readableState = { ended: true };
  readonly _writableState = { finished: true };

  on(name: string, listener: (about: unknown) => void, options?: AddEventListenerOptions): void {
    this.addEventListener(name, (event) => listener((event as CustomEvent).detail), options);
  }

  once(name: string, listener: (about: unknown) => void): void {
    this.on(name, listener, { once: true });
  }

  emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Asked for one thing only: the end of a stream, which never comes. */
  removeListener(): void {
    // Nothing to do.
  }

  push(): boolean {
    return false;
  }
}

/** The one call that simple-peer makes, for a message that nobody reads. */
export const Buffer = { from: (data: ArrayBuffer) => new Uint8Array(data) };
