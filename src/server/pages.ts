// Serves the built app from a folder. Names under `assets/` carry a hash of their content and never change;
// everything else is asked for again each time, so that a new build is seen at once.
import type { IncomingMessage, ServerResponse } from 'node:http';
import sirv from 'sirv';
import { PageHeaders } from './page-headers.ts';

/** Answers a request for a file; calls `next` when there is none. */
export type Pages = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

const HASHED = /^(\/embed)?\/assets\//;

/** The files of `folder`, read anew for each request, so that a build while the server runs does no harm. */
export function servePages(folder: string): Pages {
  const headers = new PageHeaders(folder);
  const serve = sirv(folder, {
    dev: true,
    etag: true,
    // The build leaves packed files beside the plain ones.
    brotli: true,
    gzip: true,
    setHeaders(response, pathname) {
      for (const [name, value] of headers.for(pathname)) response.setHeader(name, value);
      const isHashed = HASHED.test(pathname);
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      // Tells the app that its signaling server is here (src/rendezvous/site.ts).
      if (!isHashed) response.setHeader('Server-Timing', 'lucarne');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      // Other people's pages load the player from here.
      response.setHeader('Access-Control-Allow-Origin', '*');
    },
  });
  return (request, response, next) => {
    // The app needs no ranges, and an inverted one would throw inside the file stream.
    delete request.headers.range;
    // A file that vanishes between the look and the opening fails the stream, which has no listener of its own.
    response.once('pipe', (file) => file.once('error', () => response.destroy()));
    serve(request, response, next);
  };
}
