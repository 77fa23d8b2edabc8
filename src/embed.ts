// Entry of the player for other people's pages: defines <lucarne-player>. Everything that watching needs comes when the first one stands in
// a page. It is built by itself into dist/embed/ (tools/embed-build.ts); docs/embedding.md says how it is used.

import { loadOnce } from './base/load-once.ts';
import { LucarnePlayer } from './ui/embed/lucarne-player.ts';
import { speakAsPage } from './ui/locale.ts';

export { LucarnePlayer };

/** Apart from `new URL`, which the build would take for a file of ours. */
const OWN_ADDRESS = import.meta.url;
const HOME = '../';

LucarnePlayer.load = loadOnce(async () => {
  const { openWatching } = await import('./embed-watch.ts');
  return openWatching(new URL(HOME, OWN_ADDRESS).href, OWN_ADDRESS);
});

// English is in the source: a language that can't be loaded is no reason to show nothing.
speakAsPage(document.documentElement.lang).catch(() => undefined);
// Two copies of this file on one page: the first one serves both.
if (!customElements.get('lucarne-player')) customElements.define('lucarne-player', LucarnePlayer);
