// The page that stands in an <iframe> (dist/embed/): the player alone, for the broadcast that its address names as the app's would:
// `embed/#/<id>`, with `server=`, `muted` and `lang=` before the fragment.

import { parseQuery } from './base/link.ts';
import { LucarnePlayer } from './embed.ts';
import { startLanguage } from './ui/locale.ts';

const { servers, lang } = parseQuery(location.search);
startLanguage(lang).catch(() => undefined);
const player = new LucarnePlayer();
player.hasControls = true;
if (servers.length > 0) player.server = servers.join();
player.toggleAttribute('muted', new URLSearchParams(location.search).has('muted'));
player.src = location.hash;
document.body.append(player);
