// Stands in for randombytes, with the browser's own source: simple-peer names peers and channels in its logs with it.

import { hex } from '../../base/bytes.ts';

function randomBytes(length: number): { toString(): string } {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return { toString: () => hex(bytes) };
}

// As CommonJS gives it.
export { randomBytes as 'module.exports' };
