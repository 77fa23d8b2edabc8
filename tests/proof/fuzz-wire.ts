// Hostile bytes against every decoder of the wire: true messages damaged in many places at once, and plain noise.
// What must hold: a value or a code each time, never an exception, and no memory kept.

import fc from 'fast-check';
import { utf8Text, type Bytes } from '../../src/base/bytes.ts';
import { decodeBeat, encodeBeat } from '../../src/feed/beat.ts';
import { decodeConfig, encodeConfig } from '../../src/feed/config.ts';
import { decodeFreshness, encodeNonce, encodeProof } from '../../src/feed/freshness-message.ts';
import {
  decodeMediaMessage,
  encodeFragmentMessage,
  encodeSkipMessage,
  messagesOf,
} from '../../src/feed/media-message.ts';
import { decodeRecall, encodeRecall, encodeRecalled } from '../../src/feed/recall-message.ts';
import { decodeControl, decodeJoin, encodeControl } from '../../src/overlay/control-codec.ts';
import type { ControlMessage } from '../../src/overlay/message.ts';
import { draftsOf, makePackets, makeSigner, payloadOf } from '../unit/feed/samples.ts';
import type { Proof } from './proof.ts';

const BATCH_RUNS = 20_000;
/** Room for the collector's habits; a leak of a few bytes a message would pass it within one batch of a million. */
const HEAP_GROWTH_BYTES_MAX = 64 * 1024 * 1024;

/** Every decoder that bytes of a stranger reach. */
const DECODERS: Readonly<Record<string, (bytes: Bytes) => unknown>> = {
  media: decodeMediaMessage,
  control: decodeControl,
  freshness: decodeFreshness,
  config: decodeConfig,
  beat: decodeBeat,
  recall: decodeRecall,
  join: (bytes) => decodeJoin(parsed(bytes)),
};

function parsed(bytes: Bytes): unknown {
  try {
    return JSON.parse(utf8Text(bytes) ?? 'null');
  } catch {
    return null;
  }
}

async function trueMessages(): Promise<Bytes[]> {
  const packets = await makePackets(makeSigner(), 7, draftsOf(1));
  const video = {
    codec: 'avc1.42001f',
    codedWidth: 640,
    codedHeight: 360,
    frameRate: 30,
    bitrate: 8e5,
    layers: 2,
  } as const;
  const config = {
    title: 'T',
    startedAtMs: 1,
    publicKey: payloadOf(32),
    salt: payloadOf(16),
    format: { video },
  };
  const control: ControlMessage[] = [
    { type: 'hello', v: 1, peer: '0123456789abcdef', paths: [], slots: 2, epoch: 7, publicKey: 'AAAA' },
    { type: 'subscribe', mask: 15, layerMax: 3, epoch: 7, from: 'group' },
    { type: 'pass', join: '0123456789abcdef', peer: 'fedcba9876543210', avoid: [], sdp: 'v=0\r\n' },
    { type: 'ping', t0Us: 5 },
    { type: 'bye', reason: 'leaving' },
  ];
  return [
    ...packets.flatMap(messagesOf),
    encodeFragmentMessage(7, 3, 1, payloadOf(100)),
    encodeSkipMessage(7, 3, 9),
    encodeRecall({
      epoch: 7,
      hops: 2,
      spans: [
        [3, 9],
        [12, 12],
      ],
    }),
    encodeRecalled(7),
    encodeConfig(config),
    encodeBeat({ viewers: 3 }),
    ...control.map(encodeControl),
    encodeNonce(payloadOf(16)),
    encodeProof([{ index: 1, values: [payloadOf(16, 1), payloadOf(16, 2)] }]),
  ];
}

/** A message damaged at up to 8 places and cut or lengthened, or noise. */
function hostile(messages: readonly Bytes[]): fc.Arbitrary<Bytes> {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 });
  const damaged = fc
    .tuple(fc.constantFrom(...messages), damage, fc.nat(64), fc.boolean())
    .map(([message, spots, change, isCut]) => {
      const bytes = isCut
        ? message.slice(0, Math.max(0, message.length - change))
        : Uint8Array.from([...message, ...payloadOf(change)]);
      for (const [at, value] of spots) if (bytes.length > 0) bytes[at % bytes.length] = value;
      return bytes;
    });
  return fc.oneof(
    { weight: 4, arbitrary: damaged },
    fc.uint8Array({ maxLength: 300 }).map((noise) => Uint8Array.from(noise)),
  );
}

/** `npm run proof -- fuzz-wire`. */
export const fuzzWire: Proof = {
  name: 'fuzz-wire',
  summary:
    'damaged messages and noise into every decoder: a value or a code, never an exception, no memory kept',
  runsDefault: 1_000_000,
  async run(runs, log) {
    const messages = await trueMessages();
    const seed = Date.now() % 2 ** 31;
    log(`seed ${seed}`);
    const startBytes = process.memoryUsage().heapUsed;
    for (let done = 0; done < runs; done += BATCH_RUNS) {
      const inputs = fc.sample(hostile(messages), {
        numRuns: Math.min(BATCH_RUNS, runs - done),
        seed: seed + done,
      });
      for (const bytes of inputs) {
        for (const [name, decode] of Object.entries(DECODERS)) {
          try {
            decode(bytes);
          } catch (error) {
            log(`${name} threw on ${Buffer.from(bytes).toString('hex')}: ${String(error)}`);
            return { name: 'fuzz-wire', runs, passed: false, seed };
          }
        }
      }
      if (done % (10 * BATCH_RUNS) === 0) log(`${done + inputs.length} messages`);
    }
    const grownBytes = process.memoryUsage().heapUsed - startBytes;
    return { name: 'fuzz-wire', runs, passed: grownBytes < HEAP_GROWTH_BYTES_MAX, seed, grownBytes };
  },
};
