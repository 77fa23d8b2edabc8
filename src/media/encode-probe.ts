// Asks the browser which codec really works: some encoders accept a scalability mode and then produce no layers, so
// each candidate encodes a few pictures before it is believed.

import { chooseCodec, codecCandidates, encoderConfig, isFastEnough } from './encode-codec.ts';
import type { CodecCandidate, CodecProbe } from './encode-codec.ts';
import type { PictureTarget } from './quality.ts';

/** Pictures of a trial: enough to see the upper layer and to time the encoder, short enough to wait for. */
const TRIAL_FRAMES = 8;
/** A trial that takes longer counts as failed: eight pictures take a busy phone some hundred ms. */
const TRIAL_MS_MAX = 4000;
const PERIOD_US = 33_333;

interface Trial {
  layers: (number | undefined)[];
  frameMs: number;
}

/** Pictures that move and have edges: a flat one would cost an encoder nothing. */
function drawTrial(context: OffscreenCanvasRenderingContext2D, index: number): void {
  const { width, height } = context.canvas;
  for (let stripe = 0; stripe < 24; stripe++) {
    context.fillStyle = `hsl(${stripe * 41 + index * 9} 60% ${25 + ((stripe * 7) % 50)}%)`;
    const x = (((stripe * 5 + index) % 24) * width) / 24;
    context.fillRect(x, ((stripe * 3) % 5) * 0.1 * height, width / 12, height);
  }
}

/** Encodes a few pictures, one after the other; rejects when the encoder fails or hangs. */
async function trial(config: VideoEncoderConfig): Promise<Trial> {
  const canvas = new OffscreenCanvas(config.width, config.height);
  const context = canvas.getContext('2d', { alpha: false });
  const layers: (number | undefined)[] = [];
  const failure = Promise.withResolvers<never>();
  const encoder = new VideoEncoder({
    output: (_chunk, metadata) => layers.push(metadata?.svc?.temporalLayerId),
    error: (error) => failure.reject(error),
  });
  const timer = setTimeout(() => failure.reject(new Error('The trial took too long')), TRIAL_MS_MAX);
  try {
    encoder.configure(config);
    let startMs = 0;
    for (let index = 0; index < TRIAL_FRAMES; index++) {
      if (context) drawTrial(context, index);
      const frame = new VideoFrame(canvas, {
        timestamp: index * PERIOD_US,
        duration: PERIOD_US,
        alpha: 'discard',
      });
      encoder.encode(frame);
      frame.close();
      // The first picture pays for setting up the encoder, and is a key besides.
      if (index > 0) continue;
      await Promise.race([encoder.flush(), failure.promise]);
      startMs = performance.now();
    }
    await Promise.race([encoder.flush(), failure.promise]);
    return { layers, frameMs: (performance.now() - startMs) / (TRIAL_FRAMES - 1) };
  } finally {
    clearTimeout(timer);
    if (encoder.state !== 'closed') encoder.close();
  }
}

async function probe(candidate: CodecCandidate, target: PictureTarget): Promise<CodecProbe> {
  const failed: CodecProbe = { candidate, isSupported: false, producesLayers: false, frameMs: Infinity };
  try {
    const config = encoderConfig(candidate, target);
    if (!(await VideoEncoder.isConfigSupported(config)).supported) return failed;
    const { layers, frameMs } = await trial(config);
    const producesLayers = layers.some((layer) => layer === 1);
    return { candidate, isSupported: layers.length > 0, producesLayers, frameMs };
  } catch {
    return failed;
  }
}

/** The codec to go on air with, or undefined when this browser encodes none of the candidates. */
export async function probeCodec(target: PictureTarget): Promise<CodecCandidate | undefined> {
  const probes: CodecProbe[] = [];
  for (const candidate of codecCandidates(target)) {
    probes.push(await probe(candidate, target));
    if (isFastEnough(probes.at(-1), target)) break;
  }
  return chooseCodec(probes, target);
}
