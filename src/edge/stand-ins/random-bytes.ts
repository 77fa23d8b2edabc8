// Stands in for randombytes, with the browser's own source: simple-peer names peers and channels in its logs with it.

function randomBytes(length: number): { toString(): string } {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return { toString: () => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

// As CommonJS gives it.
export { randomBytes as 'module.exports' };
