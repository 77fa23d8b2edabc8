import { describe, expect, it } from 'vitest';
import type { ProgrammeOptions } from '../../../src/ports.ts';
import { withCamera, withNextCamera } from '../../../src/ui/studio/device-choice.ts';
import { levelOf } from '../../../src/ui/studio/level-gauge.ts';

const CAMERA: ProgrammeOptions = { source: 'camera', quality: '720p' };

describe('the other camera', () => {
  it('is the one that looks the other way, where cameras say which way they look', () => {
    const chosen = { ...CAMERA, cameraId: 'front' };
    const back = withNextCamera(chosen, { deviceId: 'front', facingMode: 'user' }, ['front', 'back', 'wide']);
    expect(back).toEqual({ ...CAMERA, facing: 'environment' });
    expect(withNextCamera(back, { facingMode: 'environment' }, ['front', 'back'])).toEqual({
      ...CAMERA,
      facing: 'user',
    });
  });

  it('is the next in the list elsewhere, and after the last the first', () => {
    const ids = ['a', 'b', 'c'];
    expect(withNextCamera(CAMERA, { deviceId: 'b' }, ids).cameraId).toBe('c');
    expect(withNextCamera(CAMERA, { deviceId: 'c' }, ids).cameraId).toBe('a');
    expect(withNextCamera(CAMERA, {}, ids).cameraId).toBe('a');
    expect(withNextCamera(CAMERA, { deviceId: 'a' }, ['a'])).toBe(CAMERA);
  });

  it('is chosen by name in place of which way it looks', () => {
    expect(withCamera({ ...CAMERA, facing: 'user' }, 'b')).toEqual({ ...CAMERA, cameraId: 'b' });
    expect(withCamera({ ...CAMERA, cameraId: 'b' }, '')).toEqual(CAMERA);
  });
});

describe('the level of a sound', () => {
  const wave = (amplitude: number): Float32Array =>
    Float32Array.from({ length: 480 }, (_, index) => amplitude * Math.sin((index * Math.PI) / 24));

  it('is 0 for silence, 1 at full scale, and steps evenly with loudness', () => {
    expect(levelOf(new Float32Array(480))).toBe(0);
    expect(levelOf(new Float32Array(480).fill(1))).toBe(1);
    const [loud, soft, softer] = [wave(0.5), wave(0.05), wave(0.005)].map(levelOf) as [
      number,
      number,
      number,
    ];
    expect(loud - soft).toBeCloseTo(1 / 3);
    expect(soft - softer).toBeCloseTo(1 / 3);
  });
});
