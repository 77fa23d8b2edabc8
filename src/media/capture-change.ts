// Another camera or screen while on air. One rule: nothing that works is closed before the new device is open, but where a phone
// can't open two cameras at once; the old one is opened again then if the new one is refused.

import { LucarneError } from '../base/errors.ts';
import type { ProgrammeOptions } from '../ports.ts';
import { openCamera, openScreen } from './capture-devices.ts';

/** Whether the picture comes from elsewhere. */
export function isOtherPicture(a: ProgrammeOptions, b: ProgrammeOptions): boolean {
  return a.source !== b.source || a.cameraId !== b.cameraId || a.facing !== b.facing;
}

/** The picture on air, which may have to make way. */
export interface OldPicture {
  isCamera: boolean;
  /** Closes its device; the picture stands still meanwhile. */
  close(): void;
  /** Puts it on air again, or a card. */
  reopen(): Promise<void>;
}

/** Opens the picture that `options` ask for; a screen with its sound if `wantsSound` and it has one. Rejects with a LucarneError. */
export async function openOtherPicture(
  options: ProgrammeOptions,
  old: OldPicture,
  wantsSound: boolean,
): Promise<MediaStream> {
  const silent: ProgrammeOptions = { ...options, microphoneId: 'none' };
  if (options.source === 'screen') return (await openScreen(silent, wantsSound)).stream;
  try {
    return (await openCamera(silent)).stream;
  } catch (error) {
    const isTaken = error instanceof LucarneError && error.code === 'camera-busy';
    if (!isTaken || !old.isCamera) throw error;
  }
  old.close();
  try {
    return (await openCamera(silent)).stream;
  } catch (error) {
    await old.reopen();
    throw error;
  }
}
