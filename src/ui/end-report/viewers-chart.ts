// The line of those watching, as a plain SVG: one path for each stretch on air, with the pause between them left blank.

import { svg } from 'lit';
import type { SVGTemplateResult } from 'lit';
import type { AirStretch } from '../../session/session-api.ts';

/** Units of the drawing; it is stretched to the width that there is. */
export const CHART_WIDTH = 600;
export const CHART_HEIGHT = 160;

/** Lines and the area below them, for an `<svg>` of those units. Time runs from the first stretch's start to the last one's end. */
export function chartLines(stretches: readonly AirStretch[]): SVGTemplateResult[] {
  const fromMs = stretches[0]?.startedAtMs ?? 0;
  const toMs = Math.max(...stretches.map(endOf), fromMs + 1);
  const most = Math.max(1, ...stretches.map(({ viewersMax }) => viewersMax));
  const x = (atMs: number): string => (((atMs - fromMs) / (toMs - fromMs)) * CHART_WIDTH).toFixed(1);
  const y = (viewers: number): string => ((1 - viewers / most) * CHART_HEIGHT).toFixed(1);
  return stretches.map((stretch) => {
    const { startedAtMs, stepMs, viewers } = stretch;
    const last = viewers.at(-1) ?? 0;
    const points = viewers.map((count, i) => `${x(startedAtMs + i * stepMs)} ${y(count)}`);
    const line = `M${[...points, `${x(endOf(stretch))} ${y(last)}`].join('L')}`;
    const area = `${line}L${x(endOf(stretch))} ${CHART_HEIGHT}L${x(startedAtMs)} ${CHART_HEIGHT}Z`;
    return svg`<path class="area" d=${area}></path><path class="line" d=${line}></path>`;
  });
}

function endOf({ startedAtMs, durationMs }: AirStretch): number {
  return startedAtMs + durationMs;
}
