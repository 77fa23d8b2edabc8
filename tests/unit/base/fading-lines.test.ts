import { describe, expect, it } from 'vitest';
import { FadingLines, type Pen } from '../../../src/base/fading-lines.ts';

/** A pen that writes down where it goes, and how strong. */
class NotingPen implements Pen {
  globalAlpha = 1;
  lineCap: CanvasLineCap = 'butt';
  lineJoin: CanvasLineJoin = 'miter';
  lineWidth = 1;
  strokeStyle: unknown = '';
  path: string[] = [];
  strokes: { path: string; alpha: number }[] = [];
  beginPath(): void {
    this.path = [];
  }
  moveTo(x: number, y: number): void {
    this.path.push(`M${x},${y}`);
  }
  lineTo(x: number, y: number): void {
    this.path.push(`L${x},${y}`);
  }
  stroke(): void {
    this.strokes.push({ path: this.path.join(' '), alpha: this.globalAlpha });
  }
}

function painted(lines: FadingLines, nowMs: number): NotingPen['strokes'] {
  const pen = new NotingPen();
  lines.paint(pen, 200, 100, nowMs);
  return pen.strokes;
}

describe('FadingLines', () => {
  it('draws each line where it was drawn, a rim under it, and a dot for a single mark', () => {
    const lines = new FadingLines();
    lines.add({ x: 0.1, y: 0.2, isFirst: true }, 0);
    lines.add({ x: 0.5, y: 1, isFirst: false }, 10);
    lines.add({ x: 0, y: 0, isFirst: true }, 20);
    const [rim, line, ...dot] = painted(lines, 30);
    expect(rim).toEqual(line);
    expect(line).toEqual({ path: 'M20,20 L20,20 L100,100', alpha: 1 });
    expect(dot.map(({ path }) => path)).toEqual(['M0,0 L0,0', 'M0,0 L0,0']);
  });

  it('lets a line fade as one when the hand has left it, and then forgets it', () => {
    const lines = new FadingLines();
    lines.add({ x: 0, y: 0, isFirst: true }, 0);
    lines.add({ x: 1, y: 1, isFirst: false }, 3000);
    expect(painted(lines, 6900)[0]!.alpha).toBe(1);
    expect(painted(lines, 7500)[0]!.alpha).toBeCloseTo(0.5);
    expect(lines.isVisible(7999)).toBe(true);
    expect(lines.isVisible(8000)).toBe(false);
    expect(painted(lines, 8000)).toEqual([]);
  });

  it('leaves out marks that lie nowhere in the picture, or belong to no line', () => {
    const lines = new FadingLines();
    lines.add({ x: 0.5, y: 0.5, isFirst: false }, 0);
    for (const bad of [-0.01, 1.01, Number.NaN, Infinity]) {
      lines.add({ x: bad, y: 0, isFirst: true }, 0);
      lines.add({ x: 0, y: bad, isFirst: true }, 0);
    }
    expect(lines.isVisible(0)).toBe(false);
  });

  it('stays bounded, and takes new marks again when the old ones have faded', () => {
    const lines = new FadingLines();
    lines.add({ x: 0, y: 0, isFirst: true }, 0);
    for (let i = 0; i < 10_000; i++) lines.add({ x: 1, y: 1, isFirst: false }, 0);
    expect(painted(lines, 0)[0]!.path.length).toBeLessThan(50_000);
    lines.add({ x: 0, y: 0, isFirst: true }, 6000);
    expect(painted(lines, 6000)).toHaveLength(2);
  });
});
