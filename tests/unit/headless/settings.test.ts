// The command line of a headless relay: what it understands, and what it says when it doesn't.

import { describe, expect, it } from 'vitest';
import { readRelaySettings } from '../../../src/headless/settings.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';
const LINK = `https://example.org/#/${ID}`;

describe('the settings of a relay', () => {
  it('come from a link alone: its page serves the signaling, and eight viewers are fed', () => {
    expect(readRelaySettings([LINK])).toEqual({
      broadcastId: ID,
      servers: ['https://example.org'],
      children: 8,
      statusPorts: [],
      isJson: false,
    });
  });

  it('take the servers that the link names, and the bounds that are asked for', () => {
    const link = `https://example.org/?server=https://a.example,https://b.example#/${ID}`;
    const args = [
      link,
      '--children',
      '2',
      '--mbps',
      '2.5',
      '--stats',
      '0',
      '--metrics',
      '9000',
      '--listen',
      '8081',
      '--json',
    ];
    expect(readRelaySettings(args)).toMatchObject({
      servers: ['https://a.example', 'https://b.example'],
      children: 2,
      uplinkBitsPerSecond: 2_500_000,
      statusPorts: [0, 9000],
      listenPort: 8081,
      isJson: true,
    });
  });

  it.each([
    [[], 'Name its link'],
    [['https://example.org/#/short'], 'is no link to a broadcast'],
    [[ID], 'names no server'],
    [[LINK, LINK], 'One link, please'],
    [[LINK, '--children', '0'], '--children takes'],
    [[LINK, '--children', '9'], '--children takes'],
    [[LINK, '--mbps', '0'], '--mbps takes'],
    [[LINK, '--mbps', 'fast'], '--mbps takes'],
    [[LINK, '--stats', '70000'], 'is no port'],
    [[LINK, '--listen', 'x'], 'is no port'],
    [[LINK, '--what'], 'npm run relay'],
  ])('%j is refused with a sentence', (args, sentence) => {
    expect(() => readRelaySettings(args)).toThrow(sentence);
  });
});
