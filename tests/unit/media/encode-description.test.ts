import { describe, expect, it } from 'vitest';
import { avcParameterSets } from '../../../src/media/encode-description.ts';

const AVCC = new Uint8Array([1, 66, 224, 30, 255, 225, 0, 3, 103, 66, 224, 1, 0, 2, 104, 206]);

describe('avcParameterSets', () => {
  it('gives the sets of an avcC record with 4-byte lengths', () => {
    expect([...avcParameterSets(AVCC)]).toEqual([0, 0, 0, 3, 103, 66, 224, 0, 0, 0, 2, 104, 206]);
  });

  it('gives nothing for a record cut off anywhere', () => {
    for (let length = 0; length < AVCC.length; length++) {
      expect(avcParameterSets(AVCC.subarray(0, length))).toHaveLength(0);
    }
  });
});
