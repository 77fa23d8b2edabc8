// A signaling server in a process of its own, as `npm start` runs it, that a test can kill and start again on its port.

import { spawn } from 'node:child_process';

/** A running server process. */
export interface ServerProcess {
  origin: string;
  port: number;
  pid: number;
  /** What it has written to its log so far. */
  log(): string;
  /** Ends it and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server, with further settings in `env`; resolves when its address was printed. */
export async function startServerProcess(
  port = 0,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const program = ['--import', 'tsx', 'src/server/main.ts', '--port', String(port)];
  const server = spawn(process.execPath, program, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const address = /http:\/\/localhost:\d+/.exec(text);
      if (address) resolve(address[0]);
    });
    void gone.then(() => reject(new Error(`the server ended: ${text}${log}`)));
  });
  return {
    origin,
    port: Number(new URL(origin).port),
    pid: server.pid!,
    log: () => log,
    end(signal) {
      server.kill(signal);
      return gone;
    },
  };
}
