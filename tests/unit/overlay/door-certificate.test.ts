// A door's certificate, byte for byte, against one that other code has made.
import { describe, expect, it } from 'vitest';
import { base64, base64Bytes, hex, hexBytes } from '../../../src/base/bytes.ts';
import { nodeVerifier } from '../../../src/identity/node-verifier.ts';
import { decodeControl, encodeControl } from '../../../src/overlay/control-codec.ts';
import {
  decodeDoorCertificate,
  DOOR_CERTIFICATE_BYTES,
  doorStatement,
  encodeDoorCertificate,
} from '../../../src/overlay/door-certificate.ts';
import { doorId } from '../../../src/overlay/door-ids.ts';
import type { Doors } from '../../../src/overlay/message.ts';
import vectors from '../../vectors/doors-1.json' with { type: 'json' };

const { broadcastId, publicKey, number, expiryS, statement, certificate, order } = vectors;

describe('a door’s certificate', () => {
  it('is signed over the door’s id and the time until which it holds', async () => {
    const signed = doorStatement(doorId(broadcastId, number), expiryS);
    expect(hex(signed)).toBe(statement);
    const read = decodeDoorCertificate(base64Bytes(certificate)!)!;
    expect(read.expiryS).toBe(expiryS);
    const key = base64Bytes(publicKey)!;
    expect(await nodeVerifier.broadcastIdOf(key)).toBe(broadcastId);
    expect(await nodeVerifier.verify('door', key, signed, read.signature)).toBe(true);
    expect(base64(encodeDoorCertificate(read))).toBe(certificate);
  });

  it('travels in the order to open the door', () => {
    const message: Doors = { type: 'doors', numbers: [number], certificates: [certificate] };
    expect(decodeControl(hexBytes(order))).toEqual({ ok: true, value: message });
    expect(hex(encodeControl(message))).toBe(order);
  });

  it('has one length', () => {
    for (const length of [0, 4, DOOR_CERTIFICATE_BYTES - 1, DOOR_CERTIFICATE_BYTES + 1])
      expect(decodeDoorCertificate(new Uint8Array(length))).toBeUndefined();
  });
});
