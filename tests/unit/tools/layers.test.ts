// The layer rules must be able to fail: each of them is broken once on purpose, in a house of planted modules.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const HOME = resolve(import.meta.dirname, '../../..');
const rules = createRequire(import.meta.url)(join(HOME, '.dependency-cruiser.cjs')) as {
  forbidden: { name: string }[];
};

/** Modules that keep every rule, by path, with the modules that each imports. */
const SOUND: Readonly<Record<string, readonly string[]>> = {
  'base/limits.ts': [],
  'ports.ts': ['./base/limits.ts'],
  'feed/gate.ts': ['../base/limits.ts', '../ports.ts'],
  'overlay/rules.ts': ['../feed/gate.ts'],
  'playout/buffer.ts': ['../base/limits.ts'],
  'room/rules.ts': ['../base/limits.ts'],
  'media/camera.ts': ['../ports.ts', '../playout/buffer.ts'],
  'edge/edges.ts': ['simple-peer', '../ports.ts'],
  'rendezvous/rendezvous.ts': ['peerjs', '../ports.ts'],
  'store/store.ts': ['idb-keyval', '../ports.ts'],
  'record/recordings.ts': ['mediabunny', '../ports.ts', '../session/session-api.ts'],
  'platform/clock.ts': ['../ports.ts'],
  'session/session-api.ts': ['../ports.ts'],
  'session/watch.ts': ['./session-api.ts', '../feed/gate.ts', '../overlay/rules.ts'],
  'ui/page.ts': ['lit', '../session/session-api.ts'],
  'server/server.ts': ['ws', '../base/limits.ts'],
  'headless/figures.ts': ['../session/session-api.ts', '../server/server.ts'],
  'relay.ts': ['./edge/edges.ts', './session/watch.ts'],
  'headless/main.ts': ['../relay.ts', './figures.ts'],
  'app.ts': ['./session/watch.ts', './edge/edges.ts', './ui/page.ts'],
  'main.ts': ['./app.ts'],
};

/** One more import for each rule that forbids it. */
const PLANTED: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'no-cycles': ['session/session-api.ts', './watch.ts'],
  'no-unresolved': ['session/watch.ts', './nowhere.ts'],
  'pure-imports-only-pure': ['playout/buffer.ts', 'lit'],
  'base-imports-nothing': ['base/limits.ts', '../room/rules.ts'],
  'feed-and-overlay-know-no-media': ['overlay/rules.ts', '../playout/buffer.ts'],
  'adapters-do-not-import-each-other': ['platform/clock.ts', '../media/camera.ts'],
  'adapters-know-only-ports-and-rules': ['media/camera.ts', '../session/watch.ts'],
  'session-knows-only-ports-and-rules': ['session/watch.ts', '../platform/clock.ts'],
  'ui-knows-no-adapter': ['ui/page.ts', '../platform/clock.ts'],
  'server-knows-no-browser-adapter': ['server/server.ts', '../edge/edges.ts'],
  'headless-knows-no-adapter': ['headless/figures.ts', '../edge/edges.ts'],
  'only-compositions-compose': ['session/watch.ts', '../app.ts'],
  'only-edge-knows-simple-peer': ['media/camera.ts', 'simple-peer'],
  'only-edge-knows-node-datachannel': ['media/camera.ts', 'node-datachannel'],
  'only-rendezvous-knows-peerjs': ['media/camera.ts', 'peerjs'],
  'only-store-knows-idb-keyval': ['media/camera.ts', 'idb-keyval'],
  'only-record-knows-mediabunny': ['media/camera.ts', 'mediabunny'],
};

let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'layers-'));
  mkdirSync(join(house, 'src'));
  symlinkSync(join(HOME, 'node_modules'), join(house, 'node_modules'));
  symlinkSync(join(HOME, 'tsconfig.json'), join(house, 'tsconfig.json'));
});

afterEach(() => {
  rmSync(house, { recursive: true });
});

function build(modules: Readonly<Record<string, readonly string[]>>): void {
  for (const [path, imports] of Object.entries(modules)) {
    const file = join(house, 'src', path);
    mkdirSync(dirname(file), { recursive: true });
    // Type imports count too: a rule that only saw values would be easy to walk around.
    const lines = imports.map(
      (name, i) => `import ${i % 2 ? 'type ' : ''}* as m${i} from '${name}';\nexport { m${i} };`,
    );
    writeFileSync(file, `${lines.join('\n')}\nexport const here = true;\n`);
  }
}

function checkLayers(): { status: number | null; broken: string[]; output: string } {
  const args = ['--import', 'tsx', join(HOME, 'tools/layers.ts'), house];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: HOME, encoding: 'utf8' });
  const broken = stderr.split('\n').flatMap((line) => /^([\w-]+: \S+) -> /.exec(line)?.[1] ?? []);
  return { status, broken, output: stdout + stderr };
}

// Each cruise is a process of its own, which takes seconds on a busy machine.
describe('the layer rules', { timeout: 120_000 }, () => {
  test('let a sound house pass', () => {
    build(SOUND);
    expect(checkLayers()).toMatchObject({ status: 0, broken: [] });
  });

  test('have a planted violation each', () => {
    expect(Object.keys(PLANTED).sort()).toEqual(rules.forbidden.map(({ name }) => name).sort());
  });

  test('find every planted violation where it was planted', () => {
    const modules: Record<string, readonly string[]> = { ...SOUND };
    for (const [from, to] of Object.values(PLANTED)) modules[from] = [...modules[from]!, to];
    build(modules);
    const { status, broken } = checkLayers();
    expect(status).toBe(1);
    for (const [rule, [from]] of Object.entries(PLANTED)) expect(broken).toContain(`${rule}: src/${from}`);
  });

  test('refuse a house without modules', () => {
    expect(checkLayers().status).not.toBe(0);
  });
});
