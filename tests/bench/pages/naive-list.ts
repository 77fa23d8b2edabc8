// Put into the studio's page: the other side of `flood`. A list over the picture to which every comment is appended as it comes, and which
// is scrolled to its end: what a page does that thinks of no flood. The comments are made here, so that no network costs it anything.
// Also counts, for both sides, the repaints and the room's messages that arrive on data channels.

import { RISE_TYPE } from '../../../src/room/rise-type.ts';

const TICK_MS = 20;

/** What one stretch was like. */
export interface Stretch {
  /** Repaints a second. */
  repaints: number;
  /** The longest time between two, ms. */
  longestMs: number;
  /** Comments appended to the list a second. */
  appended: number;
  /** Messages of the room that arrived, a second. */
  rises: number;
}

interface NaiveList {
  /** Measures for so long, ms, while so many comments a second are appended. */
  measure(ms: number, perSecond: number): Promise<Stretch>;
}

declare global {
  interface Window {
    benchNaive: NaiveList;
  }
}

let rises = 0;
const handler = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'onmessage')!;
Object.defineProperty(RTCDataChannel.prototype, 'onmessage', {
  ...handler,
  set(this: RTCDataChannel, handle: ((event: MessageEvent<unknown>) => void) | null) {
    handler.set!.call(
      this,
      handle &&
        ((event: MessageEvent<unknown>) => {
          if (event.data instanceof ArrayBuffer && new Uint8Array(event.data)[0] === RISE_TYPE) rises++;
          handle(event);
        }),
    );
  },
});

function openList(): HTMLOListElement {
  const list = document.createElement('ol');
  list.style.cssText =
    'position:fixed;inset:auto auto 0 0;width:20rem;height:60vh;overflow:auto;margin:0;z-index:9;color:#fff;background:#0008';
  document.body.append(list);
  return list;
}

function append(list: HTMLOListElement, number: number): void {
  const row = document.createElement('li');
  const name = document.createElement('b');
  name.textContent = `Viewer ${number % 997}`;
  row.append(name, ` Nobody wants to see this, number ${number}`);
  list.append(row);
  list.scrollTop = list.scrollHeight;
}

/** Appends what is due by the clock, as messages that wait in a queue would be, until the stretch is over. */
function flood(list: HTMLOListElement, startMs: number, endMs: number, perSecond: number): () => number {
  let appended = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - startMs) * perSecond) / 1000;
    while (appended < due && performance.now() < endMs) append(list, ++appended);
    if (performance.now() >= endMs) clearInterval(timer);
  }, TICK_MS);
  return () => appended;
}

window.benchNaive = {
  async measure(ms, perSecond) {
    const list = perSecond > 0 ? openList() : undefined;
    const startMs = performance.now();
    const risesBefore = rises;
    const appended = list ? flood(list, startMs, startMs + ms, perSecond) : () => 0;
    let [repaints, longestMs, lastMs] = [0, 0, startMs];
    while (performance.now() < startMs + ms) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      [repaints, lastMs] = [repaints + 1, nowMs];
    }
    const seconds = (performance.now() - startMs) / 1000;
    list?.remove();
    return {
      repaints: repaints / seconds,
      longestMs,
      appended: appended() / seconds,
      rises: (rises - risesBefore) / seconds,
    };
  },
};
