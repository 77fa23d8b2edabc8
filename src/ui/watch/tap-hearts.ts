// Two taps on the picture are a heart, which opens where it was tapped. One tap means nothing here.

const PAUSE_MS_MAX = 320;
const APART_PX_MAX = 40;
const SHOWN_MS = 900;
const SIZE_PX = 84;
const SVG = 'http://www.w3.org/2000/svg';
const HEART = 'M12 20C3 14 4 5.5 8.5 5.5c2 0 3.5 1.7 3.500 3 0-1.300 1.500-3 3.500-3C20 5.500 21 14 12 20z';

/** Recognises two taps, of a finger, a pen or a mouse. */
export class DoubleTap {
  #last: { atMs: number; x: number; y: number } | undefined;

  /** A tap has ended; whether it was the second of two. */
  tap({ timeStamp, clientX, clientY }: Pick<PointerEvent, 'timeStamp' | 'clientX' | 'clientY'>): boolean {
    const last = this.#last;
    const isSecond =
      last !== undefined &&
      timeStamp - last.atMs <= PAUSE_MS_MAX &&
      Math.hypot(clientX - last.x, clientY - last.y) <= APART_PX_MAX;
    // A third tap begins anew, so that two hearts take four.
    this.#last = isSecond ? undefined : { atMs: timeStamp, x: clientX, y: clientY };
    return isSecond;
  }
}

/** Shows a heart in `stage` around a point of the window; where motion isn't wanted it only fades. */
export function showHeart(stage: HTMLElement, clientX: number, clientY: number): void {
  const { left, top } = stage.getBoundingClientRect();
  const heart = document.createElementNS(SVG, 'svg');
  heart.setAttribute('viewBox', '0 0 24 24');
  heart.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', HEART);
  shape.setAttribute('fill', '#ff6b6b');
  heart.append(shape);
  Object.assign(heart.style, {
    position: 'absolute',
    left: `${clientX - left - SIZE_PX / 2}px`,
    top: `${clientY - top - SIZE_PX / 2}px`,
    width: `${SIZE_PX}px`,
    height: `${SIZE_PX}px`,
    pointerEvents: 'none',
  });
  stage.append(heart);
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const steps = isStill
    ? [{ opacity: 0.9 }, { opacity: 0 }]
    : [
        { opacity: 0, scale: 0.3, offset: 0 },
        { opacity: 0.95, scale: 1.15, offset: 0.2 },
        { opacity: 0.95, scale: 1, offset: 0.4 },
        { opacity: 0, scale: 1, translate: '0 -2rem', offset: 1 },
      ];
  const showing = heart.animate(steps, { duration: SHOWN_MS, easing: 'ease-out' });
  const remove = (): void => heart.remove();
  showing.finished.then(remove, remove);
}
