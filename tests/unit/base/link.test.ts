import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  guestLinkOf,
  isBroadcastId,
  linkOf,
  moderatorLinkOf,
  parseLink,
  parseQuery,
} from '../../../src/base/link.ts';

const ID = 'abcdefghijklmnopqrstuvwxyz';
const OTHER = '234567abcdefghijklmnopqrst';

/** Any UTF-16 at all, lone halves of pairs included. */
const anyText = fc.string({
  unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  maxLength: 300,
});

function idOf(text: string): string | undefined {
  const link = parseLink(text);
  return link.ok ? link.value.broadcastId : undefined;
}

function codeOf(text: string): string | undefined {
  const link = parseLink(text);
  return link.ok ? undefined : link.code;
}

describe('a pasted link', () => {
  test.each([
    ['a bare id', ID],
    ['a fragment', `#/${ID}`],
    ['a full link', `https://tv.example/#/${ID}`],
    ['a link in a folder', `http://localhost:8080/lucarne/#/${ID}`],
    ['a trailing slash', `https://tv.example/#/${ID}/`],
    ['spaces and a line end around it', `  https://tv.example/#/${ID} \r\n`],
    ['a trailing dot', `https://tv.example/#/${ID}.`],
    ['brackets of a mail', `<https://tv.example/#/${ID}>,`],
    ['an invisible mark of a messenger at its end', `\u200ehttps://tv.example/#/${ID}\u200b`],
    ['an escaped fragment sign', `https://tv.example/%23/${ID}`],
    ['the same fragment twice', `https://tv.example/#/${ID}#/${ID}`],
  ])('is understood with %s', (_, text) => {
    expect(idOf(text)).toBe(ID);
  });

  test('of a moderator has the invitation behind the id, and nothing else there', () => {
    const invitation = `${'aZ0-_'.repeat(21)}bc`;
    const link = moderatorLinkOf(linkOf('https://tv.example/', { broadcastId: ID, servers: [] }), invitation);
    for (const text of [link, ` <${link}>. `, link.replace('#', '%23')]) {
      const parsed = parseLink(text);
      expect(parsed.ok && parsed.value).toMatchObject({ broadcastId: ID, invitation });
    }
    expect(parseLink(`#/${ID}`)).not.toHaveProperty('value.invitation');
    for (const wrong of [`${link}x`, link.slice(0, -1), `${link}/`.replace('bc/', 'b!/'), `#/${ID}/studio`])
      expect(codeOf(wrong)).toBeDefined();
  });

  test('of a guest has where to call and a token behind the rest, and nothing else there', () => {
    const guest = { seat: OTHER, token: `${OTHER.slice(1)}7` };
    const key = `${OTHER.slice(1)}a`;
    for (const target of [
      { broadcastId: ID, servers: [] },
      { broadcastId: ID, servers: [], key },
    ]) {
      const link = guestLinkOf(linkOf('https://tv.example/', target), guest);
      for (const text of [link, ` <${link}>. `, link.replace('#', '%23')]) {
        const parsed = parseLink(text);
        expect(parsed).toMatchObject({ ok: true, value: { ...target, guest } });
        expect(parsed).not.toHaveProperty('value.invitation');
      }
      for (const wrong of [
        `${link}x`,
        link.slice(0, -1),
        link.toUpperCase(),
        link.replace('on-air-', 'on-air'),
      ])
        expect(codeOf(wrong)).toBeDefined();
    }
    expect(parseLink(`#/${ID}`)).not.toHaveProperty('value.guest');
    expect(codeOf(`on-air-${OTHER}-${OTHER}`)).toBeDefined();
  });

  test.each([
    ['nothing', '', 'link-empty'],
    ['spaces only', ' \t\n', 'link-empty'],
    ['an id that is too short', `https://tv.example/#/${ID.slice(1)}`, 'link-length'],
    ['an id that is too long', `${ID}a`, 'link-length'],
    ['capital letters', `https://tv.example/#/${ID.toUpperCase()}`, 'link-upper-case'],
    ['characters that ids do not have', `https://tv.example/#/${ID.slice(1)}1`, 'link-characters'],
    ['script', 'javascript:alert(1)', 'link-characters'],
    ['another page', 'https://tv.example/', 'link-without-id'],
    ['the studio', 'https://tv.example/#/studio', 'link-without-id'],
    ['10 kB', 'a'.repeat(10_240), 'link-long'],
    ['a right-to-left override', `https://tv.example/#/\u202e${ID}`, 'link-hidden-characters'],
    ['an override at its end', `https://tv.example/#/${ID}\u202e`, 'link-hidden-characters'],
    ['a zero byte', `https://tv.example/#/${ID}\u0000${ID}`, 'link-hidden-characters'],
    ['two different fragments', `https://tv.example/#/${ID}#/${OTHER}`, 'link-twice'],
    ['two links in a row', `https://tv.example/#/${ID}https://tv.example/#/${OTHER}`, 'link-twice'],
    ['two links with a space', `https://tv.example/#/${ID} https://tv.example/#/${OTHER}`, 'link-twice'],
  ])('is refused with a reason when it is %s', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  test('carries its servers and the origin of its page', () => {
    const link = parseLink(`https://tv.example/?server=https://a.example,wss://b,https://c.example/x#/${ID}`);
    const servers = ['https://a.example', 'https://c.example'];
    expect(link).toEqual({ ok: true, value: { broadcastId: ID, servers, origin: 'https://tv.example' } });
  });

  test('has the key of a private broadcast, wherever it stands', () => {
    const key = `${OTHER.slice(1)}a`;
    for (const text of [
      `${ID}/${key}`,
      `#/${ID}/${key}/`,
      `https://tv.example/?server=https://a.example#/${ID}/${key}.`,
    ])
      expect(parseLink(text)).toMatchObject({ ok: true, value: { broadcastId: ID, key } });
    const target = { broadcastId: ID, key, servers: [] };
    expect(linkOf('https://tv.example/', target)).toBe(`https://tv.example/#/${ID}/${key}`);
  });

  test.each(['a', OTHER.slice(1), `${OTHER}a`, `${OTHER.slice(1)}b`, `${OTHER.slice(1)}A`, '%20'])(
    'is refused when its key is no whole key: %s',
    (key) => {
      expect(codeOf(`https://tv.example/#/${ID}/${key}`)).toBe('link-key');
    },
  );

  test('has no origin when it is a bare id', () => {
    expect(parseLink(ID)).toEqual({ ok: true, value: { broadcastId: ID, servers: [] } });
  });

  test('gives an id or a code for every text, and never throws', () => {
    const guest = `/on-air-${ID}-${OTHER}`;
    const pieces = fc.constantFrom(
      guest,
      ID,
      '#',
      '/',
      '%23',
      '?server=',
      ' ',
      '\u202e',
      'https://',
      '%',
      '.',
      'A',
    );
    const texts = fc.oneof(
      anyText,
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const link = parseLink(text);
        if (link.ok) expect(isBroadcastId(link.value.broadcastId)).toBe(true);
        else expect(link.code).toMatch(/^link-/);
      }),
      { numRuns: 1000 },
    );
  });

  test('reads back every link that the app makes', () => {
    const ids = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7'),
      minLength: 26,
      maxLength: 26,
    });
    const origins = fc.uniqueArray(fc.webAuthority(), { maxLength: 3 });
    fc.assert(
      fc.property(ids, origins, (id, authorities) => {
        const servers = authorities.map((authority) => `https://${authority}`).filter((s) => URL.canParse(s));
        const normal = [...new Set(servers.map((server) => new URL(server).origin))];
        const link = linkOf('https://tv.example/app/', { broadcastId: id, servers: normal });
        const value = { broadcastId: id, servers: normal };
        expect(parseLink(link)).toMatchObject({ ok: true, value });
        const guest = { seat: id, token: OTHER };
        expect(parseLink(guestLinkOf(link, guest))).toMatchObject({ ok: true, value: { ...value, guest } });
      }),
    );
  });
});

describe('the parameters of an address', () => {
  test('are read when they are what the contract says', () => {
    expect(
      parseQuery('?source=testcard&quality=540p&lang=fr&children=1&server=http://localhost:9000'),
    ).toEqual({
      servers: ['http://localhost:9000'],
      source: 'testcard',
      quality: '540p',
      lang: 'fr',
      children: 1,
    });
  });

  test('are left out when they are anything else', () => {
    expect(parseQuery('?source=tape&quality=8k&lang=xx&children=-1&server=javascript:1,nonsense')).toEqual({
      servers: [],
    });
  });

  test('let a person refuse to relay', () => {
    expect(parseQuery('?children=0').children).toBe(0);
  });

  test('never throw', () => {
    fc.assert(fc.property(anyText, (text) => parseQuery(text).servers.length <= 8));
  });
});
