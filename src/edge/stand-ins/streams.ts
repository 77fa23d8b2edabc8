// Stands in for readable-stream and buffer, which simple-peer brings along for reading and writing a peer as a Node stream.
// An edge never does: it takes the channels themselves. Both were four fifths of what simple-peer weighs in a page.

import { EventEmitter } from 'eventemitter3';

/** Tells events, and carries nothing: as a stream it has ended. */
export class Duplex extends EventEmitter {
  readable = false;
  writable = false;
  readonly _readableState = { ended: true };
  readonly _writableState = { finished: true };

  push(): boolean {
    return false;
  }
}

/** The one call that simple-peer makes, for a message that nobody reads. */
export const Buffer = { from: (data: ArrayBuffer) => new Uint8Array(data) };
