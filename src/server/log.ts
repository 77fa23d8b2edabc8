// The log of the server: one JSON object a line on stderr. One rule: no id, token, address or title ever enters it,
// so events carry only names from this list and plain numbers, flags and signal names.

/** What happens to a server that its operator may want to know, and how much it matters. */
const LEVELS = {
  started: 'info',
  stopping: 'info',
  stopped: 'info',
  /** Sockets and requests that a limit or a check turned away since the last such line, by reason. */
  refused: 'warn',
  /** Redis doesn't answer: this process is a front door by itself. */
  'redis-lost': 'warn',
  'redis-back': 'info',
  /** The block-list has changed to what can't be read: the one before goes on. */
  'block-list-unreadable': 'warn',
} as const;

export type LogEvent = keyof typeof LEVELS;

/** Takes one event. */
export type Log = (event: LogEvent, fields?: Record<string, string | number | boolean>) => void;

/** Writes one line. */
export const logEvent: Log = (event, fields) => {
  const line = { at: new Date().toISOString(), level: LEVELS[event], event, ...fields };
  process.stderr.write(`${JSON.stringify(line)}\n`);
};
