// Composition of "Verify a recording": of a private broadcast, with what the link's key opens.

import { linkCipherOf, linkKeyOf, sealingKeyOf } from './identity/link-cipher.ts';
import type { Verifier } from './ports.ts';
import { verifyRecording } from './record/verify.ts';
import type { RecordingVerdict, VerifyOptions } from './session/session-api.ts';

/** As `Lucarne.verifyRecording`. */
export function verifyWith(
  verifier: Verifier,
  video: Blob,
  proof: Blob,
  options: VerifyOptions = {},
): Promise<RecordingVerdict> {
  const { key } = options;
  return verifyRecording(verifier, video, proof, options, async (broadcastId) =>
    key === undefined ? undefined : linkCipherOf(broadcastId, await sealingKeyOf(linkKeyOf(key))),
  );
}
