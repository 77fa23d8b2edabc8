import { describe, expect, test } from 'vitest';
import { openClock } from '../../../src/platform/clock.ts';
import { EDGE_CONTRACT, openPair } from '../../contract/edge-contract.ts';
import { loopbackEdges } from '../../fakes/loopback-edges.ts';

describe('an edge in memory', () => {
  test.for(Object.entries(EDGE_CONTRACT))('%s', async ([, holds]) => {
    const maker = loopbackEdges(openClock());
    await holds({ left: maker, right: maker });
  });

  test('says nothing more once it is silenced, not even that it closes', async () => {
    const maker = loopbackEdges(openClock());
    const { near, far, nearLog, farLog } = await openPair({ left: maker, right: maker });
    maker.silence(near);
    near.sendControl(Uint8Array.of(1));
    near.close();
    far.sendControl(Uint8Array.of(2));
    await nearLog.happened('closed');
    far.close();
    await farLog.happened('closed');
    expect(farLog.log.map(({ what }) => what)).toEqual(['signal', 'opened', 'closed']);
  });
});
