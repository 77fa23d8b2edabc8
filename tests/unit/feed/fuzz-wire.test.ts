import { expect, it } from 'vitest';
import { fuzzWire } from '../../proof/fuzz-wire.ts';

it('hostile bytes give a value or a code in every decoder of the wire', async () => {
  expect(await fuzzWire.run(5000, () => undefined)).toMatchObject({ passed: true });
});
