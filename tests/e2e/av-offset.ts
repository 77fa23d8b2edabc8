// Measures sound against picture in a file whose source flashes and beeps at the same instants. ffmpeg reads the file.

import { execFileSync } from 'node:child_process';
import { beeps } from './record-probe.ts';

/** A part of the picture, px. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What was measured. */
export interface AvOffset {
  /** Start of each beep less start of its flash, ms: positive when the sound is late. */
  offsetsMs: number[];
  /** Flashes that tell nothing, because the picture before or at their beginning was never made. */
  unclear: number;
  /** From each flash to the next, and from each beep to the next, s: tells a drifting source from a wrong offset. */
  flashPeriodsS: number[];
  beepPeriodsS: number[];
}

const FRAME_S = 1 / 30;
const WHITE_LUMA = 160;
/** A flash and a beep further apart than this don't belong together, s. */
const PAIR_S_MAX = 0.45;

/** Pairs each flash in `box` with the nearest beep. */
export function measureAvOffset(path: string, box: Box): AvOffset {
  const heard = beeps(path);
  const lumas = boxLumas(path, box);
  const flashed: number[] = [];
  const offset: AvOffset = { offsetsMs: [], unclear: 0, flashPeriodsS: [], beepPeriodsS: periods(heard) };
  for (const [i, { timeS, luma }] of lumas.entries()) {
    const before = lumas[i - 1];
    if (!before || luma < WHITE_LUMA || before.luma >= WHITE_LUMA) continue;
    flashed.push(timeS);
    const isClear = timeS - before.timeS < 1.5 * FRAME_S;
    const beepS = nearest(heard, timeS);
    if (isClear && beepS !== undefined) offset.offsetsMs.push((beepS - timeS) * 1000);
    else offset.unclear++;
  }
  return { ...offset, flashPeriodsS: periods(flashed) };
}

function periods(timesS: readonly number[]): number[] {
  return timesS.slice(1).map((timeS, i) => timeS - timesS[i]!);
}

function nearest(timesS: readonly number[], atS: number): number | undefined {
  const [best] = timesS.toSorted((a, b) => Math.abs(a - atS) - Math.abs(b - atS));
  return best !== undefined && Math.abs(best - atS) < PAIR_S_MAX ? best : undefined;
}

/** Mean luma of the box in every picture, 0 to 255. */
function boxLumas(path: string, { x, y, width, height }: Box): { timeS: number; luma: number }[] {
  const filter = `crop=${width}:${height}:${x}:${y}:exact=1,signalstats,metadata=print:file=-`;
  const args = ['-v', 'error', '-i', path, '-vf', filter, '-an', '-f', 'null', '-'];
  const text = execFileSync('ffmpeg', args, { encoding: 'utf8', maxBuffer: 2 ** 30 });
  return [...text.matchAll(/pts_time:(\S+)[\s\S]*?YAVG=(\S+)/g)].map(([, timeS, luma]) => ({
    timeS: Number(timeS),
    luma: Number(luma),
  }));
}

/** The first picture at or after `atS`, reached by seeking: RGBA bytes. */
export function pictureAt(path: string, atS: number): Uint8Array {
  const args = [
    '-v',
    'error',
    '-ss',
    String(atS),
    '-i',
    path,
    '-frames:v',
    '1',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgba',
    '-',
  ];
  return execFileSync('ffmpeg', args, { maxBuffer: 2 ** 26 });
}

/** Luma PSNR of every picture's `box` against the still picture `stillPath`, dB, in order. */
export function psnrAgainst(path: string, stillPath: string, { x, y, width, height }: Box): number[] {
  const crop = `crop=${width}:${height}:${x}:${y}:exact=1,format=yuv420p`;
  const filter = `[0:v]${crop}[a];[1:v]${crop}[b];[a][b]psnr=stats_file=-:shortest=1`;
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-loop',
    '1',
    '-i',
    stillPath,
    '-lavfi',
    filter,
    '-an',
    '-f',
    'null',
    '-',
  ];
  const text = execFileSync('ffmpeg', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return [...text.matchAll(/psnr_y:(\S+)/g)].map(([, psnr]) => (psnr === 'inf' ? Infinity : Number(psnr)));
}
