// The lines to paste, and the way back to the full page.

import { expect, it } from 'vitest';
import { fullPageOf } from '../../../src/ui/embed/full-page.ts';
import { embedCodeOf } from '../../../src/ui/share/embed-code.ts';

const ID = 'a'.repeat(26);

it.each([
  ['https://a.example/', 'https://a.example/embed/lucarne-player.js'],
  ['https://a.example/tv/', 'https://a.example/tv/embed/lucarne-player.js'],
  [
    'https://a.example/tv/index.html?server=https://b.example&relay=only',
    'https://a.example/tv/embed/lucarne-player.js',
  ],
])('the player’s script lies beside the app (%s)', (page, script) => {
  expect(embedCodeOf(`${page}#/${ID}`).split('\n')).toEqual([
    `<script type="module" src="${script}"></script>`,
    `<lucarne-player src="${page.replace('&', '&amp;')}#/${ID}" controls></lucarne-player>`,
  ]);
});

it('nothing in a link can end the attribute that it stands in', () => {
  expect(embedCodeOf(`https://a.example/?x="><script>#/${ID}`)).not.toContain('"><script>');
  expect(embedCodeOf('')).toBe('');
});

it.each([
  [
    `https://b.example/?server=https://c.example#/${ID}`,
    null,
    `https://b.example/?server=https://c.example#/${ID}`,
  ],
  [ID, null, `https://a.example/#/${ID}`],
  [`#/${ID}`, 'https://c.example', `https://a.example/?server=https://c.example#/${ID}`],
  ['javascript:alert(1)', null, 'https://a.example/'],
  ['no link at all', null, 'https://a.example/'],
])('the full page of %s', (src, server, page) => {
  expect(fullPageOf('https://a.example/', src, server)).toBe(page);
});
