// A process of our own that is asked by messages and answers each once.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A running process; `Ask` and `Answer` are what they say to each other. */
export interface AskedProcess<Ask extends object, Answer extends object> {
  /** Of the process, for signals. */
  pid: number;
  /** Rejects when the process ends before it answers. */
  ask(what: Ask): Promise<Answer>;
  /** Kills it. */
  close(): Promise<void>;
}

/** Starts a program of tests/bench. */
export function startAsked<Ask extends object, Answer extends object>(
  program: string,
): AskedProcess<Ask, Answer> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), {
    execArgv: ['--expose-gc', '--import', 'tsx'],
  });
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let asked = 0;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', ({ id, ...answer }: Answer & { id: number }) => {
    waiting.get(id)?.resolve(answer as unknown as Answer);
    waiting.delete(id);
  });
  void exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${program} has ended`));
  });
  return {
    pid: child.pid!,
    ask: (what) =>
      new Promise((resolve, reject) => {
        const id = asked++;
        waiting.set(id, { resolve, reject });
        child.send({ id, ...what });
      }),
    async close() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
