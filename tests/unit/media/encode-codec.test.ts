import { describe, expect, it } from 'vitest';
import { chooseCodec, codecCandidates, encoderConfig } from '../../../src/media/encode-codec.ts';
import type { CodecCandidate, CodecProbe } from '../../../src/media/encode-codec.ts';
import { QUALITIES } from '../../../src/media/quality.ts';

const TARGET = QUALITIES['720p'];

/** What a browser answers; `works` says for which candidates, `slow` which of them can't keep up. */
function probes(
  works: (candidate: CodecCandidate) => boolean,
  slow: Record<string, number> = {},
): CodecProbe[] {
  return codecCandidates(TARGET).map((candidate) => ({
    candidate,
    isSupported: works(candidate),
    producesLayers: works(candidate) && candidate.layers > 1,
    frameMs: slow[candidate.codec.slice(0, 4)] ?? 5,
  }));
}

describe('codecCandidates', () => {
  it('names the lowest level that holds the picture', () => {
    const codecs = Object.values(QUALITIES).map((quality) =>
      codecCandidates(quality).map(({ codec }) => codec),
    );
    expect(codecs.map(([h264, vp9]) => `${h264} ${vp9}`)).toEqual([
      'avc1.42E01e vp09.00.30.08',
      'avc1.42E01f vp09.00.30.08',
      'avc1.42E01f vp09.00.31.08',
      'avc1.42E028 vp09.00.40.08',
    ]);
  });

  it('names the same H.264 level for a portrait picture', () => {
    expect(codecCandidates({ ...TARGET, width: 720, height: 1280 })[0]?.codec).toBe('avc1.42E01f');
  });
});

describe('chooseCodec', () => {
  it('prefers H.264 with layers', () => {
    expect(
      chooseCodec(
        probes(() => true),
        TARGET,
      ),
    ).toEqual({ codec: 'avc1.42E01f', layers: 2 });
  });

  it('takes VP9 with layers before H.264 without', () => {
    const isWorking = ({ codec, layers }: CodecCandidate): boolean =>
      !codec.startsWith('avc1') || layers === 1;
    expect(chooseCodec(probes(isWorking), TARGET)).toEqual({ codec: 'vp09.00.31.08', layers: 2 });
  });

  it('passes over a codec that is too slow', () => {
    const isWorking = ({ codec, layers }: CodecCandidate): boolean =>
      !codec.startsWith('avc1') || layers === 1;
    expect(chooseCodec(probes(isWorking, { vp09: 28 }), TARGET)).toEqual({ codec: 'vp8', layers: 2 });
  });

  it('takes the fastest one when all are too slow', () => {
    const slow = { avc1: 60, vp09: 90, vp8: 40 };
    expect(
      chooseCodec(
        probes(() => true, slow),
        TARGET,
      ),
    ).toEqual({ codec: 'vp8', layers: 2 });
  });

  it('keeps layers in a busy moment that makes all too slow', () => {
    const busy = probes(() => true).map((probe, index) => ({
      ...probe,
      frameMs: [30, 60, 25, 28, 20][index]!,
    }));
    expect(chooseCodec(busy, TARGET)).toEqual({ codec: 'vp8', layers: 2 });
  });

  it('does not believe in layers that never came', () => {
    const silent = probes(() => true).map((probe) => ({ ...probe, producesLayers: false }));
    expect(chooseCodec(silent, TARGET)).toEqual({ codec: 'avc1.42E01f', layers: 1 });
  });

  it('falls back to flat VP8, and to nothing', () => {
    expect(
      chooseCodec(
        probes(({ codec, layers }) => codec === 'vp8' && layers === 1),
        TARGET,
      )?.codec,
    ).toBe('vp8');
    expect(
      chooseCodec(
        probes(() => false),
        TARGET,
      ),
    ).toBeUndefined();
  });
});

describe('encoderConfig', () => {
  it('asks for layers and for the avc format only where they apply', () => {
    const [h264, , vp8] = codecCandidates(TARGET);
    expect(encoderConfig(h264!, TARGET)).toMatchObject({ scalabilityMode: 'L1T2', avc: { format: 'avc' } });
    expect(encoderConfig(vp8!, TARGET)).not.toHaveProperty('avc');
    expect(encoderConfig({ codec: 'vp8', layers: 1 }, TARGET)).not.toHaveProperty('scalabilityMode');
  });

  it('takes a lower bitrate while the encoder steps down', () => {
    expect(encoderConfig({ codec: 'vp8', layers: 1 }, TARGET, 1000).bitrate).toBe(1000);
  });
});
