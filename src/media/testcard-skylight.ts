// The skylight that Lucarne is named after, drawn as a roof window with four panes. The test card shows it, and the
// card that stands in for a lost camera consists of it. Everything is relative to the given width.

/** Either kind of 2D context. */
export type Drawing = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

/** Night blue of the background, from the top to the bottom. */
const NIGHT = ['#0a0f1f', '#171f3d'] as const;
/** What shines through the panes: dusk sky, or plain white while flashing, or nearly nothing. */
const PANES = {
  sky: ['#2b3f86', '#86709f', '#f7b267'],
  flash: ['#ffffff', '#ffffff', '#ffffff'],
  dim: ['#1d2548', '#26305a', '#2c3760'],
} as const;

/** Fills the whole picture with the night. */
export function drawNight(context: Drawing, width: number, height: number): void {
  const gradient = context.createLinearGradient(0, 0, 0, height);
  gradient.addColorStop(0, NIGHT[0]);
  gradient.addColorStop(1, NIGHT[1]);
  context.fillStyle = gradient;
  context.fillRect(0, 0, width, height);
}

/** One four-sided pane of the window, whose corners run from -1 to 1 in both directions, leaning like a roof. */
function panePath(context: Drawing, left: number, top: number, right: number, bottom: number): void {
  const point = (x: number, y: number): [number, number] => [x * (0.84 + 0.16 * y), y * 0.72];
  context.beginPath();
  context.moveTo(...point(left, top));
  context.lineTo(...point(right, top));
  context.lineTo(...point(right, bottom));
  context.lineTo(...point(left, bottom));
  context.closePath();
}

/** The window, centred on (x, y), `width` wide and three quarters as high. */
export function drawSkylight(
  context: Drawing,
  x: number,
  y: number,
  width: number,
  light: keyof typeof PANES,
): void {
  const [top, middle, bottom] = PANES[light];
  context.save();
  context.translate(x, y);
  context.scale(width / 2, width / 2);
  panePath(context, -1, -1, 1, 1);
  context.fillStyle = light === 'dim' ? '#3a4570' : '#f6efe2';
  context.fill();
  const gradient = context.createLinearGradient(-0.15, -0.72, 0.15, 0.72);
  gradient.addColorStop(0, top);
  gradient.addColorStop(0.6, middle);
  gradient.addColorStop(1, bottom);
  context.fillStyle = gradient;
  for (const [left, right] of [
    [-0.9, -0.05],
    [0.05, 0.9],
  ] as const) {
    for (const [upper, lower] of [
      [-0.88, -0.06],
      [0.06, 0.88],
    ] as const) {
      panePath(context, left, upper, right, lower);
      context.fill();
    }
  }
  context.restore();
}

/** The card shown in place of a picture that was lost: the skylight, unlit, in the night. */
export function drawLostCard(context: Drawing, width: number, height: number): void {
  drawNight(context, width, height);
  drawSkylight(context, width / 2, height / 2, Math.min(width, height) * 0.32, 'dim');
}

/** The card shown while the broadcaster hides the picture: the skylight, lit. */
export function drawBreakCard(context: Drawing, width: number, height: number): void {
  drawNight(context, width, height);
  drawSkylight(context, width / 2, height / 2, Math.min(width, height) * 0.42, 'sky');
}
