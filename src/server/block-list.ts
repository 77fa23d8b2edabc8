// What the host doesn't want in its public list: a file with a broadcast id, an address or a range of addresses on each line.
// It is read again when it changes, so that a refusal needs no restart. `#` begins a remark.

import { readFile, stat } from 'node:fs/promises';
import ipaddr from 'ipaddr.js';
import { isBroadcastId } from '../base/link.ts';
import { BLOCK_LIST_CHARS_MAX, BLOCK_LIST_LOOK_MS } from './limits.ts';
import type { Log } from './log.ts';
import { SettingsError } from './settings-error.ts';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Who is refused. */
export interface Blocked {
  ids: ReadonlySet<string>;
  ranges: readonly Range[];
}

/** Reads the text of a block-list; a line that means nothing gives its number, from 1. */
export function readBlockList(text: string): Blocked | number {
  const ids = new Set<string>();
  const ranges: Range[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const word = line.replace(/#.*$/, '').trim();
    if (word === '') continue;
    const range = rangeOf(word);
    if (isBroadcastId(word)) ids.add(word);
    else if (range) ranges.push(range);
    else return index + 1;
  }
  return { ids, ranges };
}

/** The block-list of a running server; without a path nobody is on it. */
export class BlockList {
  readonly #path: string | undefined;
  readonly #log: Log;
  #blocked: Blocked = { ids: new Set(), ranges: [] };
  #changedMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string | undefined, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Reads it and follows its changes. Rejects with a SettingsError when it can't be read or a line means nothing. */
  async start(): Promise<void> {
    if (this.#path === undefined) return;
    const problem = await this.#look(this.#path);
    if (problem !== undefined) throw new SettingsError(`LIVE_BLOCK_LIST: ${problem}`);
    this.#timer = setInterval(() => void this.#lookAgain(), BLOCK_LIST_LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Whether a broadcast is refused, or everybody at the address that `tag` stands for. */
  blocks(broadcastId: string, tag?: string): boolean {
    const { ids, ranges } = this.#blocked;
    if (ids.has(broadcastId)) return true;
    if (tag === undefined || ranges.length === 0) return false;
    const address = tag.replace(/\/64$/, '');
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return ranges.some((range) => parsed.kind() === range[0].kind() && parsed.match(range));
  }

  /** What is wrong with the file now, in words; it stays as it was then. */
  async #look(path: string): Promise<string | undefined> {
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs === this.#changedMs) return undefined;
      this.#changedMs = mtimeMs;
      const text = await readFile(path, 'utf8');
      if (text.length > BLOCK_LIST_CHARS_MAX) return `over ${BLOCK_LIST_CHARS_MAX} characters`;
      const blocked = readBlockList(text);
      if (typeof blocked === 'number')
        return `line ${blocked} is neither a broadcast id nor an address or range`;
      this.#blocked = blocked;
      return undefined;
    } catch {
      return 'the file can’t be read';
    }
  }

  async #lookAgain(): Promise<void> {
    const before = this.#changedMs;
    const problem = this.#path === undefined ? undefined : await this.#look(this.#path);
    if (problem !== undefined && before !== this.#changedMs) this.#log('block-list-unreadable');
  }
}

function rangeOf(word: string): Range | undefined {
  try {
    const isIpv6 = word.includes(':');
    const [address, bits] = ipaddr.parseCIDR(word.includes('/') ? word : `${word}/${isIpv6 ? 64 : 32}`);
    // Of an IPv6 address only its customer's part is ever compared.
    return [address, isIpv6 ? Math.min(bits, 64) : bits];
  } catch {
    return undefined;
  }
}
