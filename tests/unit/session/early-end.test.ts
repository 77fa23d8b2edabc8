// A broadcast that fails: what it had captured by then is in the recording.

import { expect, it } from 'vitest';
import type { Packet } from '../../../src/feed/packet.ts';
import type { Signer } from '../../../src/ports.ts';
import { Town } from '../../fakes/town.ts';
import { makeSigner } from '../feed/samples.ts';

it('records every packet that was signed, however slow the signing, and only then is over', async () => {
  const town = new Town();
  const genuine = makeSigner();
  const signed: string[] = [];
  const slow: Signer = {
    ...genuine,
    sign: async (label, bytes) => {
      if (label === 'packet') signed.push(String(bytes));
      await new Promise<void>((resolve) => town.clock.after(300, resolve));
      return genuine.sign(label, bytes);
    },
  };
  const recorded: Packet[] = [];
  let recordedAtFinish: number | undefined;
  const { session } = town.broadcast(slow, 1, 100, false, {
    openRecorder: () => ({
      append: (packet) => recorded.push(packet),
      recordedSeq: -1,
      finish: () => {
        recordedAtFinish = recorded.length;
        return Promise.resolve();
      },
    }),
  });
  await town.clock.pass(2000);
  town.programme.events!.failed(new Error('the encoder is gone'));
  expect(session.state).toBe('stopping');
  await town.clock.pass(2000);
  expect(session.state).toBe('failed');
  expect(recordedAtFinish).toBe(signed.length);
  expect(recorded.map(({ header }) => header.seq)).toEqual(signed.map((_, seq) => seq));
});
