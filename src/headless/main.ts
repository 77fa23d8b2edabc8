// `npm run relay`: passes a broadcast on until it ends, or until SIGTERM or SIGINT.

import { startRelay, type RunningRelay } from '../relay.ts';
import { LucarneSessionChanged } from '../session/session-api.ts';
import { figuresLine } from './figures.ts';
import { stateSentence } from './sentences.ts';
import { readRelaySettings, RelaySettingsError, type RelaySettings } from './settings.ts';
import { openStatusServer } from './status-server.ts';

const FIGURES_MS = 10_000;

/** Tells people in sentences, or programs in JSON. */
type Say = (event: string, fields: object, sentence: string) => void;

function sayWith(isJson: boolean): Say {
  return (event, fields, sentence) => {
    const at = new Date().toISOString();
    process.stdout.write(isJson ? `${JSON.stringify({ at, event, ...fields })}\n` : `${sentence}\n`);
  };
}

/** Says each change of state, and the figures every ten seconds and on SIGUSR2. */
function report({ session }: RunningRelay, say: Say, ended: () => void): void {
  let told = '';
  session.addEventListener(LucarneSessionChanged.type, () => {
    const { state, reason, waitingBehind, lock } = session;
    const news = `${state} ${reason} ${waitingBehind ?? ''} ${lock ?? ''}`;
    if (news === told) return;
    told = news;
    say('state', { state, reason, waitingBehind, lock }, stateSentence(session));
    if (state === 'ended') ended();
  });
  const figures = (): void => {
    void session.getStats().then((stats) => say('figures', stats, figuresLine(stats)));
  };
  setInterval(figures, FIGURES_MS).unref();
  process.on('SIGUSR2', figures);
}

async function run({ statusPorts, isJson, ...options }: RelaySettings): Promise<void> {
  const say = sayWith(isJson);
  const relay = await startRelay(options);
  if (relay.port !== undefined) {
    const sentence = `Newcomers get in here too, by links with server=http://THIS-MACHINE:${relay.port}`;
    say('serving', { port: relay.port }, sentence);
  }
  for (const port of statusPorts) {
    const { origin } = await openStatusServer(port, () => relay.session.getStats());
    say('listening', { origin }, `Figures: ${origin}/stats and ${origin}/metrics`);
  }
  let isStopping = false;
  const stop = (why: string): void => {
    // A terminal's Ctrl-C may arrive twice: from the terminal and through npm.
    if (isStopping) return;
    isStopping = true;
    void relay.close().then(() => {
      say('stopped', { why }, 'Left in good order.');
      process.exit(0);
    });
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  say(
    'started',
    { servers: options.servers },
    `Looking for the broadcast at ${options.servers.join(', ')} …`,
  );
  report(relay, say, () => stop('ended'));
}

function explain(error: unknown): string {
  if (error instanceof RelaySettingsError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'A port that was asked for is taken by another program. Choose another.';
  if (code === 'EACCES') return 'A port that was asked for may not be used. Choose one above 1023.';
  return `The relay could not start: ${String(error)}`;
}

try {
  await run(readRelaySettings(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
