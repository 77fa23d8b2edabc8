// A small sample of `npm run bench -- record`: a recording made at once is exported whole. What it costs is printed.

import { expect, it } from 'vitest';
import { measureExport } from '../bench/record.ts';
import { openStage } from '../bench/stage.ts';

const MEGABYTES = 40;

it('a recording of 40 MB is exported whole, and its memory is measured', async () => {
  const stage = await openStage(['record'], { hasApp: false });
  try {
    const cost = await measureExport(stage, MEGABYTES);
    console.log(JSON.stringify(cost));
    // The pictures alone; the rest of the file is a table of them.
    expect(cost.bytes).toBeGreaterThan(MEGABYTES * 1e6 - 1e6);
    expect(cost.bytes).toBeLessThan(MEGABYTES * 1.05e6);
    expect(cost.idleMb).toBeGreaterThan(20);
  } finally {
    await stage.close();
  }
});
