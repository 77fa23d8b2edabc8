// Texts as word rules compare them: however it is disguised, a word folds to the same letters. For comparing only, never shown.

/** Letters of other scripts, and figures, that pass for Latin ones. NFKC has done the full-width and mathematical ones before. */
const LOOKALIKES = new Map<string, string>(
  Object.entries({
    a: 'аαɑ4@',
    b: 'ЬВвβƅ8',
    c: 'сϲ¢©',
    d: 'ԁɗ',
    e: 'еєεҽ3€',
    f: 'ƒϝ',
    g: 'ɡԍ9',
    h: 'һнհ',
    i: 'іїιıɩ1!|¡',
    j: 'јϳ',
    k: 'кκ',
    l: 'ӏʟ£',
    m: 'мμ',
    n: 'пηո',
    o: 'оοσө0ഠ',
    p: 'рρ',
    q: 'ԛզ',
    r: 'гᴦ',
    s: 'ѕʂ5$§',
    t: 'тτ7+',
    u: 'υսμц',
    v: 'ѵν',
    w: 'ѡωшԝ',
    x: 'хχ×',
    y: 'уγүʏ',
    z: 'ᴢ2',
  }).flatMap(([letter, others]) => Array.from(others, (other): [string, string] => [other, letter])),
);

const UNDRAWN = /[\p{M}\p{Cf}\p{Cc}]/gu;
const REPEATED = /(\p{L})\1+/gu;
const APART = /[^\p{L}\p{N}]+/u;

/** The words of a text, folded. Letters that stand alone one after the other ("b a d") are one word. */
export function foldedWords(text: string): string[] {
  const words: string[] = [];
  let alone = '';
  for (const word of fold(text).split(APART)) {
    if (word.length === 1) {
      alone += word;
      continue;
    }
    if (alone !== '') words.push(collapse(alone));
    alone = '';
    if (word !== '') words.push(collapse(word));
  }
  if (alone !== '') words.push(collapse(alone));
  return words;
}

/** One word, as `foldedWords` gives it. */
export function foldedWord(word: string): string {
  return collapse(fold(word).split(APART).join(''));
}

function fold(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().normalize('NFD').replace(UNDRAWN, '');
  return Array.from(plain, (character) => LOOKALIKES.get(character) ?? character).join('');
}

function collapse(word: string): string {
  return word.replace(REPEATED, '$1');
}
