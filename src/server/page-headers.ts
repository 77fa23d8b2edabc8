// The headers that the built app asks for, from the file `_headers` that the build leaves beside it (tools/security-headers.ts).
// One rule: what is read belongs to the build that is being served; a folder without the file asks for nothing.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Header = readonly [name: string, value: string];

const FILE = '_headers';
const HEADER = /^ {2}([\w-]+): (.+)$/;
/** A worker takes its policy from its own answer; other scripts are under that of their document. */
const WORKER = /\.worker-[^/]+\.js$/;
const POLICY = 'Content-Security-Policy';

/** The headers of a folder's files. */
export class PageHeaders {
  readonly #path: string;
  #changedMs = 0;
  #all: readonly Header[] = [];

  constructor(folder: string) {
    this.#path = join(folder, FILE);
  }

  /** What the answer for this path carries: all of it for documents, for a worker the policy, for other files nothing. */
  for(pathname: string): readonly Header[] {
    if (WORKER.test(pathname)) return this.#read().filter(([name]) => name === POLICY);
    return pathname.startsWith('/assets/') ? [] : this.#read();
  }

  /** A build while the server runs writes another file. */
  #read(): readonly Header[] {
    const changedMs = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedMs === this.#changedMs) return this.#all;
    this.#changedMs = changedMs;
    this.#all = changedMs === 0 ? [] : readFileSync(this.#path, 'utf8').split('\n').flatMap(readHeader);
    return this.#all;
  }
}

function readHeader(line: string): Header[] {
  const [, name, value] = HEADER.exec(line) ?? [];
  return name !== undefined && value !== undefined ? [[name, value]] : [];
}
