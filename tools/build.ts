// Builds the app into dist/, unless what is there was built from the very same sources: `npm start` begins at once the second time.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything that a build depends on; the lock file stands for the packages. */
const FOLDERS = ['src', 'public', 'tools'];
const FILES = ['index.html', 'package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];
/** In the folder that a build empties: no stamp outlives what it stands for. */
const STAMP = 'dist/.built-from';

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digestOfSources(): string {
  // Whoever asks for the libraries' development code gets another build.
  const hash = createHash('sha256').update(`${process.version} ${process.env['NODE_ENV'] ?? ''}`);
  for (const file of [...FILES, ...FOLDERS.flatMap(filesIn)])
    hash.update(`\n${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

const digest = digestOfSources();
if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === digest) console.log('The app is built already.');
else {
  console.log('Building the app, half a minute or so...');
  const { status } = spawnSync('npx vite build --logLevel warn', { shell: true, stdio: 'inherit' });
  if (status === 0) writeFileSync(STAMP, digest);
  process.exitCode = status ?? 1;
}
