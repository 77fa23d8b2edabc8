// The search for words that no translation reaches: finds what is planted, and nothing else.

import { expect, it } from 'vitest';
import { findWords } from '../../../tools/page-words.ts';

const wordsOf = (code: string): string[] => findWords(code).map(({ words }) => words);

it.each([
  ['text', 'html`<p>Hello</p>`', 'Hello'],
  ['text around a value', 'html`<p>about ${count} people</p>`', 'about … people'],
  ['text inside a part of a template', 'html`<p>${isNew ? html`<b>New</b>` : nothing}</p>`', 'New'],
  ['a name for screen readers', 'html`<button aria-label="Stop">${icon}</button>`', 'Stop'],
  ['a hint in a field', "html`<input placeholder='Say something' />`", 'Say something'],
  ['text set by script', "element.textContent = 'Ready';", 'Ready'],
])('finds %s', (_what, code, words) => {
  expect(wordsOf(code)).toEqual([words]);
});

it('leaves alone what is translated, filled in, a name, a style or a word for machines', () => {
  const code = `
    html\`<!-- a comment --><p class="soft words" id="one" role="status">\${msg('Hello')}, \${name} – 12</p>\`;
    html\`<style>p { color: red }</style><a href="#/" aria-label="Lucarne">\${mark}</a><span>Lucarne</span>&nbsp;\`;
    html\`<input type="text" aria-label=\${msg('Title')} .value=\${title} @input=\${() => this.go('now')} />\`;
    element.textContent = '';
    document.title = titleOf(route);
    css\`p::before { content: 'words'; }\`;
  `;
  expect(wordsOf(code)).toEqual([]);
});
