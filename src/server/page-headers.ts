// The headers that the built app asks for, from the file `_headers` that the build leaves beside it (tools/security-headers.ts).
// One rule: what is read belongs to the build that is being served; a folder without the file asks for nothing. Static hosts read the file
// in the same way: paths with headers below them, and of headers by the same name all count.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

type Header = readonly [name: string, value: string];

const FILE = '_headers';
const PATHS = /^(\/\S*)\*$/;
const HEADER = /^ {2}([\w-]+): (.+)$/;
/** A worker takes its policy from its own answer; other scripts are under that of their document. */
const WORKER = /\.worker-[^/]+\.js$/;
const POLICY = 'Content-Security-Policy';
/** Those that a script needs for itself, where pages of others load it. */
const OF_SCRIPTS = /^(Access-Control|Timing)-Allow-Origin$/;

/** The headers of the paths that begin so. */
interface Section {
  start: string;
  headers: Header[];
}

/** The headers of a folder's files. */
export class PageHeaders {
  readonly #path: string;
  #changedMs = 0;
  #all: readonly Section[] = [];

  constructor(folder: string) {
    this.#path = join(folder, FILE);
  }

  /** What the answer for this path carries: all of it for documents, for a worker the policy, for other scripts what lets pages load them. */
  for(pathname: string): ReadonlyMap<string, string> {
    const headers = new Map<string, string>();
    for (const [name, value] of this.#read().flatMap(({ start, headers }) =>
      pathname.startsWith(start) ? headers : [],
    )) {
      if (!isFor(pathname, name)) continue;
      const before = headers.get(name);
      headers.set(name, before === undefined ? value : `${before}, ${value}`);
    }
    return headers;
  }

  /** A build while the server runs writes another file. */
  #read(): readonly Section[] {
    const changedMs = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedMs === this.#changedMs) return this.#all;
    this.#changedMs = changedMs;
    this.#all = changedMs === 0 ? [] : readSections(readFileSync(this.#path, 'utf8'));
    return this.#all;
  }
}

function isFor(pathname: string, name: string): boolean {
  if (OF_SCRIPTS.test(name)) return true;
  if (WORKER.test(pathname)) return name === POLICY;
  return !/\/assets\/|\.js$/.test(pathname);
}

function readSections(text: string): Section[] {
  const sections: Section[] = [];
  for (const line of text.split('\n')) {
    const [, start] = PATHS.exec(line) ?? [];
    const [, name, value] = HEADER.exec(line) ?? [];
    if (start !== undefined) sections.push({ start, headers: [] });
    else if (name !== undefined && value !== undefined) sections.at(-1)?.headers.push([name, value]);
  }
  return sections;
}
