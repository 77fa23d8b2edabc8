import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { concatBytes, utf8Bytes } from '../../../src/base/bytes.ts';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Signer } from '../../../src/ports.ts';
import type { MuxChunk } from '../../../src/record/muxer.ts';
import { encodeProofEntry, encodeProofStart } from '../../../src/record/proof-codec.ts';
import type { StoredRecord } from '../../../src/record/record.ts';
import { privateFilesNavigator } from '../../fakes/private-files.ts';
import {
  chunksOf,
  exported,
  flipped,
  FORMAT,
  FRAME_US,
  muxed,
  newSigner,
  signedEpoch,
  SOUND_ONLY,
  START_US,
  verdictOf,
  VP8,
  type Exported,
} from './proven-broadcast.ts';

vi.stubGlobal('navigator', privateFilesNavigator());

const SECONDS = 6;
const AT_US = 2_500_000;

let signer: Signer;
let packets: Packet[];
let whole: Exported;
let chunks: MuxChunk[];

beforeAll(async () => {
  signer = await newSigner();
  packets = await signedEpoch(signer, { seconds: SECONDS });
  whole = (await exported(packets))[0]!;
  chunks = await chunksOf(whole.video);
});

/** The verdict on a file with other chunks and the true proof. */
async function verdictOn(changed: readonly MuxChunk[], format = FORMAT): ReturnType<typeof verdictOf> {
  return verdictOf({ video: await muxed(changed, format), proof: whole.proof });
}

function changedAt(
  atUs: number,
  track: MuxChunk['track'],
  change: (chunk: MuxChunk) => MuxChunk,
): MuxChunk[] {
  const victim = chunks.find((chunk) => chunk.track === track && chunk.timeUs >= atUs)!;
  return chunks.map((chunk) => (chunk === victim ? change(chunk) : chunk));
}

function proofOf(entries: readonly Packet[], key = signer.publicKey): Blob {
  return new Blob([concatBytes(encodeProofStart(key), ...entries.map(encodeProofEntry))]);
}

describe('a file that nobody has touched', () => {
  test('is whole, from when to when it was on air, under its signed title', async () => {
    expect(await verdictOf(whole, { broadcastId: signer.broadcastId })).toEqual({
      is: 'whole',
      broadcastId: signer.broadcastId,
      title: 'A signed title',
      fromMs: START_US / 1000,
      toMs: START_US / 1000 + SECONDS * 1000 + 10.123,
      pieces: [],
    });
  });

  test.each([
    ['sound alone', SOUND_ONLY],
    ['WebM', VP8],
  ])('is whole as %s', async (_, format) => {
    const [file] = await exported(await signedEpoch(signer, { seconds: 3, format }));
    expect(await verdictOf(file!)).toMatchObject({ is: 'whole', pieces: [] });
  });

  test('stays whole when another program has only packed it anew, or given its start another time', async () => {
    expect(await verdictOn(chunks)).toMatchObject({ is: 'whole' });
    const later = chunks.map((chunk) => ({ ...chunk, timeUs: chunk.timeUs + 700_000 }));
    expect(await verdictOn(later)).toMatchObject({ is: 'whole' });
  });

  test('is whole with the times named that were off the air, also when the clock was set back between', async () => {
    const second = await signedEpoch(signer, { seconds: 2, epoch: 8, atUs: (SECONDS + 20) * 1e6 });
    const third = await signedEpoch(signer, { seconds: 2, epoch: 9, atUs: 1e6 });
    const [file] = await exported([...packets, ...second, ...third]);
    const verdict = await verdictOf(file!);
    expect(verdict).toMatchObject({
      is: 'whole',
      pieces: [{ where: 'inside', why: 'off-air' }, { forMs: 0 }],
    });
    const { atMs, forMs } = (verdict as { pieces: { atMs: number; forMs: number }[] }).pieces[0]!;
    expect(atMs / 1000).toBeCloseTo(SECONDS, 1);
    expect(forMs / 1000).toBeCloseTo(20, 1);
  });

  test('is one of two when codecs changed, each with a proof of its own', async () => {
    const second = await signedEpoch(signer, { seconds: 2, epoch: 8, atUs: 9e6, format: VP8 });
    const files = await exported([...packets, ...second]);
    expect(files.length).toBe(2);
    for (const file of files) expect(await verdictOf(file)).toMatchObject({ is: 'whole', pieces: [] });
    const crossed = { video: files[0]!.video, proof: files[1]!.proof };
    expect(await verdictOf(crossed)).toMatchObject({ is: 'altered', atMs: 0, how: 'tracks' });
  });

  test('tells of progress up to the end, and stops when asked to', async () => {
    const shares: number[] = [];
    await verdictOf(whole, { progress: (share) => shares.push(share) });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeGreaterThan(0.5);
    const cancel = new AbortController();
    const progress = (): void => cancel.abort();
    await expect(verdictOf(whole, { progress, signal: cancel.signal })).rejects.toThrow('abort');
  });
});

describe('an altered file is found, at the time of the change:', () => {
  const altered = (how: string, atUs = AT_US) => ({
    ...{ is: 'altered', how, broadcastId: signer.broadcastId },
    atMs: expect.toSatisfy((atMs: number) => Math.abs(atMs * 1000 - atUs) <= FRAME_US) as number,
  });

  test('any flipped byte of any chunk', async () => {
    const bytes = Buffer.from(await whole.video.arrayBuffer());
    const unique = chunks.filter((chunk) => chunk.bytes.length > 3);
    await fc.assert(
      fc.asyncProperty(fc.nat(unique.length - 1), fc.nat(), async (i, offset) => {
        const chunk = unique[i]!;
        const at = bytes.indexOf(chunk.bytes) + (offset % chunk.bytes.length);
        const verdict = await verdictOf({ video: await flipped(whole.video, at), proof: whole.proof });
        expect(verdict).toMatchObject({ is: 'altered', how: 'bytes', atMs: chunk.timeUs / 1000 });
      }),
      { numRuns: 60 },
    );
  });

  test('a picture painted over', async () => {
    const other = Uint8Array.of(9, 9, 9);
    expect(await verdictOn(changedAt(AT_US, 'video', (chunk) => ({ ...chunk, bytes: other })))).toEqual(
      altered('bytes'),
    );
  });

  test('sound encoded anew', async () => {
    const anew = chunks.map((chunk) =>
      chunk.track === 'audio' && chunk.timeUs >= AT_US ? { ...chunk, bytes: Uint8Array.of(1, 2) } : chunk,
    );
    expect(await verdictOn(anew)).toEqual(altered('bytes'));
  });

  test('a sound in the place of silence, and silence in the place of a sound', async () => {
    const silence = chunks.find(({ bytes }) => bytes.length === 3)!.bytes;
    const isTurned = changedAt(AT_US, 'audio', (chunk) => ({ ...chunk, bytes: silence }));
    expect(await verdictOn(isTurned)).toEqual(altered('bytes'));
  });

  test('two groups in the other order', async () => {
    const groupUs = 10 * FRAME_US;
    const swapped = chunks.map((chunk) => {
      const group = Math.floor(chunk.timeUs / groupUs);
      const shiftUs = group === 2 ? groupUs : group === 3 ? -groupUs : 0;
      return { ...chunk, timeUs: chunk.timeUs + shiftUs };
    });
    expect(await verdictOn(swapped)).toEqual(altered('bytes', 2 * groupUs));
  });

  test('a group taken out and the rest moved up', async () => {
    const spliced = chunks
      .filter(({ timeUs }) => timeUs < 2_000_000 || timeUs >= 3_000_000)
      .map((chunk) => (chunk.timeUs < 2_000_000 ? chunk : { ...chunk, timeUs: chunk.timeUs - 1_000_000 }));
    expect(await verdictOn(spliced)).toMatchObject({ is: 'altered', atMs: 2000 });
  });

  test('a group shown twice', async () => {
    const again = chunks
      .filter(({ timeUs }) => timeUs >= 1_000_000 && timeUs < 2_000_000)
      .map((chunk) => ({ ...chunk, timeUs: chunk.timeUs + 1_000_000 }));
    const moved = chunks.map((chunk) =>
      chunk.timeUs < 2_000_000 ? chunk : { ...chunk, timeUs: chunk.timeUs + 1_000_000 },
    );
    expect(await verdictOn([...moved, ...again])).toMatchObject({ is: 'altered', atMs: 2000 });
  });

  test('time that runs slower, as soon as it is off by more than the tolerance', async () => {
    const stretched = chunks.map((chunk) => ({ ...chunk, timeUs: Math.round(chunk.timeUs * 1.01) }));
    expect(await verdictOn(stretched)).toEqual(altered('time', 600_000));
  });

  test('sound moved against the picture by 20 ms', async () => {
    const moved = chunks.map((chunk) =>
      chunk.track === 'audio' ? { ...chunk, timeUs: chunk.timeUs + 20_000 } : chunk,
    );
    expect(await verdictOn(moved)).toEqual(altered('time', 0));
  });

  test('something added at the end', async () => {
    const added = {
      ...chunks.at(-1)!,
      track: 'video' as const,
      timeUs: SECONDS * 1e6,
      bytes: Uint8Array.of(7),
    };
    expect(await verdictOn([...chunks, added])).toEqual(altered('unsigned', SECONDS * 1e6));
  });

  test('a picture of another start of the same broadcast, and of another broadcast', async () => {
    for (const [by, epoch] of [
      [signer, 8],
      [await newSigner(), 7],
    ] as const) {
      const [other] = await exported(await signedEpoch(by, { seconds: SECONDS, epoch }));
      const theirs = (await chunksOf(other!.video)).filter(({ timeUs }) => timeUs >= 3_000_000);
      const mixed = [...chunks.filter(({ timeUs }) => timeUs < 3_000_000), ...theirs];
      expect(await verdictOn(mixed)).toEqual(altered('bytes', 3_000_000));
      // Nor does it help to mix the proofs.
      const proof = proofOf([
        ...packets.filter(({ header }) => header.timeUs < START_US + 3_000_000),
        ...(await signedEpoch(by, { seconds: SECONDS, epoch })),
      ]);
      const verdict = await verdictOf({ video: await muxed(mixed), proof });
      expect(verdict).toMatchObject({ is: 'altered', atMs: expect.toSatisfy((ms) => ms >= 3000) as number });
    }
  });

  test('a track that was taken away, added or set up in another way', async () => {
    const { video, audio } = FORMAT;
    const deaf = chunks.filter(({ track }) => track === 'video');
    expect(await verdictOn(deaf, { video: video! })).toEqual(altered('tracks', 0));
    const otherHead = video!.description!.map((byte, i) => (i === 20 ? byte ^ 1 : byte));
    for (const change of [
      { codedWidth: 322 },
      { description: Uint8Array.from(otherHead) },
      { colorSpace: { ...video!.colorSpace!, matrix: 'smpte170m' } },
    ])
      expect(await verdictOn(chunks, { video: { ...video!, ...change }, audio: audio! })).toEqual(
        altered('tracks', 0),
      );
    const loud = { ...audio!, description: utf8Bytes('OpusHead') };
    const gain = concatBytes(loud.description, [1, 2, 56, 1, 128, 187, 0, 0, 0, 4, 0]);
    expect(await verdictOn(chunks, { video: video!, audio: { ...audio!, description: gain } })).toEqual(
      altered('tracks', 0),
    );
  });

  test('a head that was changed, or heads in the other order', async () => {
    const victim = packets.findIndex(
      ({ header }) => header.kind === 'video' && header.timeUs >= START_US + AT_US,
    );
    const lied = packets.map((packet, i) => {
      if (i !== victim) return packet;
      const head = packet.head.slice();
      head[27]! ^= 1;
      return { ...packet, head };
    });
    expect(await verdictOf({ ...whole, proof: proofOf(lied) })).toEqual(altered('proof'));
    const turned = packets.toSpliced(victim, 2, packets[victim + 1]!, packets[victim]!);
    expect(await verdictOf({ ...whole, proof: proofOf(turned) })).toEqual(altered('proof'));
  });

  test('a proof cut in the middle of a head', async () => {
    const proof = whole.proof.slice(0, Math.floor(whole.proof.size / 2));
    expect(await verdictOf({ ...whole, proof })).toMatchObject({ is: 'altered', how: 'proof' });
  });
});

describe('a file that lacks something is genuine, and what lacks is named:', () => {
  test('a clip, without its start and its end', async () => {
    const clip = chunks
      .filter(({ timeUs }) => timeUs >= 2_000_000 && timeUs < 4_000_000)
      .map((chunk) => ({ ...chunk, timeUs: chunk.timeUs - 2_000_000 }));
    const verdict = await verdictOn(clip);
    expect(verdict).toMatchObject({
      is: 'cut',
      fromMs: START_US / 1000 + 2000,
      pieces: [
        { where: 'start', why: 'left-out', atMs: 0, forMs: 2000 },
        { where: 'end', why: 'left-out' },
      ],
    });
    const { atMs, forMs } = (verdict as { pieces: { atMs: number; forMs: number }[] }).pieces[1]!;
    expect(atMs).toBeCloseTo(2010, -2);
    expect(forMs).toBeCloseTo(2000, -2);
  });

  test('a piece out of the middle, in the proof as well or not', async () => {
    const isLeft = (ms: number): boolean => ms < 2000 || ms >= 3000;
    const rest = chunks.filter(({ timeUs }) => isLeft(timeUs / 1000));
    const piece = { where: 'inside', forMs: expect.toSatisfy((ms) => ms > 850 && ms < 1100) as number };
    expect(await verdictOn(rest)).toMatchObject({ is: 'cut', pieces: [{ ...piece, why: 'left-out' }] });
    const proof = proofOf(packets.filter(({ header }) => isLeft((header.timeUs - START_US) / 1000)));
    const verdict = await verdictOf({ video: await muxed(rest), proof });
    expect(verdict).toMatchObject({ is: 'cut', pieces: [{ ...piece, why: 'unknown' }] });
  });

  test('every second picture', async () => {
    const deltas = chunks.filter(({ track, timeUs }) => track === 'audio' || (timeUs / FRAME_US) % 2 < 1);
    expect(await verdictOn(deltas)).toMatchObject({
      is: 'cut',
      pieces: [{ where: 'inside', why: 'left-out', atMs: 100, forMs: 5900 }],
    });
  });

  test('a start and an end that the proof lacks too', async () => {
    const isLeft = (us: number): boolean => us >= 2_000_000 && us < 4_000_000;
    const middle = chunks
      .filter(({ timeUs }) => isLeft(timeUs))
      .map((chunk) => ({ ...chunk, timeUs: chunk.timeUs - 2_000_000 }));
    const proof = proofOf(
      packets.filter(({ header: { kind, timeUs } }) => kind === 'config' || isLeft(timeUs - START_US)),
    );
    expect(await verdictOf({ video: await muxed(middle), proof })).toMatchObject({
      is: 'cut',
      pieces: [
        { where: 'start', why: 'unknown' },
        { where: 'end', why: 'unknown' },
      ],
    });
  });

  test('the end of a broadcast whose tab died, and the time before it came back', async () => {
    const died = await signedEpoch(signer, { seconds: 3, isInterrupted: true });
    const [alone] = await exported(died);
    expect(await verdictOf(alone!)).toMatchObject({ is: 'cut', pieces: [{ where: 'end', why: 'unknown' }] });
    const back = await signedEpoch(signer, { seconds: 2, epoch: 8, atUs: 8e6 });
    const [both] = await exported([...died, ...back]);
    expect(await verdictOf(both!)).toMatchObject({
      is: 'cut',
      pieces: [{ where: 'inside', why: 'unknown' }],
    });
  });

  test('what the disk has lost', async () => {
    const [file] = await exported(packets, (records) => {
      const damaged = [...records.values()].filter((value) => (value as StoredRecord).index === 5);
      for (const record of damaged as StoredRecord[]) record.packets[9]! ^= 1;
    });
    expect(await verdictOf(file!)).toMatchObject({
      is: 'cut',
      pieces: [{ where: 'inside', why: 'unknown' }],
    });
  });

  test('the record that held the config: the proof has it nevertheless', async () => {
    const [file] = await exported(packets, (records) => {
      const damaged = [...records.values()].filter((value) => (value as StoredRecord).index === 0);
      for (const record of damaged as StoredRecord[]) record.packets[9]! ^= 1;
    });
    expect(await verdictOf(file!)).toMatchObject({ is: 'cut', pieces: [{ where: 'start', why: 'unknown' }] });
  });
});

describe('other files', () => {
  test('a proof of another key is foreign to the link', async () => {
    const { broadcastId } = await newSigner();
    expect(await verdictOf(whole, { broadcastId })).toEqual({
      is: 'foreign',
      broadcastId: signer.broadcastId,
    });
  });

  test('a proof that claims another key proves nothing', async () => {
    const other = await newSigner();
    const proof = proofOf(packets, other.publicKey);
    expect(await verdictOf({ ...whole, proof }, { broadcastId: other.broadcastId })).toEqual({
      is: 'unreadable',
      file: 'proof',
    });
  });

  test('what is neither a proof nor a video is called so, whatever its bytes', async () => {
    const { proof, video } = whole;
    expect(await verdictOf({ video: proof, proof: video })).toEqual({ is: 'unreadable', file: 'proof' });
    expect(await verdictOf({ video: proof, proof })).toEqual({ is: 'unreadable', file: 'video' });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        const bytes = new Blob([Uint8Array.from(noise)]);
        expect(await verdictOf({ video, proof: bytes })).toEqual({ is: 'unreadable', file: 'proof' });
        expect(await verdictOf({ video: bytes, proof })).toEqual({ is: 'unreadable', file: 'video' });
        const tail = new Blob([encodeProofStart(signer.publicKey), Uint8Array.from(noise)]);
        expect(await verdictOf({ video, proof: tail })).toEqual({ is: 'unreadable', file: 'proof' });
      }),
      { numRuns: 50 },
    );
  });

  test('any flipped byte of a proof is never called whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.proof.size - 1), async (at) => {
        const verdict = await verdictOf({ ...whole, proof: await flipped(whole.proof, at) });
        expect(verdict.is).not.toBe('whole');
      }),
      { numRuns: 60 },
    );
  });
});
