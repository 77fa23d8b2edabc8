// The options of a programme with another device. "Switch camera" means, on a phone, the camera that looks the other way, and
// elsewhere the next in the list.

import type { ProgrammeOptions } from '../../ports.ts';

/** What a camera says of itself; browsers leave out what they don't know. */
export interface PresentCamera {
  deviceId?: string | undefined;
  facingMode?: string | undefined;
}

/** `options` with the other camera of these; unchanged when there is none. */
export function withNextCamera(
  options: ProgrammeOptions,
  present: PresentCamera,
  cameraIds: readonly string[],
): ProgrammeOptions {
  if (present.facingMode === 'user') return { ...options, cameraId: undefined, facing: 'environment' };
  if (present.facingMode === 'environment') return { ...options, cameraId: undefined, facing: 'user' };
  if (cameraIds.length < 2) return options;
  const next = cameraIds[(cameraIds.indexOf(present.deviceId ?? '') + 1) % cameraIds.length];
  return { ...options, facing: undefined, cameraId: next };
}

/** `options` with this camera; '' for the browser's choice. */
export function withCamera(options: ProgrammeOptions, cameraId: string): ProgrammeOptions {
  const id = cameraId === '' ? undefined : cameraId;
  return id === options.cameraId ? options : { ...options, facing: undefined, cameraId: id };
}

/** `options` with this microphone; '' for the browser's choice, 'none' for no sound. */
export function withMicrophone(options: ProgrammeOptions, microphoneId: string): ProgrammeOptions {
  const id = microphoneId === '' ? undefined : microphoneId;
  return id === options.microphoneId ? options : { ...options, microphoneId: id };
}
