// What this browser can do, and how much it may keep in memory.

import {
  GROUP_CACHE_BYTES_MAX,
  GROUP_CACHE_PHONE_BYTES_MAX,
  GROUP_CACHE_PHONE_SECONDS_MAX,
  GROUP_CACHE_SECONDS_MAX,
} from '../base/limits.ts';

/** Whether this browser has what broadcasting and watching need. */
export function abilities(): { broadcast: boolean; watch: boolean } {
  const canConnect = 'RTCPeerConnection' in globalThis && 'subtle' in crypto;
  const canPaint = 'OffscreenCanvas' in globalThis && 'AudioWorkletNode' in globalThis;
  const watch = canConnect && canPaint && 'VideoDecoder' in globalThis && 'AudioDecoder' in globalThis;
  return { watch, broadcast: watch && 'VideoEncoder' in globalThis && 'AudioEncoder' in globalThis };
}

/** Bounds of the group cache: a phone keeps less. */
export function cacheBounds(): { bytesMax: number; secondsMax: number } {
  return matchMedia('(pointer: coarse)').matches
    ? { bytesMax: GROUP_CACHE_PHONE_BYTES_MAX, secondsMax: GROUP_CACHE_PHONE_SECONDS_MAX }
    : { bytesMax: GROUP_CACHE_BYTES_MAX, secondsMax: GROUP_CACHE_SECONDS_MAX };
}
