// The two ways to fail that are not a programmer's error: an operating fault with a literal code that the pages
// turn into a plain sentence, and hostile bytes, which are values and never exceptions.

/** What went wrong in the world: no camera, no space, nobody there. `code` is what the pages look up a sentence by. */
export class LucarneError extends Error {
  override readonly name = 'LucarneError';
  readonly code: FaultCode;

  constructor(code: FaultCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Every operating fault a person can meet. */
export type FaultCode =
  | 'camera-denied'
  | 'camera-dismissed'
  | 'camera-missing'
  | 'camera-busy'
  | 'microphone-missing'
  | 'microphone-denied'
  | 'screen-dismissed'
  | 'screen-unsupported'
  | 'insecure-origin'
  | 'browser-unsupported'
  | 'encoder-missing'
  | 'encoder-failed'
  | 'decoder-failed'
  | 'storage-unavailable'
  | 'storage-full'
  | 'storage-failed'
  | 'key-in-use'
  | 'key-missing'
  | 'id-taken'
  | 'signaling-unreachable'
  | 'link-invalid'
  | 'recording-empty'
  | 'export-failed'
  | 'bytes-rejected';

/** A decoded value, or why the bytes were refused. */
export type Result<Value, Code extends string> = { ok: true; value: Value } | { ok: false; code: Code };
