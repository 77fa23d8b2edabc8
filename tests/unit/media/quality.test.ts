import { describe, expect, it } from 'vitest';
import { hasSameShape, letterbox, pictureTarget, QUALITIES } from '../../../src/media/quality.ts';

describe('pictureTarget', () => {
  it('gives a 16:9 source the size and bitrate of its quality', () => {
    expect(pictureTarget('720p', 1920, 1080)).toEqual(QUALITIES['720p']);
  });

  it('turns the box for a portrait source', () => {
    expect(pictureTarget('360p', 1080, 1920)).toMatchObject({ width: 360, height: 640, bitrate: 800_000 });
  });

  it('keeps the shape of a 4:3 source and spends fewer bits on its fewer pixels', () => {
    expect(pictureTarget('720p', 1600, 1200)).toMatchObject({ width: 960, height: 720, bitrate: 1_950_000 });
  });

  it('never enlarges a small source', () => {
    expect(pictureTarget('1080p', 320, 240)).toMatchObject({ width: 320, height: 240, bitrate: 2_250_000 });
  });

  it('gives even sides to any source', () => {
    for (let width = 1; width < 3000; width += 37) {
      const target = pictureTarget('540p', width, 501);
      expect([target.width % 2, target.height % 2, target.width > 0]).toEqual([0, 0, true]);
    }
  });
});

describe('letterbox', () => {
  it('puts bars beside a portrait picture in a landscape canvas', () => {
    expect(letterbox(360, 640, { width: 640, height: 360 })).toEqual({
      x: 218,
      y: 0,
      width: 203,
      height: 360,
    });
  });

  it('fills the canvas with a picture of the same shape', () => {
    expect(letterbox(1920, 1080, { width: 640, height: 360 })).toEqual({
      x: 0,
      y: 0,
      width: 640,
      height: 360,
    });
  });
});

describe('hasSameShape', () => {
  it('takes a rounded size for the same shape, and a turned one for another', () => {
    expect(hasSameShape({ width: 1366, height: 768 }, { width: 640, height: 360 })).toBe(true);
    expect(hasSameShape({ width: 640, height: 480 }, { width: 640, height: 360 })).toBe(false);
    expect(hasSameShape({ width: 360, height: 640 }, { width: 640, height: 360 })).toBe(false);
  });
});
