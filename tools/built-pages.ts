// What the build adds for whoever opens a page on a real network: the first script and the styles inside the document, hints for code
// that every page asks for in a moment, and each text file in two packed forms beside it, so that no server packs while
// it serves.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { minify } from 'terser';
import { build } from 'vite';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { SHORTENED } from './second-look.ts';

/** Smaller files fit the first packet as they are. */
const PACKED_BYTES_MIN = 1024;
const STYLESHEET = /<link rel="stylesheet" href="([^"]+)" \/>/g;
const PACKED = new Set(['.css', '.html', '.js', '.svg']);

/** Lets the document ask for these chunks at once, beside the script that would ask for them later. */
export function preloadChunks(names: readonly string[]): Plugin {
  return {
    name: 'lucarne-preload-chunks',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle = {} }) =>
        Object.values(bundle)
          .filter((output) => output.type === 'chunk' && names.includes(output.name))
          .map(({ fileName }): HtmlTagDescriptor => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
            injectTo: 'head',
          })),
    },
  };
}

/** Leaves out of the documents what is there for whoever reads their source: comments, and space at the beginning of lines. */
export function leanDocuments(): Plugin {
  return {
    name: 'lucarne-lean-documents',
    apply: 'build',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replaceAll(/\s*<!--[\s\S]*?-->/g, '').replaceAll(/\s*\n\s*/g, '\n'),
    },
  };
}

/**
 * Puts into index.html what nothing is seen or asked without: this script of it, as one classic script that runs where it stands, and its
 * styles, since a request of their own would come after the document. Other documents are left alone.
 */
export function inlineParts(src: string): Plugin {
  const tag = `<script type="module" src="${src}"></script>`;
  let root = '';
  return {
    name: 'lucarne-inline-parts',
    apply: 'build',
    configResolved: (config) => {
      root = config.root;
    },
    transformIndexHtml: {
      order: 'pre',
      async handler(html, { path }) {
        if (path !== '/index.html') return html;
        if (!html.includes(tag)) throw new Error(`The document has no ${tag}`);
        const code = await bundleScript(join(root, src));
        const script = `<script>${code.trim().replaceAll('</script', String.raw`<\/script`)}</script>`;
        return inlineStyles(
          html.replace(tag, () => script),
          root,
        );
      },
    },
  };
}

/** Its stylesheets one after the other in the place of the first; what is left of them is Vite's to shorten. */
async function inlineStyles(html: string, root: string): Promise<string> {
  const links = [...html.matchAll(STYLESHEET)];
  const texts = await Promise.all(links.map(([, href = '']) => readFile(join(root, href), 'utf8')));
  return links.reduceRight(
    (rest, [link], i) => rest.replace(link, () => (i === 0 ? `<style>${texts.join('')}</style>` : '')),
    html,
  );
}

/** One classic script of a module and what it imports; `define`: what stands in it for names. */
export async function bundleScript(entry: string, define: Record<string, string> = {}): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define,
    build: { write: false, target: 'es2023', lib: { entry, formats: ['iife'], name: 'headStart' } },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  if (!('output' in bundle)) throw new Error(`${entry} was not bundled`);
  const { code = '' } = await minify(bundle.output[0].code, SHORTENED);
  return code;
}

/** Writes `file.br` and `file.gz` beside each text file that was built, below this folder of it. */
export function packFiles(below = ''): Plugin {
  return {
    name: 'lucarne-pack-files',
    apply: 'build',
    async writeBundle({ dir }) {
      if (dir === undefined) return;
      const entries = await readdir(join(dir, below), { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && PACKED.has(extname(entry.name)));
      await Promise.all(files.map((file) => packFile(join(file.parentPath, file.name))));
    },
  };
}

async function packFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < PACKED_BYTES_MIN) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await Promise.all([
    writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params })),
    writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION })),
  ]);
}
