// Opens camera, microphone and screen, and says in our own codes why one can't be opened.

import { LucarneError } from '../base/errors.ts';
import type { FaultCode } from '../base/errors.ts';
import type { ProgrammeOptions } from '../ports.ts';
import { QUALITIES } from './quality.ts';

/** What was opened. `isAudioMissing`: sound was asked for and there is none. */
export interface Capture {
  stream: MediaStream;
  isAudioMissing: boolean;
}

const ofScreens = new WeakSet<MediaStreamTrack>();

/** Whether a track, picture or sound, is of a shared screen. */
export function isOfScreen(track: MediaStreamTrack): boolean {
  return ofScreens.has(track);
}

/** What is asked of the camera. */
export function videoConstraints({ quality, cameraId, facing }: ProgrammeOptions): MediaTrackConstraints {
  const { width, height, frameRate } = QUALITIES[quality];
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
    ...(cameraId === undefined && facing !== undefined && { facingMode: { exact: facing } }),
    ...(cameraId !== undefined && { deviceId: { exact: cameraId } }),
  };
}

/** What is asked of the microphone; false for none. */
export function audioConstraints({ microphoneId }: ProgrammeOptions): MediaTrackConstraints | false {
  if (microphoneId === 'none') return false;
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(microphoneId !== undefined && { deviceId: { ideal: microphoneId } }),
  };
}

/** Whether a permission is 'granted', 'denied' or still to be asked for ('prompt'; also where it can't be known). */
export async function permission(name: 'camera' | 'microphone'): Promise<PermissionState> {
  try {
    return (await navigator.permissions.query({ name: name })).state;
  } catch {
    return 'prompt';
  }
}

/** Why a camera couldn't be opened. Browsers give one error for "no" and for a question closed unanswered. */
async function cameraFault(error: unknown): Promise<FaultCode> {
  const name = error instanceof DOMException || error instanceof Error ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'camera-missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'camera-busy';
  if (name !== 'NotAllowedError' && name !== 'SecurityError') return 'camera-missing';
  if (error instanceof Error && /dismiss/i.test(error.message)) return 'camera-dismissed';
  return (await permission('camera')) === 'prompt' ? 'camera-dismissed' : 'camera-denied';
}

/** Whether it may be the microphone's fault that both couldn't be opened, and the camera alone is worth a try. */
async function mayOpenWithoutSound(error: unknown): Promise<boolean> {
  if (!(error instanceof Error) || error.name !== 'NotAllowedError') return true;
  const [camera, microphone] = await Promise.all([permission('camera'), permission('microphone')]);
  return camera === 'granted' || (microphone === 'denied' && camera !== 'denied');
}

/** Camera and microphone; the camera alone when there is no microphone or it may not be used. */
export async function openCamera(options: ProgrammeOptions): Promise<Capture> {
  const video = videoConstraints(options);
  const audio = audioConstraints(options);
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video, audio });
    return { stream, isAudioMissing: audio !== false && stream.getAudioTracks().length === 0 };
  } catch (error) {
    if (audio === false || !(await mayOpenWithoutSound(error))) throw await asFault(error);
  }
  try {
    return { stream: await navigator.mediaDevices.getUserMedia({ video }), isAudioMissing: true };
  } catch (error) {
    throw await asFault(error);
  }
}

/** The microphone that is wanted and no other, while on air. Rejects with a LucarneError. */
export async function openMicrophone(options: ProgrammeOptions): Promise<MediaStreamTrack> {
  const { microphoneId } = options;
  const audio = {
    ...(audioConstraints(options) || {}),
    ...(microphoneId !== undefined && { deviceId: { exact: microphoneId } }),
  };
  try {
    const [track] = (await navigator.mediaDevices.getUserMedia({ audio })).getAudioTracks();
    if (track) return track;
  } catch (error) {
    const isDenied = error instanceof Error && error.name === 'NotAllowedError';
    throw new LucarneError(isDenied ? 'microphone-denied' : 'microphone-missing', { cause: error });
  }
  throw new LucarneError('microphone-missing');
}

/** The picture of a source that was lost: the same camera, else any; the screen that is chosen now, with its sound if it has one. */
export async function reopenPicture(options: ProgrammeOptions): Promise<MediaStream> {
  const { cameraId, ...others } = options;
  const silent: ProgrammeOptions = { ...others, microphoneId: 'none' };
  if (options.source === 'screen') return (await openScreen(silent)).stream;
  if (cameraId === undefined) return (await openCamera(silent)).stream;
  try {
    return (await openCamera({ ...silent, cameraId })).stream;
  } catch (error) {
    if (!(error instanceof LucarneError) || error.code !== 'camera-missing') throw error;
    return (await openCamera(silent)).stream;
  }
}

async function asFault(error: unknown): Promise<LucarneError> {
  return new LucarneError(await cameraFault(error), { cause: error });
}

/** Options of getDisplayMedia that not every browser knows; unknown ones are ignored. */
interface ScreenOptions extends DisplayMediaStreamOptions {
  systemAudio?: 'include' | 'exclude';
  surfaceSwitching?: 'include' | 'exclude';
}

/** A screen, window or tab, with its sound where the browser gives it, and with the microphone: who shows something talks about it. */
export async function openScreen(options: ProgrammeOptions, wantsSound = true): Promise<Capture> {
  if (!('getDisplayMedia' in navigator.mediaDevices)) throw new LucarneError('screen-unsupported');
  const { width, height, frameRate } = QUALITIES[options.quality];
  const request: ScreenOptions = {
    video: {
      width: { max: width * 2 },
      height: { max: height * 2 },
      frameRate: { ideal: frameRate, max: 30 },
    },
    audio: wantsSound && { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    systemAudio: wantsSound ? 'include' : 'exclude',
    surfaceSwitching: 'include',
  };
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getDisplayMedia(request);
  } catch (error) {
    const isRefused = error instanceof Error && error.name === 'NotAllowedError';
    throw new LucarneError(isRefused ? 'screen-dismissed' : 'screen-unsupported', { cause: error });
  }
  for (const track of stream.getTracks()) ofScreens.add(track);
  return addMicrophone(stream, options);
}

async function addMicrophone(stream: MediaStream, options: ProgrammeOptions): Promise<Capture> {
  const audio = audioConstraints(options);
  if (audio === false) return { stream, isAudioMissing: false };
  try {
    const sound = await navigator.mediaDevices.getUserMedia({ audio });
    for (const track of sound.getAudioTracks()) stream.addTrack(track);
    return { stream, isAudioMissing: false };
  } catch {
    // Only whoever named one misses it.
    return { stream, isAudioMissing: options.microphoneId !== undefined };
  }
}
