// Builds the player for other people's pages into `embed/` beside the app: `lucarne-player.js`, which they import, the page for their
// frames, and the manifest of the element. A build of its own, so that no chunk of the app is cut in two for it.

import { copyFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import type { Plugin, ResolvedConfig } from 'vite';
import { packFiles } from './built-pages.ts';
import { LEAN_PACKAGES } from './lean-packages.ts';
import { secondLook } from './second-look.ts';
import { securePages } from './security-headers.ts';

const HOME = resolve(import.meta.dirname, '..');
const MANIFEST = 'custom-elements.json';

/** After a build of the app, one of the player. */
export function buildEmbed(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'lucarne-build-embed',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      // Other documents than the app's: a demonstration for tests.
      if (config.build.rolldownOptions.input !== undefined) return;
      await buildPlayer(config);
      await copyFile(join(HOME, MANIFEST), resolve(HOME, config.build.outDir, 'embed', MANIFEST));
    },
  };
}

async function buildPlayer({ build: { outDir, target, cssTarget } }: ResolvedConfig): Promise<void> {
  await build({
    configFile: false,
    root: HOME,
    base: './',
    logLevel: 'warn',
    plugins: [securePages(), secondLook(), packFiles('embed')],
    resolve: {
      alias: [
        ...Object.entries(LEAN_PACKAGES).map(([find, replacement]) => ({ find, replacement })),
        { find: /^.*\/worker-program\.ts$/, replacement: join(HOME, 'src/embed-worker.ts') },
      ],
    },
    worker: { format: 'es' },
    build: {
      outDir,
      assetsDir: 'embed/assets',
      emptyOutDir: false,
      copyPublicDir: false,
      sourcemap: 'hidden',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target,
      cssTarget,
      rolldownOptions: {
        checks: { bundlerTimings: false },
        input: { 'lucarne-player': 'src/embed.ts', page: 'embed/index.html' },
        // The page's own needs may show among its exports: one request fewer for everybody else.
        preserveEntrySignatures: 'allow-extension',
        output: {
          entryFileNames: ({ name }) =>
            name === 'lucarne-player' ? 'embed/[name].js' : 'embed/assets/[name]-[hash].js',
        },
      },
    },
  });
}
