import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../src/record/checksum.ts';
import { recordingFileName } from '../../../src/record/file-name.ts';
import { opusHead } from '../../../src/record/opus-head.ts';
import {
  makeRecord,
  packPackets,
  parseRecord,
  recordIndex,
  recordKey,
  unpackPackets,
} from '../../../src/record/record.ts';
import { Timeline } from '../../../src/record/timeline.ts';
import { START_US, madeFeed, madePacket } from './made-packets.ts';

describe('records', () => {
  test('the checksum is the well-known one, and parts count as one', () => {
    const bytes = new TextEncoder().encode('123456789');
    expect(crc32(bytes)).toBe(0xcbf43926);
    expect(crc32(bytes.subarray(0, 4), bytes.subarray(4))).toBe(0xcbf43926);
  });

  test('key order is the order of indexes', () => {
    const indexes = [0, 9, 10, 99, 100, 57_600, 999_999_999];
    expect(indexes.map(recordKey).sort()).toEqual(indexes.map(recordKey));
    expect(indexes.map(recordKey).map(recordIndex)).toEqual(indexes);
    expect(['key', 'complete', 'record-', 'record-x'].map(recordIndex)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('packed packets come back, and any other bytes are refused without throwing', () => {
    const part = fc.uint8Array({ maxLength: 50 });
    fc.assert(
      fc.property(fc.array(fc.record({ head: part, payload: part })), (packets) => {
        expect(unpackPackets(packPackets(packets as never))).toEqual(packets);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const packets = unpackPackets(bytes);
        if (packets) expect(packPackets(packets)).toEqual(bytes);
      }),
    );
  });

  test('a change of any member is noticed', () => {
    const identity = { broadcastId: 'b', title: 't', startedAtMs: 1, epoch: 7 };
    const [config, ...packets] = madeFeed(5);
    const record = makeRecord(identity, 3, 10, config, packets);
    expect(parseRecord(structuredClone(record))).toEqual(record);
    for (const [name, value] of Object.entries(record)) {
      const other =
        value instanceof Uint8Array
          ? value.with(0, value[0]! ^ 128)
          : typeof value === 'number'
            ? value + 1
            : `${value}!`;
      expect(parseRecord({ ...record, [name]: other }), name).toBeUndefined();
    }
    for (const nothing of [undefined, null, 3, 'x', {}, []]) expect(parseRecord(nothing)).toBeUndefined();
  });
});

describe('file names', () => {
  const NOON = new Date(2026, 1, 3, 12).getTime();

  test.each([
    ['Les Lucarnes: à table !', 0, 'lucarne-les-lucarnes-a-table-2026-02-03.mp4'],
    ['../..\\con "x"', 1, 'lucarne-con-x-2026-02-03-2.mp4'],
    ['', 0, 'lucarne-untitled-2026-02-03.mp4'],
    ['直播 今天', 0, 'lucarne-直播-今天-2026-02-03.mp4'],
    ['\u202Eevil\u0000', 2, 'lucarne-evil-2026-02-03-3.mp4'],
  ])('%j part %i is %s', (title, part, name) => {
    expect(recordingFileName(title, NOON, part, '.mp4')).toBe(name);
  });

  test('a long title is cut between characters', () => {
    const name = recordingFileName('𝒜'.repeat(200), NOON, 0, '.mp4');
    expect(name.length).toBeLessThan(160);
    expect(name.isWellFormed()).toBe(true);
  });
});

test('the header of Opus says what libopus delays the sound by', () => {
  const head = opusHead({ codec: 'opus', sampleRate: 48_000, numberOfChannels: 2, bitrate: 64_000 });
  expect([...head]).toEqual([...new TextEncoder().encode('OpusHead'), 1, 2, 56, 1, 128, 187, 0, 0, 0, 0, 0]);
});

describe('the timeline of a file', () => {
  const at = (
    timeMs: number,
    kind: 'video' | 'audio',
    isKey = false,
    epoch = 7,
  ): ReturnType<typeof madePacket>['header'] =>
    madePacket({ kind, isKey, epoch, seq: 1, groupSeq: 1, timeUs: START_US + timeMs * 1000 }).header;

  test('begins at the first key chunk; earlier sound and undecodable pictures are left out', () => {
    const timeline = new Timeline(true);
    expect(timeline.place(at(0, 'video'))).toBeUndefined();
    expect(timeline.place(at(10, 'audio'))).toBeUndefined();
    expect(timeline.hasBegun).toBe(false);
    expect(timeline.place(at(50, 'video', true))).toEqual({ track: 'video', timeUs: 0 });
    expect(timeline.place(at(20, 'audio'))).toBeUndefined();
    expect(timeline.place(at(60, 'audio'))).toEqual({ track: 'audio', timeUs: 10_000 });
  });

  test('a hole keeps its length, and pictures wait for the next key chunk', () => {
    const timeline = new Timeline(true);
    timeline.place(at(0, 'video', true));
    timeline.breakOff();
    expect(timeline.place(at(5000, 'video'))).toBeUndefined();
    expect(timeline.place(at(5010, 'audio'))).toEqual({ track: 'audio', timeUs: 5_010_000 });
    expect(timeline.place(at(6000, 'video', true))).toEqual({ track: 'video', timeUs: 6_000_000 });
  });

  test('an epoch whose clock was set back goes on where the last one ended', () => {
    const timeline = new Timeline(true);
    timeline.place(at(10_000, 'video', true));
    timeline.place(at(11_000, 'video'));
    const end = 1_000_000 + 33_333;
    expect(timeline.place(at(0, 'video', true, 8))).toEqual({ track: 'video', timeUs: end });
    expect(timeline.place(at(40, 'audio', false, 8))).toEqual({ track: 'audio', timeUs: end + 40_000 });
  });

  test('time never stands still or runs backwards within a track', () => {
    const timeline = new Timeline(true);
    timeline.place(at(0, 'video', true));
    expect(timeline.place(at(0, 'video'))?.timeUs).toBe(1);
    timeline.place(at(100, 'audio'));
    expect(timeline.place(at(90, 'audio'))?.timeUs).toBe(100_001);
  });

  test('a broadcast without a picture begins with its first sound', () => {
    const timeline = new Timeline(false);
    expect(timeline.place(at(70, 'audio'))).toEqual({ track: 'audio', timeUs: 0 });
  });
});
