// Builds the app for any static host: relative addresses, no server-side part. The player for other people's pages is built after it.
import { defineConfig } from 'vite';
import { inlineParts, leanDocuments, packFiles, preloadChunks } from './tools/built-pages.ts';
import { buildEmbed } from './tools/embed-build.ts';
import { LEAN_PACKAGES } from './tools/lean-packages.ts';
import { secondLook } from './tools/second-look.ts';
import { offlineShell } from './tools/offline-shell.ts';
import { securePages } from './tools/security-headers.ts';

export default defineConfig({
  base: './',
  plugins: [
    leanDocuments(),
    inlineParts('/src/head-start.ts'),
    preloadChunks(['app', 'edges', 'rolldown-runtime', 'elements', 'lucarne-app']),
    securePages(),
    offlineShell('src/service-worker.ts'),
    secondLook(),
    packFiles(),
    buildEmbed(),
  ],
  resolve: {
    alias: LEAN_PACKAGES,
  },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The browsers that the app asks for: written down for older ones, light-dark() would lose the page its colours.
    cssTarget: ['chrome137', 'firefox130', 'safari26'],
    // Beside the scripts; a line in each that names it would cost every viewer.
    sourcemap: 'hidden',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { bundlerTimings: false },
      output: {
        // Few requests: each costs a viewer who follows a link more time than the bytes that it saves.
        codeSplitting: {
          groups: [
            {
              name: 'base',
              // What only a studio needs of it comes with the studio.
              test: /\/src\/base\/(?!fading-lines|stage-layout|step-ladder|uint32)|\/session-api\.ts$|\/feed\/packet(-codec)?\.ts$|preload-helper/,
            },
            {
              name: 'elements',
              test: /\/node_modules\/(@lit|lit)(?!.*(repeat|directive-helpers))|\/src\/ui\/(?!router)[^/]*\.ts$/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
});
