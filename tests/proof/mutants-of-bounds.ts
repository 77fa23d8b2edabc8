// The bounds of what strangers send, each taken out: of the integrity gate, and of the decoders of the feed, of comments and of the overlay.
// Left out are those whose work another check does too, so that no bytes tell the mutant from the original: a fragment's index (a byte can't
// name more, and beyond the end no length fits), more paths than stripes, more doors than numbers, a first fragment of nothing.

import { mutantsOf, type Mutant } from './mutant.ts';

const gate = mutantsOf('src/feed/integrity-gate.ts', [
  'tests/unit/feed/integrity-gate.test.ts',
  'tests/unit/feed/integrity-gate-bounds.test.ts',
]);
const PACKETS = ['tests/unit/feed/packet-codec.test.ts'];
const head = mutantsOf('src/feed/packet-codec.ts', PACKETS);
const media = mutantsOf('src/feed/media-message.ts', PACKETS);
const ROOM = ['tests/unit/room/codecs.test.ts'];
const rise = mutantsOf('src/room/rise-message.ts', ROOM);
const said = mutantsOf('src/room/comment-codec.ts', ROOM);
const CONTROL = ['tests/unit/overlay/control-codec.test.ts', 'tests/unit/overlay/packed-description.test.ts'];
const control = mutantsOf('src/overlay/control-codec.ts', CONTROL);
const fields = mutantsOf('src/overlay/control-checks.ts', CONTROL);

const GATE_MUTANTS: readonly Mutant[] = [
  gate(
    'heads of an older epoch, whose signatures are checked',
    'const { header } = message;\n    if (header.epoch < this.#epoch) return;',
    'const { header } = message;',
  ),
  gate(
    'a head that a newer epoch overtook in its check',
    'if (header.epoch < this.#epoch) return;\n    if (header.epoch > this.#epoch)',
    'if (header.epoch !== this.#epoch)',
  ),
  gate('any number of checks at once', 'if (this.#pendingChecks >= HEAD_CHECKS_MAX) return;', ''),
  gate('no head after so many checks', 'this.#pendingChecks--;', ''),
  gate(
    'one packet by two heads that were both being checked',
    'if (this.#seen.has(header.seq) || this.#assemblies.has(header.seq)) return;',
    '',
  ),
  gate(
    'the last epoch’s seqs as seen in the next',
    'this.#epoch = epoch;\n    this.#seen = new SeenSeqs();',
    'this.#epoch = epoch;',
  ),
  gate('fragments of an older epoch', 'if (message.epoch < this.#epoch) return;', ''),
  gate('fragments of packets that are whole', 'if (this.#seen.has(message.seq)) return;', ''),
  gate('any bytes without a head', 'if (!this.#makeRoom(message.bytes.length)) return;', ''),
  gate('any heads without bytes', 'if (!this.#makeRoom(header.length)) return;', ''),
  gate('any number of bytes', 'this.#heldBytes + bytes > ASSEMBLY_BYTES_MAX ||', ''),
  gate(
    'any number of packets',
    'this.#heldBytes + bytes > ASSEMBLY_BYTES_MAX ||\n      this.#assemblies.size + this.#waiting.size >= ASSEMBLY_PACKETS_MAX;',
    'this.#heldBytes + bytes > ASSEMBLY_BYTES_MAX;',
  ),
  gate(
    'the fall of a packet whose bytes are all here',
    'if (handed.size < count && isFull())',
    'if (isFull())',
  ),
  gate(
    'one fragment by two edges, both being checked',
    'if (this.#assemblies.get(header.seq) !== assembly || assembly.arrived.has(index)) return;',
    '',
  ),
  gate('bytes of packets that are gone', 'this.#heldBytes -= assembly.header.length;', ''),
  gate('bytes of fragments that are gone', 'this.#heldBytes -= message.bytes.length;', ';'),
  gate('a packet twice', 'this.#seen.add(header.seq);', ''),
  gate('what nobody needs any more', 'this.#seen.raiseFloor(seq);', ''),
  gate(
    'a fragment of another length',
    'index < assembly.count && bytes.length === fragmentLength(header.length, index)',
    'index < assembly.count',
  ),
];

const FEED_MUTANTS: readonly Mutant[] = [
  head(
    'the end of bytes before a head’s fixed part',
    'bytes.length < HEADER_FIXED_BYTES',
    'bytes.length < 1',
  ),
  head('another version', 'if (view.getUint8(0) !== WIRE_VERSION)', 'if (view.getUint8(0) > 255)'),
  head(
    'an unknown kind',
    'const kind = KINDS[view.getUint8(1)];',
    'const kind = KINDS[view.getUint8(1) % 6];',
  ),
  head('unknown flags', '(flags & FLAGS_UNUSED) !== 0 || ', ''),
  head('a byte that must be zero', ' || view.getUint8(3) !== 0)', ')'),
  head('a payload of any length', 'if (length > PACKET_PAYLOAD_BYTES_MAX)', 'if (length < 0)'),
  head('a time that no number holds', 'if (timeUs > BigInt(Number.MAX_SAFE_INTEGER))', 'if (timeUs < 0n)'),
  head('a group that starts later', 'if (groupSeq > seq || (isKey', 'if ((isKey'),
  head('a key that doesn’t start its group', '(isKey && groupSeq !== seq)', '(isKey && groupSeq > seq)'),
  head('the end of bytes in digests or signature', 'if (bytes.length < headLength)', 'if (bytes.length < 0)'),
  media('a message of any size', 'if (bytes.length > MESSAGE_BYTES_MAX)', 'if (bytes.length < 0)'),
  media('a first fragment of another length', ' || rest.length !== fragmentLength(header.length, 0))', ')'),
  media(
    'a fragment without bytes',
    'if (bytes.length <= FRAGMENT_PREFIX_BYTES)',
    'if (bytes.length < FRAGMENT_PREFIX_BYTES)',
  ),
  media('flags of a fragment', 'if (view.getUint16(2) !== 0)', 'if (view.getUint16(2) > 65_535)'),
  media('a fragment of any length', ' || fragment.length > FRAGMENT_BYTES_MAX)', ')'),
  media('a hole of another length', 'if (bytes.length !== SKIP_BYTES)', 'if (bytes.length < SKIP_BYTES)'),
  media('a hole that ends before it starts', 'if (toSeq < fromSeq)', 'if (toSeq < 0)'),
];

const ROOM_MUTANTS: readonly Mutant[] = [
  rise('a message that is none of the room', ' || bytes[0] !== RISE_TYPE)', ')'),
  rise('any number of comments', 'if (count > RISE_COMMENTS_MAX)', 'if (count > 255)'),
  rise('a length beyond the end', 'if (at + 2 > bytes.length)', 'if (at > 1e9)'),
  rise('a comment beyond the end', 'if (end > bytes.length)', 'if (end > 1e9)'),
  rise('bytes behind the last comment', 'if (at !== bytes.length)', 'if (at > bytes.length)'),
  said('too few bytes', 'if (bytes.length < FIXED_BYTES + SIGNATURE_BYTES)', 'if (bytes.length < 0)'),
  said(
    'any number of bytes',
    'if (bytes.length > (isSealed ? SEALED_SAID_BYTES_MAX : SAID_BYTES_MAX))',
    'if (bytes.length > 1e9)',
  ),
  said(
    'open words as long as sealed ones',
    '(isSealed ? SEALED_SAID_BYTES_MAX : SAID_BYTES_MAX)',
    'SEALED_SAID_BYTES_MAX',
  ),
  said(
    'bytes behind the signature that are no ticket',
    'if (saidEnd !== bytes.length && !ticket)',
    'if (saidEnd > bytes.length)',
  ),
  said(
    'a name beside sealed words',
    'if (isSealed && nameEnd !== FIXED_BYTES)',
    'if (isSealed && nameEnd < 0)',
  ),
  said(
    'a vote for nothing, and a comment on something',
    "if ((kind === 'comment' || kind === 'question') !== (target === 0) && kind !== 'report')",
    'if (target < 0)',
  ),
  said(
    'a vote with words',
    "kind === 'vote' || (kind === 'report' && text === '') ? text === ''",
    "(kind === 'report' && text === '') ? text === ''",
  ),
  said('an unclean name', 'if (!isCleanName(name)) return false;', ''),
];

const CONTROL_MUTANTS: readonly Mutant[] = [
  control('a message of any size', 'if (bytes.length > MESSAGE_BYTES_MAX)', 'if (bytes.length < 0)'),
  control('fixed fields beyond the end', 'if (view.byteLength < length)', 'if (view.byteLength < 1)'),
  control(
    'any bytes behind fixed fields',
    'if (view.byteLength > length + FIXED_EXTRA_BYTES_MAX)',
    'if (view.byteLength < 0)',
  ),
  control('an unknown standing', 'if (!standing) return undefined;', ''),
  control('a time that no number holds', 'Number.isSafeInteger(timeUs) ? timeUs : undefined', 'timeUs'),
  control('more free slots than slots', 'if (freeSlots > slots) return undefined;', ''),
  fields('any id', "typeof value === 'string' && ID.test(value)", "typeof value === 'string'"),
  fields('numbers with a fraction', ' && Number.isInteger(value) && value >= 0', ' && value >= 0'),
  fields('numbers below zero', ' && value >= 0 && value <= max', ' && value <= max'),
  fields('any number', ' && value >= 0 && value <= max', ' && value >= 0'),
  fields('a description of any length', ' || value.length > SDP_CHARS_MAX) return false;', ') return false;'),
  fields('a description of any characters', 'return PRINTABLE_LINES.test(value) && JSON', 'return JSON'),
  fields('a description that grows in JSON', ' && JSON.stringify(value).length <= SDP_JSON_CHARS_MAX', ''),
  fields(
    'a description said twice',
    "typeof packed === 'string' && sdp === undefined ?",
    "typeof packed === 'string' ?",
  ),
  fields('any number of ids', 'value.length > max || !value.every(isId)', '!value.every(isId)'),
  fields('a path for no stripe', 'path.mask === 0 || ', ''),
  fields('two paths for one stripe', ' || (seen & path.mask) !== 0)', ')'),
  fields('a candidate of any length', 'candidate.length > CANDIDATE_CHARS_MAX || ', ''),
  fields('a candidate of any characters', ' || !PRINTABLE.test(candidate))', ')'),
  fields('a media id of any length', 'sdpMid.length <= MEDIA_ID_CHARS_MAX && ', ''),
  fields('a media id of any characters', ' && PRINTABLE.test(sdpMid))', ')'),
  fields(
    'any line of media',
    'if (sdpMLineIndex !== null && !isUint(sdpMLineIndex, 255)) return undefined;',
    '',
  ),
  fields('any number of ranges', ' || ranges.length > REPAIR_RANGES_MAX)', ')'),
  fields('a range of three', ' || range.length !== 2)', ')'),
  fields('a range that ends before it starts', ' || toSeq < fromSeq)', ')'),
  fields('a certificate of any length and characters', ' && CERTIFICATE.test(value)', ''),
  fields('more certificates than doors', ' || certificates.length !== read.length)', ')'),
  fields('a door twice', ' || number <= (read.at(-1) ?? -1))', ')'),
];

/** All of them. */
export const BOUND_MUTANTS: readonly Mutant[] = [
  ...GATE_MUTANTS,
  ...FEED_MUTANTS,
  ...ROOM_MUTANTS,
  ...CONTROL_MUTANTS,
];
