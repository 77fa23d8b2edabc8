// Byte work that every layer shares: comparing, joining, text and base32. Nothing here allocates more than it returns.

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true });

/** Bytes backed by an ordinary buffer, as every web API wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Whether two byte arrays hold the same bytes. Not constant-time: nothing secret is compared. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The parts, one after the other, in a new array. */
export function concatBytes(...parts: readonly ArrayLike<number>[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** UTF-8 bytes of a text. */
export function utf8Bytes(text: string): Bytes {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, or undefined when they aren't UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Lower-case RFC 4648 base32 without padding: `ceil(8n / 5)` characters for n bytes. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32.charAt((value << (5 - bits)) & 31) : text;
}

/** Lower-case hexadecimal, two characters a byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes of a text that `hex` gave. */
export function hexBytes(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** Base64 of bytes, for the few places that carry bytes in JSON. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Bytes of a base64 text, or undefined when it isn't base64. */
export function base64Bytes(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Base64 as addresses take it (RFC 4648, section 5), without padding. */
export function base64Url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Bytes of such a text, or undefined when it isn't that. */
export function base64UrlBytes(text: string): Bytes | undefined {
  return /^[\w-]*$/.test(text) ? base64Bytes(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined;
}
