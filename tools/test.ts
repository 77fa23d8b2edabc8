// `npm test`: the fast checks, then the real browsers. Installs Debian's browsers where it may, else says what to install.

import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { passBrowserTests } from './browser-tests.ts';

/** Debian package and the programs by any of which one sees that it is there. */
const NEEDED: readonly (readonly [packageName: string, ...programs: string[]])[] = [
  ['chromium', 'chromium'],
  ['firefox-esr', 'firefox-esr'],
  ['ffmpeg', 'ffprobe'],
  // Valkey does as well, where there is one.
  ['redis-server', 'valkey-server', 'redis-server'],
  ['coturn', 'turnserver'],
];
/** Debian asks this program whether a package may start its service; 101 says no. The tests start what they need themselves. */
const POLICY_PATH = '/usr/sbin/policy-rc.d';
const POLICY = '#!/bin/sh\nexit 101\n';

function run(command: string): boolean {
  return spawnSync(command, { shell: true, stdio: 'inherit' }).status === 0;
}

function isThere(program: string): boolean {
  return spawnSync('which', [program]).status === 0;
}

/** Installs what is missing; false when that isn't possible here. */
function provide(): boolean {
  const missing = NEEDED.filter(([, ...programs]) => !programs.some(isThere)).map(
    ([packageName]) => packageName,
  );
  if (missing.length === 0) return true;
  const isRoot = process.getuid?.() === 0;
  const install = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq ${missing.join(' ')}`;
  if (isRoot && isThere('apt-get') && withoutServices(() => run(`${install} > /dev/null`))) return true;
  console.error(
    `The browser tests need: ${missing.join(', ')} (on Debian: sudo apt-get install ${missing.join(' ')})`,
  );
  return false;
}

/** Does something while no package may start a service. A machine that has a policy of its own keeps it. */
function withoutServices(install: () => boolean): boolean {
  if (existsSync(POLICY_PATH)) return install();
  writeFileSync(POLICY_PATH, POLICY, { mode: 0o755 });
  try {
    return install();
  } finally {
    rmSync(POLICY_PATH);
  }
}

const steps = [() => run('npx tsx tools/check.ts'), () => provide() && passBrowserTests()];
const passed = steps.filter((step) => step()).length;
console.log(`${passed} passed, ${steps.length - passed} failed`);
process.exitCode = passed === steps.length ? 0 : 1;
