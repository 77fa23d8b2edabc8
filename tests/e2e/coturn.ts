// Debian's coturn with the configuration that we recommend (hosting/turnserver.conf), on a port of this machine.

import { readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { freePort, startService, type ServiceProcess } from './service-process.ts';

const CONFIGURATION = readFileSync(new URL('../../hosting/turnserver.conf', import.meta.url), 'utf8');

/** What a test may do differently. */
export interface CoturnOptions {
  secret: string;
  /** Lets it reach this machine's own addresses, where the peers of a test are. */
  reachesThisMachine?: boolean;
  /** Leaves lines of the configuration out. */
  isLeftOut?: (line: string) => boolean;
}

/** IPv4 addresses of this machine. */
export function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  return all.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
}

/** Starts it as compose.yaml does, but for addresses, and for files in a folder that goes with it. */
export async function startCoturn(options: CoturnOptions): Promise<ServiceProcess> {
  const { secret, reachesThisMachine = false, isLeftOut = () => false } = options;
  const port = await freePort();
  const lines = CONFIGURATION.split('\n').filter((line) => !isLeftOut(line));
  const own = ['--allow-loopback-peers', ...ownAddresses().map((address) => `--allowed-peer-ip=${address}`)];
  return startService('turnserver', port, (folder) => {
    const file = join(folder, 'turnserver.conf');
    writeFileSync(file, lines.join('\n'));
    return [
      ...['-c', file, '--realm=lucarne.test', `--static-auth-secret=${secret}`],
      ...[`--listening-port=${port}`, '--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', '--relay-ip=::1'],
      ...['--log-file=stdout', '--simple-log', '--verbose'],
      ...[`--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'users')}`],
      ...(reachesThisMachine ? own : []),
    ];
  });
}
