// Looks at exported files with Debian's ffmpeg, so that nothing of ours judges our own files.

import { execFileSync } from 'node:child_process';

const BUFFER = { maxBuffer: 2 ** 30 };

/** A packet as the demuxer gives it. */
export interface ProbedPacket {
  ptsS: number;
  durationS: number;
  bytes: number;
  isKey: boolean;
  sha256: string;
}

/** What is in a file. */
export interface Probed {
  durationS: number;
  codecs: string[];
  streams: Record<string, unknown>[];
  video: ProbedPacket[];
  audio: ProbedPacket[];
}

/** Reads the file's header and all its packets. */
export function probe(path: string): Probed {
  const args = ['-v', 'error', '-show_format', '-show_streams', '-show_packets', '-show_data_hash', 'sha256'];
  const text = execFileSync('ffprobe', [...args, '-of', 'json', path], { encoding: 'utf8', ...BUFFER });
  const json = JSON.parse(text) as {
    format: { duration: string };
    streams: Record<string, unknown>[];
    packets: {
      codec_type: string;
      pts_time: string;
      duration_time: string;
      size: string;
      flags: string;
      data_hash: string;
    }[];
  };
  const of = (type: string): ProbedPacket[] =>
    json.packets
      .filter(({ codec_type }) => codec_type === type)
      .map(({ pts_time, duration_time, size, flags, data_hash }) => ({
        ptsS: Number(pts_time),
        durationS: Number(duration_time),
        bytes: Number(size),
        isKey: flags.startsWith('K'),
        sha256: data_hash.replace('SHA256:', ''),
      }));
  return {
    durationS: Number(json.format.duration),
    codecs: json.streams.map(({ codec_name }) => String(codec_name)),
    streams: json.streams,
    video: of('video'),
    audio: of('audio'),
  };
}

/** Decodes everything (from `seekS` on); gives what ffmpeg complains about: nothing, for a sound file. */
export function decodeErrors(path: string, seekS?: number): string {
  const seek = seekS === undefined ? [] : ['-ss', String(seekS)];
  // Captured pictures come when they come: in ffmpeg's own clock of one tick a frame two of them could fall together.
  const clock = ['-fps_mode', 'passthrough', '-enc_time_base:v', '1:90000'];
  const args = ['-v', 'warning', '-xerror', ...seek, '-i', path, ...clock, '-f', 'null', '-'];
  return execFileSync('sh', ['-c', 'exec ffmpeg "$@" 2>&1', 'sh', ...args], { encoding: 'utf8', ...BUFFER });
}

/** When the picture turns white, s. */
export function flashes(path: string): number[] {
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-vf',
    'signalstats,metadata=print:file=-',
    '-an',
    '-f',
    'null',
    '-',
  ];
  const text = execFileSync('ffmpeg', args, { encoding: 'utf8', ...BUFFER });
  const frames = [...text.matchAll(/pts_time:(\S+)[\s\S]*?YAVG=(\S+)/g)];
  return risings(frames.map(([, timeS, luma]) => ({ timeS: Number(timeS), isOn: Number(luma) > 128 })));
}

/** When a beep begins, s. */
export function beeps(path: string): number[] {
  const filter = 'aresample=async=1:first_pts=0';
  const args = [
    '-v',
    'error',
    '-i',
    path,
    '-vn',
    '-af',
    filter,
    '-ac',
    '1',
    '-ar',
    '48000',
    '-f',
    's16le',
    '-',
  ];
  const bytes = execFileSync('ffmpeg', args, BUFFER);
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const blocks: { timeS: number; isOn: boolean }[] = [];
  for (let at = 0; at + 48 <= samples.length; at += 48) {
    const isOn = samples.subarray(at, at + 48).some((sample) => Math.abs(sample) > 5000);
    blocks.push({ timeS: at / 48_000, isOn });
  }
  // A beep crosses zero all the time: it is over after 20 ms of silence.
  const heard = blocks.map(({ timeS }, i) => ({
    timeS,
    isOn: blocks.slice(Math.max(0, i - 20), i + 1).some((b) => b.isOn),
  }));
  return risings(heard);
}

function risings(samples: readonly { timeS: number; isOn: boolean }[]): number[] {
  return samples.filter(({ isOn }, i) => isOn && samples[i - 1]?.isOn !== true).map(({ timeS }) => timeS);
}
