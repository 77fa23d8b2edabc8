// Four sets of tests: pure rules, the simulator, the server and tools in Node, and real browsers.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'sim', include: ['tests/sim/**/*.test.ts'], testTimeout: 300_000 } },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // A message that is cut off says nothing to who can't run it again.
          chaiConfig: { truncateThreshold: 400 },
        },
      },
    ],
  },
});
