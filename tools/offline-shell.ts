// Adds the service worker to the build, as one file beside the document, with the list of what the build consists of.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { bundleScript } from './built-pages.ts';

/** As src/platform/offline-shell.ts asks for it. */
const FILE = 'service-worker.js';

/** Builds `entry` for the app's own document; other documents get none. */
export function offlineShell(entry: string): Plugin {
  let root = '';
  let publicFolder = '';
  return {
    name: 'lucarne-offline-shell',
    apply: 'build',
    configResolved: (config) => {
      root = config.root;
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        if (!('index.html' in bundle)) return;
        const version = createHash('sha256');
        const built: string[] = [];
        for (const [name, output] of Object.entries(bundle)) {
          if (name.endsWith('.map')) continue;
          version.update(name).update(output.type === 'chunk' ? output.code : output.source);
          if (!name.endsWith('.html')) built.push(name);
        }
        const given = await filesIn(publicFolder);
        for (const name of given) version.update(name).update(await readFile(join(publicFolder, name)));
        const code = await bundleScript(join(root, entry), {
          OFFLINE_FILES: JSON.stringify(['./', ...built.sort(), ...given]),
          OFFLINE_VERSION: JSON.stringify(version.digest('hex').slice(0, 16)),
        });
        this.emitFile({ type: 'asset', fileName: FILE, source: code });
      },
    },
  };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
