// The log of the server: one JSON object a line on stderr. One rule: no id, token, address or title ever enters it,
// so events carry only names from this list and plain numbers, flags and signal names.

/** What happens to a server that its operator may want to know. */
export type LogEvent = 'started' | 'stopped';

/** Writes one line. */
export function logEvent(event: LogEvent, fields: Record<string, string | number | boolean>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`);
}
