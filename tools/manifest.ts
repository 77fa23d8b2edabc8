// The custom-elements manifest of the player for other people's pages, written from its source: `npm run manifest`; with `--check` it says
// whether the file is what the source says today.

import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'prettier';

/** The parts of the format that are touched here (https://github.com/webcomponents/custom-elements-manifest). */
interface Named {
  name: string;
  description?: string;
  privacy?: 'public' | 'private' | 'protected';
  static?: boolean;
  superclass?: unknown;
  inheritedFrom?: unknown;
}

interface ElementPart extends Named {
  members?: Named[];
  events?: Named[];
  attributes?: Named[];
}

interface Package {
  modules: { declarations?: ElementPart[] }[];
}

const HOME = resolve(import.meta.dirname, '..');
const FILE = resolve(HOME, 'custom-elements.json');
const PACKAGE = resolve(HOME, 'package.json');
const DRAFT = '.cache/manifest';
const SOURCES = ['src/ui/embed/lucarne-player.ts', 'src/ui/watch/player-element.ts'];

/** What people import, below the address of the app. */
const PATH = 'embed/lucarne-player.js';
const NAME = 'LucarnePlayer';
const TAG = 'lucarne-player';
/** Properties that only our own code uses. */
const OURS = ['lucarne', 'watched', 'failure'];

function analyze(): Package {
  const globs = SOURCES.flatMap((source) => ['--globs', source]);
  const args = ['analyze', '--litelement', '--quiet', '--outdir', DRAFT, ...globs];
  const ownPackage = readFileSync(PACKAGE);
  const { status, stderr } = spawnSync('npx', ['cem', ...args], { cwd: HOME, encoding: 'utf8' });
  // The analyzer writes into it where its draft lies.
  writeFileSync(PACKAGE, ownPackage);
  if (status !== 0) throw new Error(`The analyzer failed: ${stderr}`);
  const draft = resolve(HOME, DRAFT, 'custom-elements.json');
  const found = JSON.parse(readFileSync(draft, 'utf8')) as Package;
  rmSync(draft);
  return found;
}

/** What is ours to change without a word to anybody is left out, and so is where it stands in our source. */
function publicOf({ members = [], events = [], attributes = [], ...said }: ElementPart): ElementPart {
  delete said.superclass;
  return {
    ...said,
    members: members.filter(isPublic).map(withoutOrigin),
    // What has no words isn't meant for others.
    events: events.filter(({ description }) => description !== undefined).map(withoutOrigin),
    attributes: attributes.map(withoutOrigin),
  };
}

function isPublic({ name, privacy = 'public', static: isStatic = false }: Named): boolean {
  return privacy === 'public' && !isStatic && !name.startsWith('#') && !OURS.includes(name);
}

function withoutOrigin(part: Named): Named {
  const copy = { ...part };
  delete copy.inheritedFrom;
  return copy;
}

async function written(): Promise<string> {
  const element = analyze()
    .modules.flatMap(({ declarations = [] }) => declarations)
    .find(({ name }) => name === NAME);
  if (!element) throw new Error(`There is no ${NAME} in ${SOURCES.join()}`);
  const manifest = {
    schemaVersion: '1.0.0',
    readme: 'docs/embedding.md',
    modules: [
      {
        kind: 'javascript-module',
        path: PATH,
        declarations: [publicOf(element)],
        exports: [
          { kind: 'js', name: NAME, declaration: { name: NAME, module: PATH } },
          { kind: 'custom-element-definition', name: TAG, declaration: { name: NAME, module: PATH } },
        ],
      },
    ],
  };
  return format(JSON.stringify(manifest), { parser: 'json', printWidth: 110 });
}

const now = await written();
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, now);
  console.log('manifest: custom-elements.json');
} else if (readFileSync(FILE, 'utf8') !== now) {
  console.error('manifest: custom-elements.json isn’t what the source says: npm run manifest');
  process.exitCode = 1;
}
