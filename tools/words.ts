// Fails when a page says something that no translation reaches (tools/page-words.ts).
// `tsx tools/words.ts [DIR]`: looks through the TypeScript of a folder; without it, src/ui.

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findWords } from './page-words.ts';

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '../src/ui'));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.startsWith('locales'),
);
let count = 0;
for (const name of files) {
  const text = readFileSync(join(folder, name), 'utf8');
  for (const { line, words } of findWords(text)) {
    console.error(`${join(folder, name)}:${line}: not translated: ${words}`);
    count++;
  }
  if (/^@localized\(\)\n@customElement/m.test(text)) {
    console.error(
      `${join(folder, name)}: @customElement belongs above @localized(), see docs/contributing.md`,
    );
    count++;
  }
}
const french = readFileSync(join(import.meta.dirname, '../xliff/fr.xlf'), 'utf8');
// A line never begins with such a sign, nor ends with an opening quote.
for (const [target] of french.matchAll(/<target>[^]*?<\/target>/g)) {
  if (!/ [:;!?»]|« /.test(target.replaceAll(/<x [^>]*>/g, ''))) continue;
  console.error(`fr.xlf: an ordinary space beside a sign: ${target}`);
  count++;
}
console.log(`words: ${files.length} files of pages, ${count} texts that no translation reaches`);
if (files.length === 0 || count > 0) process.exitCode = 1;
