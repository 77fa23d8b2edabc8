// The camera's light and zoom, where the device has them: phones' browsers offer both, and nothing else says so but the track itself.

/** What TypeScript's picture of a track doesn't know yet (W3C Image Capture, section "Extensions"). */
interface LensCapabilities {
  torch?: boolean | boolean[];
  zoom?: { min?: number; max?: number; step?: number };
}

/** A camera's zoom as the device counts it; it says nothing of its unit. */
export interface Zoom {
  min: number;
  max: number;
  step: number;
  value: number;
}

/** What can be changed, and how it is now; undefined: the device hasn't got it. */
export interface Lens {
  isLit: boolean | undefined;
  zoom: Zoom | undefined;
}

/** The lens of a camera's track. */
export function lensOf(track: MediaStreamTrack | undefined): Lens {
  if (!track || !('getCapabilities' in track)) return { isLit: undefined, zoom: undefined };
  const capabilities = track.getCapabilities() as LensCapabilities;
  const settings = track.getSettings() as { torch?: boolean; zoom?: number };
  // A list holds the values that can be chosen.
  const hasTorch = [capabilities.torch].flat().includes(true);
  return {
    isLit: hasTorch ? (settings.torch ?? false) : undefined,
    zoom: zoomOf(capabilities.zoom, settings.zoom),
  };
}

/** Rejects with the browser's OverconstrainedError when the device refuses. */
export function light(track: MediaStreamTrack, isWanted: boolean): Promise<void> {
  return apply(track, { torch: isWanted });
}

/** As `light`. */
export function zoomTo(track: MediaStreamTrack, value: number): Promise<void> {
  return apply(track, { zoom: value });
}

function apply(track: MediaStreamTrack, wanted: { torch?: boolean; zoom?: number }): Promise<void> {
  return track.applyConstraints({ ...track.getConstraints(), advanced: [wanted as MediaTrackConstraintSet] });
}

function zoomOf(range: LensCapabilities['zoom'], value: number | undefined): Zoom | undefined {
  const { min = 1, max = 1, step = 0 } = range ?? {};
  if (max <= min) return undefined;
  return { min, max, step: step > 0 ? step : (max - min) / 100, value: value ?? min };
}
