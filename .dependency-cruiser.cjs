// The house rules: who may import whom. `tools/layers.ts` runs them and checks how many modules were seen.
const PURE = '^src/(base|feed|overlay|room|playout|guide)/';
const ADAPTERS = '^src/(identity|media|edge|rendezvous|store|record|platform)/';
const COMPOSITIONS =
  '^src/(main|app|head-start|broadcast-claim|copy-claim|sealed-claim|verify-claim|room-opening|guest-opening|going-live|embed|embed-page|embed-watch|relay|(server|headless)/main)\\.ts$';

const owner = (library, folder) => ({
  name: `only-${folder}-knows-${library}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${folder}/` },
  to: { path: `node_modules/${library}/` },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\?' } },
    {
      name: 'pure-imports-only-pure',
      comment: 'Rules know no library, no platform and no adapter.',
      severity: 'error',
      from: { path: PURE },
      to: { pathNot: `${PURE}|^src/ports\\.ts$` },
    },
    {
      name: 'base-imports-nothing',
      severity: 'error',
      from: { path: '^src/base/' },
      to: { pathNot: '^src/base/' },
    },
    {
      name: 'feed-and-overlay-know-no-media',
      severity: 'error',
      from: { path: '^src/(feed|overlay)/' },
      to: { path: '^src/(playout|room|media)/' },
    },
    {
      name: 'adapters-do-not-import-each-other',
      severity: 'error',
      from: { path: '^src/(identity|media|edge|rendezvous|store|record|platform)/' },
      to: { path: '^src/(identity|media|edge|rendezvous|store|record|platform)/', pathNot: '^src/$1/' },
    },
    {
      name: 'adapters-know-only-ports-and-rules',
      comment: 'session-api.ts holds only shapes: it is to pages what ports.ts is to sessions.',
      severity: 'error',
      from: { path: ADAPTERS },
      to: {
        path: '^src/(session|ui|server|headless|main|app|embed|relay)',
        pathNot: '^src/session/session-api\\.ts$',
      },
    },
    {
      name: 'session-knows-only-ports-and-rules',
      severity: 'error',
      from: { path: '^src/session/' },
      to: { path: `${ADAPTERS}|^src/(ui|server|headless)/|node_modules` },
    },
    {
      name: 'ui-knows-no-adapter',
      severity: 'error',
      from: { path: '^src/ui/' },
      to: { path: `${ADAPTERS}|^src/(server|headless)/` },
    },
    {
      name: 'server-knows-no-browser-adapter',
      severity: 'error',
      from: { path: '^src/server/' },
      to: { path: `^src/(media|edge|rendezvous|store|record|session|ui)/` },
    },
    {
      name: 'headless-knows-no-adapter',
      comment: 'What a person asks of a headless relay and reads of it; relay.ts builds the relay.',
      severity: 'error',
      from: { path: '^src/headless/' },
      to: { path: `${ADAPTERS}|^src/ui/` },
    },
    {
      name: 'only-compositions-compose',
      severity: 'error',
      from: { path: '^src/', pathNot: `${COMPOSITIONS}` },
      to: { path: '^src/(main|app|embed|relay)\\.ts$' },
    },
    owner('simple-peer', 'edge'),
    owner('node-datachannel', 'edge'),
    owner('peerjs', 'rendezvous'),
    owner('idb-keyval', 'store'),
    owner('mediabunny', 'record'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
