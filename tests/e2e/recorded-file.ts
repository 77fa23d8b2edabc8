// Compares an exported file with the headers that were signed while it was on air: which packets are in it, in which
// place and at what time. Only ffmpeg reads the file, and only the signed digests say what belongs into it.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { DIGEST_BYTES, fragmentCount, fragmentOf } from '../../src/feed/packet-codec.ts';
import type { PacketHeader } from '../../src/feed/packet.ts';
import { probe } from './record-probe.ts';
import type { ProbedPacket } from './record-probe.ts';

type Track = 'video' | 'audio';

/** A packet this far from its capture time, s, is not in its place. Silence has the same bytes at any time. */
const PLACE_ERROR_S_MAX = 0.005;

/** How a file and what was signed agree. */
export interface FileMatch {
  /** Packets that belong into the file, per track in order of seq. */
  expected: PacketHeader[];
  /** Those of them that aren't in it. */
  missing: PacketHeader[];
  /** Packets of the file that were never signed or aren't in their place. */
  foreign: number;
  /** Those packets, and when they are in the file, s. */
  strays: { digests: string; ptsS: number }[];
  /** Those of them that come after the last header: whoever lost power while it signed couldn't tell of it any more. */
  untold: number;
  /** Largest difference between a packet's time in the file and its capture time, s. */
  timeErrorS: number;
  /** Capture time of the file's time 0, Unix µs. */
  originUs: number;
  /** From time 0 to the end of the last packet that is in the file, s. */
  endS: number;
}

interface FilePacket {
  track: Track;
  ptsS: number;
  digests: string;
}

/** Compares `path` with all headers signed for its broadcast, of one or more epochs. */
export function matchFile(path: string, signed: readonly PacketHeader[]): FileMatch {
  const belonging = belongingPackets(signed);
  const origin = belonging.find(({ kind }) => kind === 'video');
  if (!origin) throw new Error('No key chunk was signed');
  const file = filePackets(path);
  const match: FileMatch = {
    ...{ expected: [], missing: [], foreign: 0, untold: 0, timeErrorS: 0, endS: 0 },
    strays: [],
    originUs: origin.timeUs,
  };
  for (const track of ['video', 'audio'] as const) {
    const expected = belonging.filter(({ kind, timeUs }) => kind === track && timeUs >= origin.timeUs);
    matchTrack(
      match,
      expected,
      file.filter((packet) => packet.track === track),
    );
  }
  return match;
}

/**
 * What is missing, as a person would look for it: a line for each run of a track, with how far from its place it was found, if it is
 * in the file at all.
 */
export function missingRuns({ missing, strays, originUs }: FileMatch): string[] {
  const runs: { of: string; seqs: number[]; header: PacketHeader }[] = [];
  for (const header of missing) {
    const of = `${header.epoch} ${header.kind}`;
    const last = runs.at(-1);
    if (last?.of === of) last.seqs.push(header.seq);
    else runs.push({ of, seqs: [header.seq], header });
  }
  return runs.map(({ of, seqs, header }) => {
    const found = strays.find(({ digests }) => digests === digestsOf(header));
    const where = found ? `${found.ptsS - (header.timeUs - originUs) / 1e6} s off` : 'nowhere';
    return `${of}: ${seqs.length} from ${seqs[0]} to ${seqs.at(-1)}, the first ${where}`;
  });
}

/** What belongs into a file: media in order of seq, pictures of each epoch from its first key chunk on. */
function belongingPackets(signed: readonly PacketHeader[]): PacketHeader[] {
  const begun = new Set<number>();
  return signed
    .filter(({ kind }) => kind === 'video' || kind === 'audio')
    .sort((a, b) => a.epoch - b.epoch || a.seq - b.seq)
    .filter(({ kind, isKey, epoch }) => {
      if (kind === 'video' && isKey) begun.add(epoch);
      return kind === 'audio' || begun.has(epoch);
    });
}

function matchTrack(
  match: FileMatch,
  expected: readonly PacketHeader[],
  packets: readonly FilePacket[],
): void {
  match.expected.push(...expected);
  const captureTimeS = ({ timeUs }: PacketHeader): number => (timeUs - match.originUs) / 1e6;
  const isAt = (header: PacketHeader, ptsS: number): boolean =>
    Math.abs(captureTimeS(header) - ptsS) < PLACE_ERROR_S_MAX;
  const last = expected.at(-1);
  const lastS = last ? captureTimeS(last) + PLACE_ERROR_S_MAX : 0;
  let next = 0;
  for (const { digests, ptsS } of packets) {
    const at = expected.findIndex(
      (header, i) => i >= next && digestsOf(header) === digests && isAt(header, ptsS),
    );
    const header = expected[at];
    if (!header) {
      match.foreign++;
      match.strays.push({ digests, ptsS });
      if (ptsS > lastS) match.untold++;
      continue;
    }
    match.missing.push(...expected.slice(next, at));
    next = at + 1;
    const captureS = captureTimeS(header);
    match.timeErrorS = Math.max(match.timeErrorS, Math.abs(ptsS - captureS));
    match.endS = Math.max(match.endS, captureS + header.durationUs / 1e6);
  }
  match.missing.push(...expected.slice(next));
}

function digestsOf({ digests }: PacketHeader): string {
  return digests.map((digest) => Buffer.from(digest).toString('hex')).join();
}

function filePackets(path: string): FilePacket[] {
  const { video, audio } = probe(path);
  return [...trackPackets(path, 'video', video), ...trackPackets(path, 'audio', audio)];
}

/** Cuts a track's bytes, as the demuxer gives them, into its packets. */
function trackPackets(path: string, track: Track, packets: readonly ProbedPacket[]): FilePacket[] {
  const args = ['-v', 'error', '-i', path, '-map', `0:${track[0]}`, '-c', 'copy', '-f', 'data', '-'];
  const bytes = new Uint8Array(execFileSync('ffmpeg', args, { maxBuffer: 2 ** 30 }));
  let at = 0;
  return packets.map(({ ptsS, bytes: length }) => {
    const payload = bytes.subarray(at, (at += length));
    return { track, ptsS, digests: payloadDigests(payload) };
  });
}

function payloadDigests(payload: Uint8Array<ArrayBuffer>): string {
  return Array.from({ length: fragmentCount(payload.length) }, (_, i) =>
    createHash('sha256').update(fragmentOf(payload, i)).digest().subarray(0, DIGEST_BYTES).toString('hex'),
  ).join();
}
