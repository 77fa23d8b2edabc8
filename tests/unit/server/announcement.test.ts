// What the terminal shows: the address, and a QR code that a camera reads as the address of the steps.
import { generate } from 'lean-qr';
import { describe, expect, it } from 'vitest';
import { lanAddresses } from '../../../src/server/addresses.ts';
import { announce } from '../../../src/server/announcement.ts';

const LINE_START = '\u001b[97;40m';
const LINE_END = '\u001b[0m';

/** Rows of dark modules, read back from half blocks: light is drawn. */
function readQrCode(text: string): boolean[][] {
  const lines = text.split('\n').filter((line) => line.startsWith(LINE_START));
  return lines.flatMap((line) => {
    const blocks = Array.from(line.slice(LINE_START.length, -LINE_END.length));
    return [
      blocks.map((block) => block === ' ' || block === '▄'),
      blocks.map((block) => block === ' ' || block === '▀'),
    ];
  });
}

describe('the announcement', () => {
  it('is one line for plain HTTP', () => {
    const server = { origin: 'http://localhost:8080', port: 8080 };
    expect(announce(server, false, ['192.168.1.5'])).toBe('Lucarne is on http://localhost:8080\n');
  });

  it('leads a phone to the steps with HTTPS', () => {
    const text = announce({ origin: 'https://localhost:8080', port: 8080 }, true, [
      '192.168.1.5',
      '10.0.0.2',
    ]);
    expect(text).toContain('Lucarne is on https://localhost:8080\n');
    expect(text).toContain('or https://192.168.1.5:8080\n');
    expect(text).toContain('or https://10.0.0.2:8080\n');
    const rows = readQrCode(text);
    const code = generate('http://192.168.1.5:8080/ca');
    const border = (rows[0]!.length - code.size) / 2;
    expect(border).toBe(4);
    for (let y = -border; y < code.size + border; y++) {
      for (let x = -border; x < code.size + border; x++) {
        expect(rows[y + border]![x + border]).toBe(code.get(x, y));
      }
    }
  });

  it('names no address at which the server does not listen', () => {
    expect(lanAddresses('127.0.0.1')).toEqual([]);
    for (const address of lanAddresses()) expect(lanAddresses(address)).toEqual([address]);
  });
});
