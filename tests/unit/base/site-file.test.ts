import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSiteFile } from '../../../src/base/site-file.ts';

describe('lucarne.json', () => {
  it('names servers, and STUN and TURN servers, or neither', () => {
    const iceServers = [{ urls: 'stun:stun.example.org' }];
    expect(
      readSiteFile(JSON.stringify({ server: 'https://a.example,http://b.example:8080/', iceServers })),
    ).toEqual({
      ok: true,
      value: { servers: ['https://a.example', 'http://b.example:8080'], iceServers },
    });
    expect(readSiteFile('{"more":1}')).toEqual({ ok: true, value: {} });
  });

  it.each([
    ['<!doctype html><title>Not found</title>', 'not-json'],
    ['', 'not-json'],
    ['[]', 'not-an-object'],
    ['null', 'not-an-object'],
    ['{"server":"ftp://example.org"}', 'bad-server'],
    ['{"server":""}', 'bad-server'],
    ['{"server":["https://example.org"]}', 'bad-server'],
    ['{"iceServers":[{"urls":"turn:a.example"}]}', 'bad-ice-servers'],
    ['{"iceServers":{}}', 'bad-ice-servers'],
  ])('is none when it reads %s', (text, code) => {
    expect(readSiteFile(text)).toEqual({ ok: false, code });
  });

  it('may be anything at all', () => {
    const value = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ server: fc.anything(), iceServers: fc.anything() }).map((file) => {
        try {
          return JSON.stringify(file);
        } catch {
          return '';
        }
      }),
    );
    fc.assert(
      fc.property(value, (text) => {
        const file = readSiteFile(text);
        if (file.ok) expect(file.value.servers?.length).not.toBe(0);
      }),
    );
  });
});
