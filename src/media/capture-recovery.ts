// Brings back a device that went away while on air. Only with a permission that still stands, so that nobody is asked
// in the middle of a broadcast, and a camera only if it is the same one: another may look where it should not.

import type { ProgrammeOptions } from '../ports.ts';
import { audioConstraints, permission, videoConstraints } from './capture-devices.ts';

/** Opens a lost track's device again; undefined while it can't be. */
async function reopen(
  track: MediaStreamTrack,
  options: ProgrammeOptions,
): Promise<MediaStreamTrack | undefined> {
  const isVideo = track.kind === 'video';
  if ((await permission(isVideo ? 'camera' : 'microphone')) !== 'granted') return undefined;
  const { deviceId } = track.getSettings();
  const request = isVideo
    ? {
        video: {
          ...videoConstraints(options),
          ...(deviceId !== undefined && { deviceId: { exact: deviceId } }),
        },
      }
    : { audio: audioConstraints(options) };
  try {
    return (await navigator.mediaDevices.getUserMedia(request)).getTracks()[0];
  } catch {
    return undefined;
  }
}

/** Tries at once for sound and at each change of devices, until `found` gets the new track; ends with the returned function. */
export function recoverTrack(
  lost: MediaStreamTrack,
  options: ProgrammeOptions,
  found: (track: MediaStreamTrack) => void,
): () => void {
  let isTrying = false;
  let isOver = false;
  const stop = (): void => {
    isOver = true;
    navigator.mediaDevices.removeEventListener('devicechange', attempt);
  };
  const attempt = (): void => {
    if (isTrying || isOver) return;
    isTrying = true;
    reopen(lost, options)
      .then((track) => {
        if (isOver) track?.stop();
        else if (track) {
          stop();
          found(track);
        }
      })
      .catch(() => undefined)
      .finally(() => {
        isTrying = false;
      });
  };
  navigator.mediaDevices.addEventListener('devicechange', attempt);
  if (lost.kind === 'audio') attempt();
  return stop;
}
