// The broadcaster signs which ids are doors of its broadcast, so that a signaling server keeps them from everybody else.

import { base64 } from '../base/bytes.ts';
import { doorStatement, encodeDoorCertificate } from '../overlay/door-certificate.ts';
import { doorId } from '../overlay/door-ids.ts';
import { DOOR_CERTIFICATE_S } from '../overlay/timing.ts';
import type { Clock, Signer } from '../ports.ts';
import type { CertifyDoors } from './registrations.ts';

/** Makes certificates that are good from now on for DOOR_CERTIFICATE_S. */
export function doorCertifier(parts: { signer: Signer; clock: Pick<Clock, 'wallUs'> }): CertifyDoors {
  const { signer, clock } = parts;
  return async (numbers) => {
    const expiryS = Math.floor(clock.wallUs() / 1_000_000) + DOOR_CERTIFICATE_S;
    const certify = async (number: number): Promise<[number, string]> => {
      const statement = doorStatement(doorId(signer.broadcastId, number), expiryS);
      const signature = await signer.sign('door', statement);
      return [number, base64(encodeDoorCertificate({ expiryS, signature }))];
    };
    return new Map(await Promise.all(numbers.map(certify)));
  };
}
