// A socket to a PeerServer that carries frames both ways, whoever opened it.

/** Where a PeerServer is. */
export interface Address {
  host: string;
  port: number;
  secure: boolean;
}

/** What whoever opened a line hears; nothing more once it has failed or was closed. */
export interface LineEvents {
  message(value: unknown): void;
  /** Refused, broken or ended by the other side. */
  failed(): void;
}

/** A line that was opened. Events come in later turns. */
export interface Line {
  send(frame: object): void;
  close(): void;
}
