// Why a preview has no sound although some was asked for. The picture alone can go on air, so this is said and not enforced.

import type { Programme, ProgrammeOptions } from '../../ports.ts';

/** The fault to show beside an open programme; undefined when its sound is there or wasn't wanted. */
export async function soundFault(
  { preview }: Programme,
  { source, microphoneId }: ProgrammeOptions,
): Promise<'microphone-missing' | 'microphone-denied' | undefined> {
  if (source !== 'camera' || microphoneId === 'none' || !('getAudioTracks' in preview)) return undefined;
  if (preview.getAudioTracks().length > 0) return undefined;
  return (await isDenied()) ? 'microphone-denied' : 'microphone-missing';
}

async function isDenied(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state === 'denied';
  } catch {
    // Not every browser lets a page ask.
    return false;
  }
}
