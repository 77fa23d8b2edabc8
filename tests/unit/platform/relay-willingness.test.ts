// Who pays for data, isn't looking, or runs on the last of a battery passes nothing on, from the first moment (TESTS.md A19).
import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchRelayWillingness, type RelayRefusal } from '../../../src/platform/relay-willingness.ts';

const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';
const IPAD =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15';

class Connection extends EventTarget {
  saveData = false;
  type = 'wifi';
}

class Battery extends EventTarget {
  charging = false;
  level = 1;
}

/** A device whose browser tells everything, and what the page heard of it. */
function startDevice(about: { userAgent?: string; maxTouchPoints?: number } = {}) {
  const [connection, battery] = [new Connection(), new Battery()];
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const getBattery = () => Promise.resolve(battery);
  vi.stubGlobal('document', page);
  vi.stubGlobal('navigator', { userAgent: DESKTOP, maxTouchPoints: 0, connection, getBattery, ...about });
  const heard: (RelayRefusal | undefined)[] = [];
  const watch = () => watchRelayWillingness((refusal) => heard.push(refusal));
  return { connection, battery, page, heard, watch };
}

afterEach(() => vi.unstubAllGlobals());

describe('a device', () => {
  it('helps when nothing speaks against it', () => {
    const { heard, watch } = startDevice();
    watch();
    expect(heard).toEqual([undefined]);
  });

  it.each<[RelayRefusal, (device: ReturnType<typeof startDevice>) => void]>([
    ['data-saver', ({ connection }) => (connection.saveData = true)],
    ['cellular', ({ connection }) => (connection.type = 'cellular')],
    ['hidden', ({ page }) => (page.visibilityState = 'hidden')],
  ])('is a leaf from the first moment: %s', (refusal, set) => {
    const device = startDevice();
    set(device);
    device.watch();
    expect(device.heard).toEqual([refusal]);
  });

  it.each([
    [
      'an iPhone',
      { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15' },
    ],
    ['an iPad that says that it is a Mac', { userAgent: IPAD, maxTouchPoints: 5 }],
  ])('is a leaf: %s', (_what, about) => {
    const { heard, watch } = startDevice(about);
    watch();
    expect(heard).toEqual(['ios']);
  });

  it('and a Mac helps', () => {
    const { heard, watch } = startDevice({ userAgent: IPAD });
    watch();
    expect(heard).toEqual([undefined]);
  });

  it('becomes a leaf and helps again when that changes, and is told of each change once', async () => {
    const { connection, battery, page, heard, watch } = startDevice();
    const stop = watch();
    await vi.waitFor(() => {
      battery.level = 0.19;
      battery.dispatchEvent(new Event('levelchange'));
      expect(heard).toEqual([undefined, 'battery-low']);
    });
    battery.charging = true;
    battery.dispatchEvent(new Event('chargingchange'));
    connection.type = 'cellular';
    connection.dispatchEvent(new Event('change'));
    connection.dispatchEvent(new Event('change'));
    page.visibilityState = 'hidden';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(heard.slice(2)).toEqual([undefined, 'cellular', 'hidden']);
    stop();
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(heard).toHaveLength(5);
  });

  it('counts as fine where the browser tells nothing', () => {
    const { heard, watch } = startDevice({ connection: undefined, getBattery: undefined } as object);
    watch();
    expect(heard).toEqual([undefined]);
  });
});
