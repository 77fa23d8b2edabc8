// What can be wrong, by its code; words/faults.ts has the sentences, which few pages need before something is.

import { LucarneError } from '../base/errors.ts';
import type { FaultCode } from '../base/errors.ts';
import type { LinkFault } from '../base/link.ts';

/** Every code that a page can be asked to explain. */
export type ShownFault = FaultCode | LinkFault | 'unexpected';

/** Why a browser can't do it: old browsers and insecure pages lack the same things, but the next step differs. */
export function unsupportedFault(): ShownFault {
  return isSecureContext ? 'browser-unsupported' : 'insecure-origin';
}

/** The code to show for whatever was thrown. */
export function faultOf(error: unknown): ShownFault {
  return error instanceof LucarneError ? error.code : 'unexpected';
}
