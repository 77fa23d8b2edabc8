import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PAST_EPOCH_MS_MAX,
  PAST_EPOCHS_MAX,
  RECALL_HOPS_MAX,
  RECALL_QUEUE_BYTES_MAX,
  RECALL_SETTLE_MS,
  RECALL_SILENCE_MS,
  RECALL_SPANS_MAX,
} from '../../../src/base/limits.ts';
import { decodeMediaMessage } from '../../../src/feed/media-message.ts';
import { PastEpochs } from '../../../src/feed/past-epochs.ts';
import { RecallAnswer } from '../../../src/feed/recall-answer.ts';
import { decodeRecall, encodeRecall, encodeRecalled } from '../../../src/feed/recall-message.ts';
import { RecallSearch } from '../../../src/feed/recall-search.ts';
import { isInSpans, SEQ_MAX, withoutSeqs, withoutSpan, type SeqSpan } from '../../../src/feed/seq-spans.ts';
import { draftsOf, makePackets, makeSigner } from './samples.ts';

const packets = await makePackets(makeSigner(), 7, draftsOf(2));

describe('spans', () => {
  it('lose exactly what is taken from them', () => {
    const spans: SeqSpan[] = [
      [5, 9],
      [20, SEQ_MAX],
    ];
    expect(withoutSpan(spans, [7, 22])).toEqual([
      [5, 6],
      [23, SEQ_MAX],
    ]);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(40)), (gone) => {
        const sorted = gone.toSorted((a, b) => a - b);
        const left = withoutSeqs(spans, sorted);
        for (let seq = 0; seq < 45; seq++)
          expect(isInSpans(left, seq)).toBe(isInSpans(spans, seq) && !gone.includes(seq));
      }),
    );
  });
});

describe('a recall on the wire', () => {
  const recall = {
    epoch: 0xfffffffe,
    hops: 2,
    spans: [
      [3, 3],
      [10, SEQ_MAX],
    ],
  } as const;

  it('comes back as it was said', () => {
    expect(decodeRecall(encodeRecall(recall))).toEqual({ type: 'recall', ...recall });
    expect(decodeRecall(encodeRecalled(7))).toEqual({ type: 'recalled', epoch: 7 });
    const spans = Array.from({ length: 40 }, (_, i): SeqSpan => [2 * i, 2 * i]);
    expect(decodeRecall(encodeRecall({ ...recall, spans }))).toMatchObject({
      spans: spans.slice(0, RECALL_SPANS_MAX),
    });
  });

  it('is laid out as docs/wire-control.md says', () => {
    expect([...encodeRecall({ epoch: 1, hops: 3, spans: [[2, 0x103]] })]).toEqual([
      ...[35, 0, 0, 0, 1, 3, 1],
      ...[0, 0, 0, 2, 0, 0, 1, 3],
    ]);
    expect([...encodeRecalled(258)]).toEqual([36, 0, 0, 1, 2]);
  });

  it('is refused when truncated at any offset, too long, out of order or out of range', () => {
    const bytes = encodeRecall(recall);
    for (let length = 0; length < bytes.length; length++)
      expect(decodeRecall(bytes.slice(0, length))).toBeUndefined();
    expect(decodeRecall(Uint8Array.of(...bytes, 0))).toBeUndefined();
    expect(decodeRecall(Uint8Array.of(...encodeRecalled(7), 0))).toBeUndefined();
    const said = (spans: SeqSpan[], hops = 0) => decodeRecall(encodeRecall({ epoch: 1, hops, spans }));
    expect(said([[5, 4]])).toBeUndefined();
    expect(
      said([
        [5, 6],
        [6, 7],
      ]),
    ).toBeUndefined();
    expect(said([], RECALL_HOPS_MAX + 1)).toBeUndefined();
    expect(
      said([
        [5, SEQ_MAX],
        [0, 1],
      ]),
    ).toBeUndefined();
  });
});

describe('a search', () => {
  const open = () => new RecallSearch(7, [[10, 12]], 1);

  it('asks one child after the other, each for what is still missing', () => {
    const search = open();
    expect(search.tick([], 0)).toBeUndefined();
    expect(search.isOver).toBe(true);
    expect(search.tick(['a', 'b'], 0)).toEqual({
      edge: 'a',
      recall: { epoch: 7, hops: 1, spans: [[10, 12]] },
    });
    expect(search.isOver).toBe(false);
    expect(search.isWantedOf('a', 7, 11)).toBe(true);
    expect([
      search.isWantedOf('b', 7, 11),
      search.isWantedOf('a', 8, 11),
      search.isWantedOf('a', 7, 13),
    ]).toEqual([false, false, false]);
    expect([search.got(11), search.got(11), search.got(99)]).toEqual([true, false, false]);
    search.answered('a', 7, 100);
    expect(search.tick(['a', 'b'], 100 + RECALL_SETTLE_MS - 1)).toBeUndefined();
    expect(search.tick(['a', 'b'], 100 + RECALL_SETTLE_MS)?.recall.spans).toEqual([
      [10, 10],
      [12, 12],
    ]);
    search.got(10);
    search.got(12);
    search.tick(['a', 'b'], 1200);
    expect(search.isOver).toBe(true);
  });

  it('waits for one that still says something, and for nobody that has gone or is silent', () => {
    const search = open();
    search.tick(['a', 'b', 'c'], 0);
    const patienceMs = 2 * RECALL_SILENCE_MS;
    search.heard('a', 1000);
    expect(search.tick(['a', 'b', 'c'], 1000 + patienceMs - 1)).toBeUndefined();
    expect(search.tick(['a', 'b', 'c'], 1000 + patienceMs)?.edge).toBe('b');
    expect(search.tick(['a', 'c'], 1001 + patienceMs)?.edge).toBe('c');
    expect(search.tick(['a'], 1002 + patienceMs)).toBeUndefined();
    expect(search.isOver).toBe(true);
    search.again();
    expect(search.tick(['a'], 1003 + patienceMs)?.edge).toBe('a');
  });

  it('heeds no answer that is none of its own', () => {
    const search = open();
    search.tick(['a', 'b'], 0);
    search.answered('b', 7, 0);
    search.answered('a', 8, 0);
    expect(search.tick(['a', 'b'], RECALL_SETTLE_MS)).toBeUndefined();
  });
});

describe('an answer', () => {
  it('goes out whole and in order, at the pace of whoever takes it', () => {
    const answer = new RecallAnswer(packets.slice(3, 5));
    answer.relay(packets[9]!);
    const seqs: number[] = [];
    let room = 0;
    for (let turn = 0; !answer.isEmpty; turn++) {
      room = 1;
      answer.pump((message) => {
        if (room-- <= 0) return false;
        const decoded = decodeMediaMessage(message);
        if (decoded.ok && decoded.value.type === 'head') seqs.push(decoded.value.header.seq);
        return true;
      });
      expect(turn).toBeLessThan(100);
    }
    expect(seqs).toEqual([3, 4, 9]);
  });

  it('lets go of what comes from below faster than it goes up', () => {
    const answer = new RecallAnswer([]);
    const payload = new Uint8Array(1024 * 1024);
    const large = { ...packets[3]!, header: { ...packets[3]!.header, length: payload.length }, payload };
    for (let i = 0; i < 10; i++) answer.relay(large);
    let bytes = 0;
    answer.pump((message) => {
      bytes += message.length;
      return true;
    });
    expect(bytes).toBeLessThan(RECALL_QUEUE_BYTES_MAX * 1.1);
    expect(bytes).toBeGreaterThan(RECALL_QUEUE_BYTES_MAX * 0.9);
  });
});

describe('what is kept of epochs that are over', () => {
  const held = (bytes: number) => ({ packets: new Map([[0, packets[0]!]]), bytes });

  it('goes with time, and the oldest first when it is too much', () => {
    const past = new PastEpochs(1000);
    past.keep(1, held(600), 0);
    past.keep(2, held(300), 10);
    expect([past.bytes, past.packetsOf(1)?.size, past.packetsOf(3)]).toEqual([900, 1, undefined]);
    past.keep(3, held(300), 20);
    expect([past.packetsOf(1), past.packetsOf(2)?.size]).toEqual([undefined, 1]);
    past.tick(PAST_EPOCH_MS_MAX + 10);
    expect([past.packetsOf(2), past.packetsOf(3)?.size]).toEqual([undefined, 1]);
    for (let epoch = 4; epoch < 10; epoch++) past.keep(epoch, held(1), 30);
    expect(past.packetsOf(9 - PAST_EPOCHS_MAX)).toBeUndefined();
    expect(past.packetsOf(9)).toBeDefined();
    past.keep(10, held(2000), 40);
    expect([past.bytes, past.packetsOf(10)]).toEqual([0, undefined]);
  });
});
