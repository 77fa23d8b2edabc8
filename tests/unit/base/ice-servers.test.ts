import { describe, expect, test } from 'vitest';
import { parseIceServers } from '../../../src/base/ice-servers.ts';

describe('the attribute ice-servers', () => {
  test.each([
    '[]',
    '[{"urls":"stun:stun.example.org"}]',
    '[{"urls":["stun:a.example","turns:b.example:5349?transport=tcp"],"username":"u","credential":"c"}]',
  ])('is a JSON list: %s', (text) => {
    expect(parseIceServers(text)).toEqual(JSON.parse(text));
  });

  test.each([
    '',
    'stun:stun.example.org',
    '{"urls":"stun:stun.example.org"}',
    '[null]',
    '["stun:stun.example.org"]',
    '[{"urls":[]}]',
    '[{"urls":7}]',
    '[{"urls":"https://example.org"}]',
    '[{"urls":"stun:a.example"},{"url":"stun:b.example"}]',
    '[{"urls":"turn:a.example"}]',
    '[{"urls":"turn:a.example","username":"u","credential":1}]',
  ])('is nothing else: %s', (text) => {
    expect(parseIceServers(text)).toBeUndefined();
  });
});
