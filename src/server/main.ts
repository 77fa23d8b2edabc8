// `npm start`: serves the built app with its rendezvous until SIGTERM or SIGINT.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { certificateNames, lanAddresses } from './addresses.ts';
import { announce } from './announcement.ts';
import { defaultCertificateFolder, obtainCertificate } from './certificate-store.ts';
import { logEvent } from './log.ts';
import { startServer } from './server.ts';
import type { RunningServer } from './server.ts';
import { readSettings } from './settings.ts';
import { SettingsError } from './settings-error.ts';
import type { Settings } from './settings.ts';

const DIST_DIR = fileURLToPath(new URL('../../dist', import.meta.url));

async function run(settings: Settings): Promise<RunningServer> {
  const { isHttps, ...serverSettings } = settings;
  const folder = defaultCertificateFolder(process.env);
  const secure = isHttps ? await obtainCertificate(folder, certificateNames(), new Date()) : undefined;
  const distDir = existsSync(DIST_DIR) ? DIST_DIR : undefined;
  if (distDir === undefined) process.stderr.write('No built app in dist/: only the rendezvous is served.\n');
  return startServer({ ...serverSettings, distDir, secure, log: logEvent });
}

function explain(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return 'The port is taken by another program. Choose another: npm start -- --port N';
  if (code === 'EACCES')
    return 'The port or the certificate folder may not be used. Choose a port above 1023.';
  if (code === 'EADDRNOTAVAIL') return 'HOST is no address of this machine.';
  return `The server could not start: ${String(error)}`;
}

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  const server = await run(settings);
  process.stdout.write(announce(server, settings.isHttps, lanAddresses(settings.host)));
  logEvent('started', { port: server.port, https: settings.isHttps });
  let isStopping = false;
  const stop = (signal: string): void => {
    // A terminal's Ctrl-C may arrive twice: from the terminal and through npm.
    if (isStopping) return;
    isStopping = true;
    logEvent('stopping', { signal });
    void server.close().then(() => {
      logEvent('stopped', { signal });
      process.exit(0);
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
