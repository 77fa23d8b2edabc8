// Settings are taken as given or refused with a sentence.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { iceServersFor } from '../../../src/server/ice.ts';
import { readSettings } from '../../../src/server/settings.ts';
import { SettingsError } from '../../../src/server/settings-error.ts';

describe('settings', () => {
  it('have defaults that reach nobody on the internet', () => {
    expect(readSettings([], {})).toEqual({
      port: 8080,
      isHttps: false,
      proxies: 0,
      allowedOrigins: [],
      ice: { stunUrls: [], turnUrls: [] },
      hasLiveList: true,
    });
  });

  it('prefer the command line to the environment', () => {
    const settings = readSettings(['--port', '9000', '--https'], { PORT: '7000', HOST: '127.0.0.1' });
    expect(settings).toMatchObject({ port: 9000, isHttps: true, host: '127.0.0.1' });
    expect(readSettings([], { PORT: '7000' }).port).toBe(7000);
    expect(readSettings([], { TRUST_PROXY: '2' }).proxies).toBe(2);
  });

  it('split lists at commas', () => {
    const env = {
      STUN_URLS: 'stun:a:1, stun:b:2,',
      ALLOWED_ORIGINS: 'https://tv.example,http://localhost:5173/',
    };
    const { ice, allowedOrigins } = readSettings([], env);
    expect(ice.stunUrls).toEqual(['stun:a:1', 'stun:b:2']);
    expect(allowedOrigins).toEqual(['https://tv.example', 'http://localhost:5173']);
  });

  it.each<[string[], Record<string, string>]>([
    [['--port', 'http'], {}],
    [['--port', '-1'], {}],
    [['--port', '65536'], {}],
    [['--prot', '1'], {}],
    [['--port'], {}],
    [[], { PORT: '80a' }],
    [[], { STUN_URLS: 'stun.example' }],
    [[], { TURN_URLS: 'stun:stun.example', TURN_SECRET: 's' }],
    [[], { TURN_URLS: 'turn:turn.example' }],
    [[], { TRUST_PROXY: 'yes' }],
    [[], { TRUST_PROXY: '-1' }],
    [[], { ALLOWED_ORIGINS: 'tv.example' }],
    [[], { ALLOWED_ORIGINS: 'https://tv.example/page' }],
    [[], { ALLOWED_ORIGINS: 'https://user@tv.example' }],
  ])('refuse %j %j', (args, env) => {
    expect(() => readSettings(args, env)).toThrow(SettingsError);
  });
});

describe('the variables of the environment', () => {
  const read = new Set(
    [...readFileSync('src/server/settings.ts', 'utf8').matchAll(/env\['(\w+)'\]/g)].map(([, name]) => name),
  );

  it('are all in the README’s table, and nothing else is', () => {
    const rows = readFileSync('README.md', 'utf8').matchAll(/^\|((?: ?`[A-Z_]+`,?)+) +\|/gm);
    const told = [...rows].flatMap(([, names = '']) => [...names.matchAll(/[A-Z_]+/g)].map(([name]) => name));
    expect(told.sort()).toEqual([...read].sort());
  });

  it('that compose.yaml and the Dockerfile set for the server are all read', () => {
    const compose = /^x-lucarne:[^]*?\n\n/m.exec(readFileSync('compose.yaml', 'utf8'))?.[0] ?? '';
    const file = /^ENV (.*)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1] ?? '';
    const set = [...compose.matchAll(/^ {4}([A-Z_]+):/gm), ...file.matchAll(/([A-Z_]+)=/g)].map(
      ([, name]) => name,
    );
    expect(set).toContain('REDIS_URL');
    for (const name of set) if (name !== 'NODE_ENV') expect(read).toContain(name);
  });
});

describe('TURN credentials', () => {
  it('expire, differ between clients, and are what coturn computes from the shared secret', () => {
    const settings = { stunUrls: [], turnUrls: ['turn:t.example'], turnSecret: 'secret' };
    const [server] = iceServersFor(settings, 1_700_000_000.7, 'abc');
    expect(server?.username).toBe('1700043200:abc');
    const expected = createHmac('sha1', 'secret').update('1700043200:abc').digest('base64');
    expect(server?.credential).toBe(expected);
    expect(iceServersFor(settings, 1_700_000_000, 'def')[0]?.credential).not.toBe(expected);
  });
});
