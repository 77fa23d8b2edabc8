// Finds words on the pages that no translation would reach: text between the tags of a template, attributes that people read or hear, and texts
// that are set by script. Everything that people meet goes through `msg()`.

import ts from 'typescript';

/** The same in every language. */
const NAMES = new Set(['Lucarne', 'English', 'Français']);
const READ_ATTRIBUTES = [
  'alt',
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
];
const READ_PROPERTIES = ['ariaLabel', 'innerText', 'placeholder', 'textContent', 'title'];
/** Stands for what a template's `${…}` will be. */
const HOLE = '\uE000';
const ATTRIBUTE = new RegExp(`\\s(${READ_ATTRIBUTES.join('|')})=(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'g');

/** A text of a page's source, with the line on which its template begins, from 1. */
export interface Finding {
  line: number;
  words: string;
}

/** Whether a person would read this: letters that are no name and nothing that is filled in. */
function areWords(text: string): boolean {
  const bare = text.replaceAll(HOLE, ' ').replace(/&\w+;/g, ' ').trim();
  return /\p{L}{2}/u.test(bare) && !NAMES.has(bare);
}

/** What a template says by itself, in whichever place. */
function wordsIn(markup: string): string[] {
  const bare = markup.replace(/<!--[\s\S]*?-->/g, '').replace(/<(style|script)[\s>][\s\S]*?<\/\1>/g, '');
  const attributes = [...bare.matchAll(ATTRIBUTE)].map(
    ([, , double = '', single = '', unquoted = '']) => double || single || unquoted,
  );
  const texts = bare.replace(/<[^>]*>/g, '\n').split('\n');
  return [...attributes, ...texts].filter(areWords).map((words) => words.replaceAll(HOLE, '…').trim());
}

function markupOf({ template }: ts.TaggedTemplateExpression): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  return [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)].join(HOLE);
}

function wordsAt(node: ts.Node): string[] {
  if (
    ts.isTaggedTemplateExpression(node) &&
    ts.isIdentifier(node.tag) &&
    ['html', 'svg'].includes(node.tag.text)
  )
    return wordsIn(markupOf(node));
  const isSet = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (!isSet || !ts.isPropertyAccessExpression(node.left) || !READ_PROPERTIES.includes(node.left.name.text))
    return [];
  return ts.isStringLiteralLike(node.right) && areWords(node.right.text) ? [node.right.text] : [];
}

/** The words in a source file. */
export function findWords(text: string): Finding[] {
  const source = ts.createSourceFile('page.ts', text, ts.ScriptTarget.Latest, true);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    for (const words of wordsAt(node)) findings.push({ line: line + 1, words });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}
