// Whether this device should pass a broadcast on, as far as the browser tells: whoever pays for data, runs on the last of a
// battery or isn't looking had better not. What a browser doesn't tell counts as fine.

import type { Stop } from '../ports.ts';

/** Why a device passes nothing on. */
export type RelayRefusal = 'hidden' | 'data-saver' | 'cellular' | 'ios' | 'battery-low';

/** Below this, and not charging, a battery is low. */
const BATTERY_LOW = 0.2;

interface NetworkInformation extends EventTarget {
  saveData?: boolean;
  type?: string;
}

interface BatteryManager extends EventTarget {
  charging: boolean;
  level: number;
}

type TellingNavigator = Navigator & {
  connection?: NetworkInformation;
  getBattery?: () => Promise<BatteryManager>;
};

/** Calls `changed` with the first reason that holds, or undefined for none: now, and whenever that changes. */
export function watchRelayWillingness(changed: (refusal: RelayRefusal | undefined) => void): Stop {
  const stop = new AbortController();
  const { signal } = stop;
  const { connection, getBattery } = navigator as TellingNavigator;
  let battery: BatteryManager | undefined;
  let told: RelayRefusal | 'nothing' | undefined = 'nothing';
  const tell = (): void => {
    const refusal = refusalOf(connection, battery);
    if (signal.aborted || refusal === told) return;
    told = refusal;
    changed(refusal);
  };
  document.addEventListener('visibilitychange', tell, { signal });
  connection?.addEventListener('change', tell, { signal });
  const watchBattery = async (): Promise<void> => {
    battery = await getBattery?.call(navigator);
    battery?.addEventListener('levelchange', tell, { signal });
    battery?.addEventListener('chargingchange', tell, { signal });
    tell();
  };
  // A page that may not know counts as one with a full battery.
  watchBattery().catch(() => undefined);
  tell();
  return () => stop.abort();
}

function refusalOf(
  connection: NetworkInformation | undefined,
  battery: BatteryManager | undefined,
): RelayRefusal | undefined {
  if (document.visibilityState === 'hidden') return 'hidden';
  if (connection?.saveData === true) return 'data-saver';
  if (connection?.type === 'cellular') return 'cellular';
  if (isIos()) return 'ios';
  if (battery && !battery.charging && battery.level < BATTERY_LOW) return 'battery-low';
  return undefined;
}

/** An iPad says that it is a Mac; no Mac has a touch screen. */
function isIos(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1);
}
