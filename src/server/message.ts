// Reads frames of the PeerServer protocol: hostile text in, a checked message or a literal code out. Nothing here throws.
// Protocol: one JSON object per frame, `{ type, dst, payload }` up and `{ type, src, dst, payload }` down.
import { ID_CHARS_MAX, MESSAGE_BYTES_MAX, MESSAGE_DEPTH_MAX, TOKEN_CHARS_MAX } from './limits.ts';

/** Types that are passed on to `dst`. */
export type RelayedType = 'OFFER' | 'ANSWER' | 'CANDIDATE' | 'LEAVE' | 'EXPIRE';

/** What a client may say. `ignored` stands for types that the protocol drops silently. */
export type ClientMessage =
  | { kind: 'relay'; type: RelayedType; dst: string; payload: unknown }
  | { kind: 'heartbeat' }
  | { kind: 'leave' }
  | { kind: 'proof'; payload: unknown }
  | { kind: 'ignored' };

/** Why a frame was refused. */
export type FrameCode = 'too-large' | 'too-deep' | 'not-json' | 'not-an-object' | 'bad-type' | 'bad-dst';

export type FrameResult = { ok: true; message: ClientMessage } | { ok: false; code: FrameCode };

/** What a client says in the query of its WebSocket address. */
export interface Credentials {
  key: string;
  id: string;
  token: string;
}

const RELAYED: ReadonlySet<string> = new Set<RelayedType>([
  'OFFER',
  'ANSWER',
  'CANDIDATE',
  'LEAVE',
  'EXPIRE',
]);
/** Whether messages of this type are passed on. */
export function isRelayedType(type: string): type is RelayedType {
  return RELAYED.has(type);
}

const ID_PATTERN = /^[a-z0-9]+(?:[-_ ][a-z0-9]+)*$/i;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;

/** Whether `id` can name a peer: letters and digits with single `-`, `_` or space between, at most 64 characters. */
export function isPeerId(id: unknown): id is string {
  return typeof id === 'string' && id.length <= ID_CHARS_MAX && ID_PATTERN.test(id);
}

/** Whether `token` can serve as a token: 1 to 128 characters. */
export function isToken(token: unknown): token is string {
  return typeof token === 'string' && token.length > 0 && token.length <= TOKEN_CHARS_MAX;
}

/** Reads one text frame of a client. */
export function readFrame(text: string): FrameResult {
  if (text.length > MESSAGE_BYTES_MAX) return { ok: false, code: 'too-large' };
  if (isDeeperThan(text, MESSAGE_DEPTH_MAX)) return { ok: false, code: 'too-deep' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, code: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, code: 'not-an-object' };
  }
  return readMessage(value as Record<string, unknown>);
}

function readMessage(value: Record<string, unknown>): FrameResult {
  const { type, dst, payload } = value;
  if (typeof type !== 'string') return { ok: false, code: 'bad-type' };
  if (type === 'HEARTBEAT') return { ok: true, message: { kind: 'heartbeat' } };
  if (type === 'PROOF') return { ok: true, message: { kind: 'proof', payload } };
  if (!isRelayedType(type)) return { ok: true, message: { kind: 'ignored' } };
  if (type === 'LEAVE' && dst === undefined) return { ok: true, message: { kind: 'leave' } };
  if (!isPeerId(dst)) return { ok: false, code: 'bad-dst' };
  return { ok: true, message: { kind: 'relay', type, dst, payload } };
}

/** Counts brackets outside strings, so that depth is known before anything recursive sees the text. */
function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (isInString) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) isInString = false;
    } else if (unit === QUOTE) {
      isInString = true;
    } else if (unit === BRACKET_OPEN || unit === BRACE_OPEN) {
      if (++depth > depthMax) return true;
    } else if (unit === BRACKET_CLOSE || unit === BRACE_CLOSE) {
      depth--;
    }
  }
  return false;
}
