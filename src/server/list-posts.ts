// What a broadcast posts to the public list: 16 bits with the length of its entry, the entry, and its still, if it has one.
// Checks go from cheap to dear, so that a flood of nonsense costs no signature check. docs/wire-list.md has the bytes and answers.

import { fullAllowance, take } from '../base/allowance.ts';
import { hex, type Bytes } from '../base/bytes.ts';
import { decodeEntry, type SignedEntry } from '../guide/entry.ts';
import { LISTING_CLOCK_MS_MAX } from '../guide/guide-limits.ts';
import { isStill } from '../guide/still-check.ts';
import { nodeVerifier } from '../identity/node-verifier.ts';
import { AddressPace } from './address-pace.ts';
import type { BlockList } from './block-list.ts';
import { LIST_POSTS_BURST, LIST_POSTS_PER_SECOND } from './limits.ts';
import type { Listed } from './live-list.ts';

/** Why a post is refused. */
export type PostCode =
  'malformed' | 'title' | 'still' | 'host' | 'clock' | 'blocked' | 'not-signed' | 'too-often';

/** Where and when a post came. */
export interface Posted {
  /** Of the address that it came from. */
  tag: string;
  /** The host that it was sent to. */
  host: string;
  /** Unix ms. */
  nowMs: number;
}

const LENGTH_BYTES = 2;

/** Checks posts, each on its own. */
export class PostChecks {
  readonly #blockList: Pick<BlockList, 'blocks'>;
  readonly #paces = new AddressPace();
  readonly #pace = fullAllowance(LIST_POSTS_BURST, 0);

  constructor(blockList: Pick<BlockList, 'blocks'>) {
    this.#blockList = blockList;
  }

  /** What was posted, checked but for its order among others; or why not. */
  async check(body: Bytes, { tag, host, nowMs }: Posted): Promise<Listed | PostCode> {
    if (!this.#paces.take(tag, nowMs) || !take(this.#pace, nowMs, LIST_POSTS_PER_SECOND, LIST_POSTS_BURST))
      return 'too-often';
    const parts = split(body);
    if (!parts) return 'malformed';
    const decoded = decodeEntry(parts.entry);
    if (!decoded.ok) return decoded.code === 'title' ? 'title' : 'malformed';
    const entry = decoded.value;
    if (entry.host !== host.toLowerCase()) return 'host';
    if (Math.abs(entry.atMs - nowMs) > LISTING_CLOCK_MS_MAX) return 'clock';
    if (!(await isNamedStill(entry, parts.still))) return 'still';
    const broadcastId = await nodeVerifier.broadcastIdOf(entry.publicKey);
    if (this.#blockList.blocks(broadcastId, tag)) return 'blocked';
    const { publicKey, statement, signature } = entry;
    if (!(await nodeVerifier.verify('list', publicKey, statement, signature))) return 'not-signed';
    return { broadcastId, entry, ...(parts.still.length > 0 && { still: parts.still }) };
  }
}

function split(body: Bytes): { entry: Bytes; still: Bytes } | undefined {
  if (body.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + new DataView(body.buffer, body.byteOffset).getUint16(0);
  return body.length < end ? undefined : { entry: body.slice(LENGTH_BYTES, end), still: body.slice(end) };
}

/** Whether the still is the one that the entry names, and a picture. */
async function isNamedStill({ still }: SignedEntry, bytes: Bytes): Promise<boolean> {
  if (still === undefined || bytes.length === 0) return still === undefined && bytes.length === 0;
  return isStill(bytes) && hex(await nodeVerifier.sha256(bytes)) === still;
}
