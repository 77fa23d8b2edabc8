// A headless relay as a process of its own, as `npm run relay` runs it: a peer without a browser.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { WatchStats } from '../../src/session/session-api.ts';

/** A running relay. */
export interface HeadlessRelay {
  /** Of the process itself, for signals. */
  pid: number;
  /** What it says of itself; rejects when it doesn't answer. */
  stats(): Promise<WatchStats>;
  /** Sends a signal and waits for the end of the process: its exit code, or null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Every line that it printed so far, parsed. */
  lines: { event: string; [field: string]: unknown }[];
}

/** What a test adds to a relay. */
export interface HeadlessOptions {
  /** More of the command's options. */
  args?: readonly string[];
  /** A module that is loaded before the relay's own. */
  preload?: URL;
  /** More of its environment. */
  env?: NodeJS.ProcessEnv;
}

/** Starts a relay for a link; resolves when its figures can be asked for. */
export async function startHeadlessRelay(
  link: string,
  { args = [], preload, env }: HeadlessOptions = {},
): Promise<HeadlessRelay> {
  const before = preload ? ['--import', preload.href] : [];
  const program = ['src/headless/main.ts', link, '--json', '--stats', '0', ...args];
  const relay = spawn(process.execPath, ['--import', 'tsx', ...before, ...program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const exited = new Promise<number | null>((resolve) => relay.once('exit', resolve));
  const lines: HeadlessRelay['lines'] = [];
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(relay.stdout).on('line', (text) => {
      const line = JSON.parse(text) as HeadlessRelay['lines'][number];
      lines.push(line);
      if (line.event === 'listening') resolve(String(line['origin']));
    });
    void exited.then((code) => reject(new Error(`the relay ended with ${code}`)));
  });
  return {
    pid: relay.pid!,
    lines,
    async stats() {
      const response = await fetch(`${origin}/stats`, { signal: AbortSignal.timeout(5000) });
      return (await response.json()) as WatchStats;
    },
    end(signal) {
      relay.kill(signal);
      return exited;
    },
  };
}
