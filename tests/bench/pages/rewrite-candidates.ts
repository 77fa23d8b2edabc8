// Replaces remote candidates by the places that stand for them. Candidates that a proxy can't stand for (TCP, IPv6) are
// left out.

/** Where a candidate can be reached. */
export interface Place {
  address: string;
  port: number;
}

/** Asks for the place that stands for `address:port`. */
export type Detour = (address: string, port: number) => Promise<Place>;

/** foundation component transport priority address port rest */
const CANDIDATE = /^((?:a=)?candidate:\S+ \d+) (\S+) (\d+) (\S+) (\d+) (.*)$/i;

/** A line of a description, or a candidate on its own; undefined when it is to be left out. */
export async function rewriteCandidate(line: string, detour: Detour): Promise<string | undefined> {
  const match = CANDIDATE.exec(line);
  if (!match) return line;
  const [, start, transport, priority, address, port, rest] = match;
  if (transport?.toLowerCase() !== 'udp' || !/^[\d.]+$/.test(address!)) return undefined;
  const place = await detour(address!, Number(port));
  return `${start} ${transport} ${priority} ${place.address} ${place.port} ${rest}`;
}

/** A whole description. */
export async function rewriteSdp(sdp: string, detour: Detour): Promise<string> {
  const lines = await Promise.all(sdp.split('\r\n').map((line) => rewriteCandidate(line, detour)));
  return lines.filter((line) => line !== undefined).join('\r\n');
}
