import { expect, test } from 'vitest';
import { random } from '../../../src/platform/random.ts';

test('gives as many bytes as asked, also more than one call of the platform gives, and other ones each time', () => {
  for (const length of [0, 1, 16, 65_536, 65_537, 200_000]) expect(random.bytes(length)).toHaveLength(length);
  const tail = random.bytes(200_000).subarray(190_000);
  expect(tail.some((byte) => byte !== 0)).toBe(true);
  expect(random.bytes(16)).not.toEqual(random.bytes(16));
});

test('gives fractions in [0, 1) that are spread', () => {
  const fractions = Array.from({ length: 4000 }, () => random.fraction());
  expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
  const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
  // Nine standard deviations of the mean.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.041);
});
