// What the person who runs a headless relay asks for. One rule: what can't be honoured stops the start with a plain
// sentence; it is never guessed around.

import { parseArgs } from 'node:util';
import { SLOTS_MAX } from '../base/limits.ts';
import { parseLink } from '../base/link.ts';

/** The settings of one relay. */
export interface RelaySettings {
  broadcastId: string;
  /** Of a private broadcast, where the link has it: without it the relay passes on what it can't read. */
  key?: string;
  /** Origins of the signaling servers. */
  servers: string[];
  children: number;
  uplinkBitsPerSecond?: number;
  /** Port at which to serve the signaling of this broadcast to newcomers; 0 takes a free one. */
  listenPort?: number;
  /** Ports on this machine at which to answer `/stats` and `/metrics`; 0 takes a free one. */
  statusPorts: number[];
  /** One JSON object a line instead of sentences. */
  isJson: boolean;
}

/** A setting that can't be honoured; `message` says which and what to do. */
export class RelaySettingsError extends Error {
  override readonly name = 'RelaySettingsError';
}

/** How to call it. */
export const USAGE = [
  'npm run relay -- LINK [--children N] [--mbps M] [--listen PORT] [--stats PORT] [--metrics PORT] [--json]',
  '',
  'Passes a broadcast on to up to N viewers (8 at most, and by default) with at most M Mbit/s.',
  '  LINK            as it is shared, for example "https://example.org/#/abcd…" (in quotes, because of the #)',
  '  --listen PORT   lets newcomers in here too, by links with server=http://THIS-MACHINE:PORT, on every interface',
  '  --stats PORT    GET http://127.0.0.1:PORT/stats gives the figures as JSON',
  '  --metrics PORT  GET http://127.0.0.1:PORT/metrics gives them for Prometheus',
  '  --json          one JSON object a line',
  'SIGUSR2 prints the figures at once; SIGTERM or Ctrl-C leaves in good order.',
].join('\n');

/** Reads the command line; throws `RelaySettingsError`. */
export function readRelaySettings(args: readonly string[]): RelaySettings {
  const { values, positionals } = readArgs(args);
  const [link, ...others] = positionals;
  if (link === undefined) throw new RelaySettingsError(`Which broadcast? Name its link.\n\n${USAGE}`);
  if (others.length > 0) throw new RelaySettingsError(`One link, please: "${others.join(' ')}" is too much.`);
  const ports = [values.stats, values.metrics].filter((port) => port !== undefined);
  return {
    ...readTarget(link),
    children: readNumber(values.children ?? String(SLOTS_MAX), '--children', /^[1-8]$/, `1 to ${SLOTS_MAX}`),
    ...(values.mbps !== undefined && {
      uplinkBitsPerSecond:
        1e6 *
        readNumber(values.mbps, '--mbps', /^(?!0*\.?0*$)\d{1,4}(\.\d{1,3})?$/, 'Mbit/s, such as 10 or 2.5'),
    }),
    ...(values.listen !== undefined && { listenPort: readPort(values.listen) }),
    statusPorts: [...new Set(ports)].map(readPort),
    isJson: values.json ?? false,
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        children: { type: 'string' },
        mbps: { type: 'string' },
        listen: { type: 'string' },
        stats: { type: 'string' },
        metrics: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new RelaySettingsError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function readTarget(link: string): Pick<RelaySettings, 'broadcastId' | 'key' | 'servers'> {
  const target = parseLink(link);
  if (!target.ok)
    throw new RelaySettingsError(
      `"${link}" is no link to a broadcast. Copy the whole link, up to the 26 letters after "#/", and put it in quotes.`,
    );
  const { broadcastId, key, servers, origin } = target.value;
  const named = { broadcastId, ...(key && { key }) };
  if (servers.length > 0) return { ...named, servers };
  if (origin === undefined)
    throw new RelaySettingsError(
      'This link names no server. Give the whole address, such as "https://example.org/#/…".',
    );
  return { ...named, servers: [origin] };
}

function readNumber(text: string, option: string, pattern: RegExp, what: string): number {
  if (!pattern.test(text)) throw new RelaySettingsError(`${option} takes ${what}, not "${text}".`);
  return Number(text);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new RelaySettingsError(`"${text}" is no port: use 0 to 65535.`);
  return port;
}
