// The test card's sound: a 1 kHz beep of 50 ms that begins exactly on each full second, silence between. Pure, so
// that the same instant always sounds the same.

/** Hz of the sound. */
const TESTCARD_SAMPLE_RATE = 48_000;
const BEEP_HZ = 1000;
/** How long the beep lasts, ms. */
export const BEEP_MS = 50;
/** Quiet enough for headphones, loud enough to measure. */
const BEEP_AMPLITUDE = 0.35;
/** The end fades over this long, so that it doesn't click; the beginning is sharp, since it is what gets measured. */
const FADE_MS = 5;

/** One sample at `offsetUs` after a full second. */
export function testcardSample(offsetUs: number): number {
  const offsetMs = offsetUs / 1000;
  if (offsetMs < 0 || offsetMs >= BEEP_MS) return 0;
  const fade = Math.min(1, (BEEP_MS - offsetMs) / FADE_MS);
  return BEEP_AMPLITUDE * fade * Math.sin((2 * Math.PI * BEEP_HZ * offsetMs) / 1000);
}

/** `frames` samples (the same for each channel) from the Unix time `timeUs` on. */
export function testcardSound(timeUs: number, frames: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(frames);
  for (let index = 0; index < frames; index++) {
    const sampleUs = timeUs + (index * 1_000_000) / TESTCARD_SAMPLE_RATE;
    samples[index] = testcardSample(sampleUs % 1_000_000);
  }
  return samples;
}
