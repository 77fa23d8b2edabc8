// What a phone needs to trust this machine: the certificate of its own authority, and the steps to install it.
import { createHash } from 'node:crypto';
import type { Pages } from './pages.ts';
import { respond } from './responses.ts';
import { readTarget } from './target.ts';

/** Serves `/ca` (the steps) and `/ca.crt` (PEM, with the type that makes iOS and Android offer to install it). */
export function serveAuthority(authorityPem: string): Pages {
  return (request, response, next) => {
    const pathname = readTarget(request.url)?.pathname;
    if (pathname === '/ca')
      respond(response, 200, 'text/html', pageFor(request.headers.host ?? 'localhost'), POLICY);
    else if (pathname === '/ca.crt') respond(response, 200, 'application/x-x509-ca-cert', authorityPem);
    else next();
  };
}

function pageFor(host: string): string {
  return PAGE.replaceAll('{app}', `https://${host.replaceAll(/[^\w.:[\]-]/g, '')}/`);
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Trust this Lucarne</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 0 auto; padding: 1.5rem; }
  a.button { display: block; padding: .8rem 1rem; margin: 1rem 0; border: 2px solid; border-radius: .6rem;
    text-align: center; font-weight: 600; text-decoration: none; }
  li { margin: .4rem 0; }
</style>
<h1>Trust this Lucarne</h1>
<p>Cameras only work on a secure address. The computer that runs this Lucarne made its own certificate
authority; install it once on this phone.</p>
<a class="button" href="/ca.crt">1. Download the certificate</a>
<h2>2. Install it</h2>
<h3>iPhone and iPad (Safari)</h3>
<ol>
  <li>Tap the button above and allow the download.</li>
  <li>Settings → Profile Downloaded → Install.</li>
  <li>Settings → General → About → Certificate Trust Settings: switch “Lucarne local authority” on.</li>
</ol>
<h3>Android (Chrome)</h3>
<ol>
  <li>Tap the button above; the file goes to Downloads.</li>
  <li>Settings → Security and privacy → More security settings → Encryption and credentials →
    Install a certificate → CA certificate → Install anyway, and choose the file.</li>
</ol>
<a class="button" href="{app}">3. Open Lucarne</a>
<p>Remove it again when you no longer need it: whoever holds this computer’s key could otherwise pose as any site
to this phone.</p>
</html>
`;

const STYLE_HASH = createHash('sha256')
  .update(/<style>([^]*)<\/style>/.exec(PAGE)?.[1] ?? '')
  .digest('base64');
/** The page has a style in it and nothing else that would need to be allowed. */
const POLICY = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'`,
};
