// Words that hold a comment, however they are disguised, and innocent ones that don't.

import { describe, expect, it, test } from 'vitest';
import { WordRules } from '../../../src/room/block-words.ts';
import { foldedWords } from '../../../src/room/folded-text.ts';

const rules = new WordRules(['Élysée', 'boycott*']);

describe('word rules', () => {
  test.each([
    'you asshole',
    'ASSHOLES everywhere',
    'a.s.s.h.o.l.e',
    'f u c k this',
    'fuuuuuck',
    'ｆｕｃｋ',
    '𝓯𝓾𝓬𝓴',
    'fu\u200bck',
    'f\u0335u\u0335c\u0335k',
    'fυсk',
    'sh1t',
    '$h!t',
    'quel connard',
    'ENCULÉ',
    'enculés',
    'ｃｏｎｎａｒｄ',
    'c0nnard',
    'va te faire, р.u.t.е',
    'l’ELYSEE',
    'boycotter',
  ])('hold %j', (text) => {
    expect(rules.hold(text)).toBe(true);
  });

  test.each([
    'Bonjour à tous, quelle belle lumière !',
    'What a lovely sunset over Scunthorpe',
    'I passed my class in Sussex',
    'un concert de violon? non: un contrebassiste',
    'Le comté et la contrée',
    'a violet dress, une robe violette',
    'una tarde con amigos, take a bite',
    'classic cocktail',
    '10 000 personnes',
    '❤️❤️❤️',
    'مرحبا',
  ])('let %j through', (text) => {
    expect(rules.hold(text)).toBe(false);
  });

  it('compare letters that stand alone as one word', () => {
    expect(foldedWords('b a d news')).toEqual(['bad', 'news']);
  });
});
