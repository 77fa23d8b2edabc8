// Builds the app for any static host: relative addresses, no server-side part.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { inlineScript, packFiles, preloadChunks } from './tools/built-pages.ts';

export default defineConfig({
  base: './',
  plugins: [
    inlineScript('/src/head-start.ts'),
    preloadChunks(['app', 'edges', 'rolldown-runtime', 'elements', 'lucarne-app']),
    packFiles(),
  ],
  resolve: {
    // The package's own entry wants Node's globals; the browser bundle of the same release does not.
    alias: {
      'simple-peer': 'simple-peer/simplepeer.min.js',
      // Browsers since 2020 need none of it, and it would be half of what PeerJS brings.
      'webrtc-adapter': fileURLToPath(new URL('src/rendezvous/browser-details.ts', import.meta.url)),
    },
  },
  worker: { format: 'es' },
  build: {
    target: 'es2023',
    // The browsers that the app asks for: written down for older ones, light-dark() would lose the page its colours.
    cssTarget: ['chrome137', 'firefox130', 'safari26'],
    sourcemap: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Few requests: each costs a viewer who follows a link more time than the bytes that it saves.
        codeSplitting: {
          groups: [
            { name: 'base', test: /\/src\/base\/|\/session-api\.ts$|preload-helper/ },
            {
              name: 'elements',
              test: /\/node_modules\/(@lit|lit)|\/src\/ui\/(?!router)[^/]*\.ts$/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
});
