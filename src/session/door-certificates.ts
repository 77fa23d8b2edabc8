// What a broadcaster's node needs to send a crowd to doors. It signs which ids are doors of its broadcast, so that a signaling server
// keeps them from everybody else.

import { base64 } from '../base/bytes.ts';
import { CROWD_KEEPER } from '../overlay/crowd.ts';
import { doorStatement, encodeDoorCertificate } from '../overlay/door-certificate.ts';
import { doorId } from '../overlay/door-ids.ts';
import { DOOR_CERTIFICATE_S } from '../overlay/timing.ts';
import type { Clock, Signer } from '../ports.ts';
import type { NodeParts } from './node-parts.ts';

/** Orders doors, and makes certificates that are good from then on for DOOR_CERTIFICATE_S. */
export function doorkeeping(parts: {
  signer: Signer;
  clock: Pick<Clock, 'wallUs'>;
}): Required<Pick<NodeParts, 'certifyDoors' | 'crowdKeeper'>> {
  const { signer, clock } = parts;
  const certify = async (number: number, expiryS: number): Promise<[number, string]> => {
    const statement = doorStatement(doorId(signer.broadcastId, number), expiryS);
    const signature = await signer.sign('door', statement);
    return [number, base64(encodeDoorCertificate({ expiryS, signature }))];
  };
  return {
    crowdKeeper: CROWD_KEEPER,
    async certifyDoors(numbers) {
      const expiryS = Math.floor(clock.wallUs() / 1_000_000) + DOOR_CERTIFICATE_S;
      return new Map(await Promise.all(numbers.map((number) => certify(number, expiryS))));
    },
  };
}
