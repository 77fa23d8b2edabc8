// Where the focus is, and whether a person can see it there. Looks through shadow roots, as a keyboard does.

import type { Locator, Page } from 'playwright-core';

/** What has the focus. */
export interface FocusStop {
  /** Its name, as far as a test needs it. */
  name: string;
  /** What is wrong with it for eyes; '' when nothing is. */
  trouble: string;
}

/** More stops than any page has. */
const STOPS_MAX = 200;

/** What has the focus now; undefined when nothing has, or only the page. */
export function focusStop(page: Page): Promise<FocusStop | undefined> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body || element.tabIndex < 0)
      return undefined;
    const labels = 'labels' in element ? [...((element.labels ?? []) as Iterable<HTMLElement>)] : [];
    const words =
      element.ariaLabel ?? (labels.map((label) => label.innerText).join(' ') || element.innerText);
    const name = words.trim().replaceAll(/\s+/g, ' ') || element.localName;
    return { name, trouble: troubleOf(element) };

    function troubleOf(one: HTMLElement): string {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      if (!isMarked && boxShadow === 'none') return 'no mark of the focus';
      const box = one.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) return 'no size';
      const left = Math.max(0, box.left);
      const right = Math.min(innerWidth, box.right);
      const top = Math.max(0, box.top);
      const bottom = Math.min(innerHeight, box.bottom);
      if (right <= left || bottom <= top) return 'out of sight';
      const seen = [0.5, 0.1, 0.9].some((part) =>
        isUnder(one, left + (right - left) * part, top + (bottom - top) * part),
      );
      return seen ? '' : 'covered, or cut off';
    }

    /** Whether what is seen at this place belongs to `one`. */
    function isUnder(one: Element, x: number, y: number): boolean {
      let top = document.elementFromPoint(x, y);
      for (;;) {
        const inner: Element | null = top?.shadowRoot?.elementFromPoint(x, y) ?? null;
        if (!inner || inner === top) break;
        top = inner;
      }
      for (let node: Node | null = top; node;) {
        if (node === one) return true;
        const slot: Node | null = node instanceof Element ? node.assignedSlot : null;
        node = slot ?? (node instanceof ShadowRoot ? node.host : node.parentNode);
      }
      return false;
    }
  });
}

/** Presses Tab (or Shift+Tab) until `target` has the focus; throws where it never does, or where the focus can't be seen on the way. */
export async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < STOPS_MAX; i++) {
    await page.keyboard.press(key);
    const stop = await focusStop(page);
    if (stop?.trouble) throw new Error(`${stop.name}: ${stop.trouble}`);
    passed.push(stop?.name ?? '–');
    if (await hasFocus(target)) return;
  }
  throw new Error(`Never came to ${String(target)}, only to ${[...new Set(passed)].join(', ')}`);
}

/** Whether `target` is there and has the focus. */
export async function hasFocus(target: Locator): Promise<boolean> {
  if ((await target.count()) === 0) return false;
  return target
    .first()
    .evaluate((element) => (element.getRootNode() as ShadowRoot).activeElement === element);
}

/** All stops of one round through the page, by Tab or Shift+Tab; the round ends where it leaves the page. */
export async function tabRound(page: Page, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<FocusStop[]> {
  const stops: FocusStop[] = [];
  for (let i = 0; i < STOPS_MAX; i++) {
    await page.keyboard.press(key);
    const stop = await focusStop(page);
    if (!stop) return stops;
    stops.push(stop);
  }
  throw new Error(
    `The focus never leaves the page: ${stops
      .slice(-6)
      .map(({ name }) => name)
      .join(', ')}`,
  );
}
