// What a request asks for. Hostile request lines are values here, not exceptions.

/** The target of a request as an address, or null when it is none. Only its path and query mean anything. */
export function readTarget(url = '/'): URL | null {
  const base = 'http://server.invalid';
  if (!url.startsWith('/')) return null;
  try {
    return new URL(url, base);
  } catch {
    return null;
  }
}
