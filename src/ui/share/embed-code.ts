// The lines of HTML that show a broadcast on somebody's own page (docs/embedding.md).

/** The code for a broadcast's link: the player's script, of the app that the link leads to, and the player. */
export function embedCodeOf(link: string): string {
  if (!URL.canParse(link)) return '';
  const script = new URL('embed/lucarne-player.js', link).href;
  return `<script type="module" src="${escaped(script)}"></script>
<lucarne-player src="${escaped(link)}" controls></lucarne-player>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
