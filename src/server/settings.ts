// What the operator asks for, from the command line and the environment. One rule: a setting that cannot be
// honoured stops the start with a plain sentence; it is never guessed around.
import { parseArgs } from 'node:util';
import type { IceSettings } from './ice.ts';
import { SettingsError } from './settings-error.ts';

/** The settings of one process. */
export interface Settings {
  port: number;
  host?: string;
  isHttps: boolean;
  allowedOrigins: string[];
  /** Reverse proxies of the operator's own in front of the server. */
  proxies: number;
  ice: IceSettings;
  /** Where the processes of one front door meet. */
  redisUrl?: string;
  /** Whether there is a public list of what is on. */
  hasLiveList: boolean;
  /** A file with those that aren't wanted in it. */
  blockListPath?: string;
}

const PORT_DEFAULT = 8080;

/** Reads `--port N`, `--host H`, `--https` and the environment; throws `SettingsError`. */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const flags = readFlags(args);
  const host = flags.host ?? env['HOST'] ?? '';
  return {
    port: readPort(flags.port ?? env['PORT'] ?? ''),
    ...(host === '' ? {} : { host }),
    isHttps: flags.https ?? false,
    allowedOrigins: readList(env['ALLOWED_ORIGINS']).map(readOrigin),
    proxies: readProxies(env['TRUST_PROXY'] ?? ''),
    ice: readIce(env),
    ...readRedis(env['REDIS_URL'] ?? ''),
    ...readLiveList(env),
  };
}

function readFlags(args: readonly string[]): { port?: string; host?: string; https?: boolean } {
  try {
    return parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, host: { type: 'string' }, https: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw new SettingsError(`${(error as Error).message} Known options: --port N, --host ADDRESS, --https.`);
  }
}

function readPort(text: string): number {
  if (text === '') return PORT_DEFAULT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new SettingsError(`"${text}" is no port: use 0 to 65535.`);
  return port;
}

function readProxies(text: string): number {
  if (text === '') return 0;
  if (!/^[0-9]$/.test(text))
    throw new SettingsError(`"${text}" in TRUST_PROXY is no number of reverse proxies: use 0 to 9.`);
  return Number(text);
}

function readOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : 'null';
  if (origin === 'null' || origin !== text.replace(/\/$/, '')) {
    throw new SettingsError(`"${text}" in ALLOWED_ORIGINS is no origin: write it like https://example.org.`);
  }
  return origin;
}

function readIce(env: NodeJS.ProcessEnv): IceSettings {
  const stunUrls = readList(env['STUN_URLS']);
  const turnUrls = readList(env['TURN_URLS']);
  const turnSecret = env['TURN_SECRET'] ?? '';
  for (const url of stunUrls) expectScheme(url, /^stuns?:./, 'STUN_URLS', 'stun:stun.example.org:3478');
  for (const url of turnUrls) expectScheme(url, /^turns?:./, 'TURN_URLS', 'turn:turn.example.org:3478');
  if (turnUrls.length > 0 && turnSecret === '') {
    throw new SettingsError('TURN_URLS needs TURN_SECRET, the static-auth-secret of the TURN server.');
  }
  return { stunUrls, turnUrls, ...(turnSecret === '' ? {} : { turnSecret }) };
}

function readRedis(text: string): { redisUrl?: string } {
  if (text === '') return {};
  // Not quoted in the message: it may hold a password.
  if (!/^rediss?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new SettingsError('REDIS_URL should look like redis://localhost:6379, or rediss://… for TLS.');
  return { redisUrl: text };
}

function readLiveList(env: NodeJS.ProcessEnv): Pick<Settings, 'hasLiveList' | 'blockListPath'> {
  const [list = '', path = ''] = [env['LIVE_LIST'], env['LIVE_BLOCK_LIST']];
  if (!['', 'on', 'off'].includes(list)) throw new SettingsError(`"${list}" in LIVE_LIST: use on or off.`);
  return { hasLiveList: list !== 'off', ...(path !== '' && { blockListPath: path }) };
}

function expectScheme(url: string, pattern: RegExp, setting: string, example: string): void {
  if (!pattern.test(url)) throw new SettingsError(`"${url}" in ${setting} should look like ${example}.`);
}

function readList(text = ''): string[] {
  return text.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
}
