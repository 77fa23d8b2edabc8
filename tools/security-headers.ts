// What a page of ours may do, told to the browser (docs/decisions/0023-what-a-page-may-do.md): as <meta> in every built document,
// which works on any host, and as `_headers` beside it, the form that static hosts read and our own server too.
// One rule: nothing runs that wasn't built, nothing is loaded from anywhere else.

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** The file, as Netlify, Cloudflare Pages and others name it. */
const HEADERS_FILE = '_headers';
/** What may stand in a document; the policy names its hash. */
const INLINE = {
  script: /<script>([\s\S]*?)<\/script>/g,
  style: /<style>([\s\S]*?)<\/style>/g,
};

/** Features of browsers that the app uses; the page itself may, and no frame in it. */
const FEATURES_OWN = [
  'autoplay',
  'camera',
  'clipboard-write',
  'display-capture',
  'fullscreen',
  'geolocation',
  'microphone',
  'picture-in-picture',
  'screen-wake-lock',
];
/** Features that it has no use for. */
const FEATURES_NONE = [
  'accelerometer',
  'gyroscope',
  'hid',
  'magnetometer',
  'midi',
  'payment',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking',
];

/**
 * What is different for other people's pages, beside what holds for all: they may frame this one page (a browser that reads `frame-ancestors`
 * leaves `X-Frame-Options` alone), load the player's script, and learn from its answer that our server sent it.
 */
const EMBED_HEADERS = {
  'Content-Security-Policy': 'frame-ancestors *',
  'Access-Control-Allow-Origin': '*',
  'Timing-Allow-Origin': '*',
};

/** Hashes of what stands in these documents, each once, as `script-src` and `style-src` take them. */
function hashesOf(documents: readonly string[], kind: keyof typeof INLINE): string[] {
  const texts = documents.flatMap((html) => [...html.matchAll(INLINE[kind])].map(([, text = '']) => text));
  const hashes = texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [...new Set(hashes)];
}

/**
 * The Content-Security-Policy of these documents, for what stands in them. A link may name any signaling servers, so that connections may
 * go to any of them; a secure page's browser refuses the unencrypted ones by itself. Who may frame a page stands in `_headers`: a
 * document can't say it.
 */
export function contentPolicy(documents: readonly string[]): string {
  return [
    "default-src 'none'",
    ["script-src 'self'", ...hashesOf(documents, 'script')].join(' '),
    "worker-src 'self'",
    ["style-src 'self'", ...hashesOf(documents, 'style')].join(' '),
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self' https: wss: http: ws:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html lucarne-worker',
  ].join('; ');
}

function headersFile(policy: string): string {
  const features = [
    ...FEATURES_OWN.map((feature) => `${feature}=(self)`),
    ...FEATURES_NONE.map((feature) => `${feature}=()`),
  ];
  const headers = {
    'Content-Security-Policy': policy,
    'Permissions-Policy': features.join(', '),
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
  };
  return [...section('/*', headers), ...section('/embed/*', EMBED_HEADERS), ''].join('\n');
}

function section(paths: string, headers: Readonly<Record<string, string>>): string[] {
  return [paths, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)];
}

/** Puts the policy into each document, and writes `_headers` for all of them. */
export function securePages(): Plugin {
  return {
    name: 'lucarne-secure-pages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html) => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: contentPolicy([html]) },
          // Before everything that it is to hold for.
          injectTo: 'head-prepend',
        },
      ],
    },
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const documents = (await readdir(dir)).filter((name) => name.endsWith('.html'));
      const texts = await Promise.all(documents.map((name) => readFile(join(dir, name), 'utf8')));
      await writeFile(join(dir, HEADERS_FILE), headersFile(contentPolicy(texts)));
    },
  };
}
