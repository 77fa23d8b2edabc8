// What the terminal shows when the server is up: the address, and for phones their addresses with a QR code.
import { generate } from 'lean-qr';
import type { RunningServer } from './server.ts';

/** The light border of a QR code (ISO 18004), in modules. */
const QUIET_MODULES = 4;

/**
 * The text to print. `lanAddresses` are the IPv4 addresses at which the server listens for other devices,
 * the likeliest for a phone first.
 */
export function announce(
  { origin, port }: Pick<RunningServer, 'origin' | 'port'>,
  isHttps: boolean,
  lanAddresses: readonly string[],
): string {
  const lines = [`Lucarne is on ${origin}`];
  const phone = lanAddresses[0];
  if (isHttps && phone !== undefined) {
    const steps = `http://${phone}:${port}/ca`;
    lines.push(
      ...lanAddresses.map((address) => `           or https://${address}:${port}`),
      '',
      `For a phone on the same network: scan this, or open ${steps},`,
      'to trust this computer once and then open Lucarne.',
      '',
      drawQrCode(steps),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Two modules a character, in half blocks; light on dark, with the quiet border that cameras need. */
function drawQrCode(text: string): string {
  const code = generate(text);
  const rows: string[] = [];
  for (let y = -QUIET_MODULES; y < code.size + QUIET_MODULES; y += 2) {
    let row = '';
    for (let x = -QUIET_MODULES; x < code.size + QUIET_MODULES; x++) {
      row += halfBlock(code.get(x, y), code.get(x, y + 1));
    }
    rows.push(`\u001b[97;40m${row}\u001b[0m`);
  }
  return rows.join('\n');
}

/** Light modules are drawn, dark ones left. */
function halfBlock(isUpperDark: boolean, isLowerDark: boolean): string {
  if (isUpperDark) return isLowerDark ? ' ' : '▄';
  return isLowerDark ? '▀' : '█';
}
