// What simple-peer and PeerJS bring along for other uses or older browsers than ours, and what stands in for it in pages.

import { fileURLToPath } from 'node:url';

const STREAMS = fileURLToPath(new URL('../src/edge/stand-ins/streams.ts', import.meta.url));
const RANDOM_BYTES = fileURLToPath(new URL('../src/edge/stand-ins/random-bytes.ts', import.meta.url));
const NO_LOG = fileURLToPath(new URL('../src/edge/stand-ins/no-log.ts', import.meta.url));
const CODED_ERROR = fileURLToPath(new URL('../src/edge/stand-ins/coded-error.ts', import.meta.url));
const BROWSER_RTC = fileURLToPath(new URL('../src/edge/stand-ins/browser-rtc.ts', import.meta.url));
const MICROTASK = fileURLToPath(new URL('../src/edge/stand-ins/microtask.ts', import.meta.url));
const BROWSER_DETAILS = fileURLToPath(new URL('../src/rendezvous/browser-details.ts', import.meta.url));

/** Aliases for a build. In Node both packages are used as they are. */
export const LEAN_PACKAGES = {
  'readable-stream': STREAMS,
  buffer: STREAMS,
  randombytes: RANDOM_BYTES,
  debug: NO_LOG,
  'err-code': CODED_ERROR,
  'get-browser-rtc': BROWSER_RTC,
  'queue-microtask': MICROTASK,
  // Half of what PeerJS would weigh.
  'webrtc-adapter': BROWSER_DETAILS,
};
