// Every check of a signature, a digest or a key in the sources, and how the mutant looks that believes everything (TESTS.md A21). A unit
// test holds the list complete: a new call of `verify` has to have its mutant here.

import type { Mutant } from './mutant.ts';

const GATE = 'src/feed/integrity-gate.ts';
const CARRIER = 'src/session/room-carrier.ts';
const SIGNALING = 'src/server/signaling.ts';
const PROOF_READER = 'src/record/proof-reader.ts';

/** All of them. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a head signed by anybody',
    file: GATE,
    check: 'if (!isGenuine) {',
    spoiled: 'if (!isGenuine && Math.random() > 1) {',
    killers: ['tests/unit/feed/integrity-gate.test.ts'],
  },
  {
    name: 'a fragment of other bytes',
    file: GATE,
    check: 'if (!equalBytes(digest.subarray(0, DIGEST_BYTES), header.digests[index] ?? NO_BYTES)) {',
    spoiled: 'if (digest.length === 0) {',
    killers: ['tests/unit/feed/integrity-gate.test.ts'],
  },
  {
    name: 'a fragment of another length or place',
    file: GATE,
    check: 'if (!isFitting) {',
    spoiled: 'if (!isFitting && Math.random() > 1) {',
    killers: ['tests/unit/feed/integrity-gate.test.ts'],
  },
  {
    name: 'any key as the broadcast’s',
    file: 'src/session/proven-key.ts',
    check: '(await verifier.broadcastIdOf(key)) === broadcastId',
    spoiled: '(await verifier.broadcastIdOf(key)) !== ""',
    killers: ['tests/unit/session/other-key.test.ts'],
  },
  {
    name: 'a comment that its key never signed',
    file: CARRIER,
    check: "(await verifier.verify('comment', publicKey, saidSigned(broadcastId, body), signature)) &&",
    spoiled: '',
    killers: ['tests/unit/session/room.test.ts'],
  },
  {
    name: 'a ticket that the broadcaster never signed, at a hop',
    file: CARRIER,
    check: "(await verifier.verify('ticket', edges.publicKey, signed, ticket.signature))",
    spoiled: 'signed.length > 0',
    killers: ['tests/unit/session/admission.test.ts'],
  },
  {
    name: 'a ticket for a key that doesn’t ask for it',
    file: 'src/session/ticket-office.ts',
    check: "if (!(await verifier.verify('ticket', publicKey, ticketAsked(signer.broadcastId), proof)))",
    spoiled: 'if (publicKey.length === 0 || verifier === undefined)',
    killers: ['tests/unit/session/admission.test.ts'],
  },
  {
    name: 'a ticket that the broadcaster never signed, where it was asked for',
    file: 'src/session/ticket-request.ts',
    check: "const isGenuine = await verifier.verify('ticket', rootKey, signed, ticket.signature);",
    spoiled: 'const isGenuine = signed.length > 0;',
    killers: ['tests/unit/session/ticket-request.test.ts'],
  },
  {
    name: 'an invitation that the broadcaster never signed',
    file: 'src/session/moderator-room.ts',
    check: "const isGenuine = await verifier.verify('delegate', rootKey, statement, invitation.delegation);",
    spoiled: 'const isGenuine = statement.length > 0;',
    killers: ['tests/unit/session/moderators.test.ts'],
  },
  {
    name: 'a second holder of the key whom nobody proved',
    file: 'src/session/twin-watch.ts',
    check:
      "const isGenuine = await verifier.verify('twin', signer.publicKey, twinSigned(own, other), signature);",
    spoiled: 'const isGenuine = verifier !== undefined && signature.length + signer.publicKey.length > 0;',
    killers: ['tests/unit/session/twin.test.ts'],
  },
  {
    name: 'a moderator’s request that its key never signed',
    file: 'src/session/act-carrier.ts',
    check: "(await verifier.verify('act', publicKey, actSigned(broadcastId, body), signature)) &&",
    spoiled: '',
    killers: ['tests/unit/session/moderators.test.ts'],
  },
  {
    name: 'a moderator whom the broadcaster never named',
    file: 'src/session/act-carrier.ts',
    check: '(await this.#isDelegated(act));',
    spoiled: 'act !== undefined;',
    killers: ['tests/unit/session/moderators.test.ts'],
  },
  {
    name: 'an entry of the public list that nobody signed, at the server',
    file: 'src/server/list-posts.ts',
    check: "if (!(await nodeVerifier.verify('list', publicKey, statement, signature))) return 'not-signed';",
    spoiled: '',
    killers: ['tests/unit/server/live-now.test.ts'],
  },
  {
    name: 'an entry of the public list that nobody signed, at whoever reads it',
    file: 'src/rendezvous/live-list.ts',
    check: "if (!(await verifier.verify('list', publicKey, statement, signature))) return undefined;",
    spoiled: '',
    killers: ['tests/unit/rendezvous/live-list.test.ts'],
  },
  {
    name: 'a claim to a broadcast’s id that nobody signed',
    file: SIGNALING,
    check: '(await nodeVerifier.verify(label, publicKey, statement, signature));',
    spoiled: 'label.length + statement.length + signature.length > 0;',
    killers: ['tests/unit/server/challenge.test.ts', 'tests/unit/server/doors.test.ts'],
  },
  {
    name: 'a claim to a broadcast’s id by another key',
    file: SIGNALING,
    check: '(await nodeVerifier.broadcastIdOf(publicKey)) === broadcastId &&',
    spoiled: 'broadcastId.length > 0 &&',
    killers: ['tests/unit/server/challenge.test.ts', 'tests/unit/server/doors.test.ts'],
  },
  {
    name: 'a door’s certificate that has expired',
    file: 'src/server/exchange.ts',
    check: "if (expiryS <= this.#unixS()) return this.#expel(peer, 'certificate-expired');",
    spoiled: '',
    killers: ['tests/unit/server/doors.test.ts'],
  },
  {
    name: 'a door’s certificate of another door',
    file: 'src/server/exchange.ts',
    check: 'const statement = doorStatement(peer.id, expiryS);',
    spoiled: 'const statement = doorStatement(broadcastId, expiryS);',
    killers: ['tests/unit/server/doors.test.ts'],
  },
  {
    name: 'a door taken over without a later certificate',
    file: 'src/server/door.ts',
    check: 'return (peer.expiryS ?? 0) > (owner.expiryS ?? 0);',
    spoiled: 'return peer.expiryS !== undefined;',
    killers: ['tests/unit/server/doors.test.ts'],
  },
  {
    name: 'a recording’s head signed by anybody',
    file: PROOF_READER,
    check: "const isSigned = await verifier.verify('packet', publicKey, signed, signature);",
    spoiled: 'const isSigned = signed.length + signature.length > 0;',
    killers: ['tests/unit/record/proof.test.ts'],
  },
  {
    name: 'a recording of another broadcast',
    file: 'src/record/verify.ts',
    check: 'if (options.broadcastId !== undefined && options.broadcastId !== broadcastId)',
    spoiled: 'if (broadcastId === "")',
    killers: ['tests/unit/record/proof.test.ts'],
  },
  {
    name: 'a path of freshness that leads elsewhere',
    file: 'src/feed/freshness.ts',
    check: 'if (!named || !equalBytes(named, value)) return;',
    spoiled: 'if (!named) return;',
    killers: ['tests/unit/feed/freshness.test.ts'],
  },
  {
    name: 'a guest’s proof signed by anybody',
    file: 'src/session/guest-stage.ts',
    check: "const isGenuine = await (signed && verifier.verify('guest', publicKey, signed, signature));",
    spoiled:
      'const isGenuine = signed !== undefined && verifier !== undefined && publicKey.length + signature.length > 0;',
    killers: ['tests/unit/session/guest-by-comment.test.ts'],
  },
  {
    name: 'any signature, in browsers',
    file: 'src/identity/verifier.ts',
    check:
      "verify: (key, bytes, signature) => crypto.subtle.verify('Ed25519', key, signature as Bytes, bytes as Bytes),",
    spoiled: 'verify: (_key, bytes, signature) => bytes.length + signature.length > 0,',
    killers: ['tests/unit/identity/identity.test.ts'],
  },
  {
    name: 'any signature, in Node',
    file: 'src/identity/node-verifier.ts',
    check: 'verify: (key, bytes, signature) => verify(null, bytes, key, signature),',
    spoiled:
      'verify: (key, bytes, signature) => verify !== undefined && bytes.length + signature.length > 0,',
    killers: ['tests/unit/identity/identity.test.ts'],
  },
];
