// Session descriptions as peers pass them on, on edges: only what two data channels need to meet (ufrag, pwd, fingerprint,
// candidates), in an eighth of the bytes. docs/wire-control.md has the grammar. Both ways are total; packing what was
// unpacked gives the same text again, so that a description may be packed at every hop.

/** Candidates of one description; with more it travels whole. */
const CANDIDATES_MAX = 32;
const VERSION = '1';
const SETUPS = ['actpass', 'active', 'passive'] as const;
const TYPES = ['host', 'srflx', 'prflx', 'relay'] as const;
const TCP_TYPES = ['passive', 'so'] as const;
/** Connects out by TCP, but listens nowhere: of no use between two peers that both do. */
const OUTGOING_ONLY = / tcptype active\b/;
const SCTP_PORT = '5000';

const ICE_TEXT = '[A-Za-z0-9+/]';
const UFRAG = new RegExp(`^${ICE_TEXT}{4,256}$`);
const PASSWORD = new RegExp(`^${ICE_TEXT}{22,256}$`);
const FINGERPRINT = /^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/;
const FINGERPRINT_HEX = /^[0-9a-f]{64}$/;
const MID = /^[A-Za-z0-9]{1,16}$/;
const FOUNDATION = /^[A-Za-z0-9+/]{1,32}$/;
const ADDRESS = /^[A-Za-z0-9.:-]{1,64}$/;
const PORT = /^(?:0|[1-9]\d{0,4})$/;
/** 32 bits in base 36, as short as they can be. */
const NUMBER = /^(?:0|[1-9a-z][0-9a-z]{0,6})$/;
const DECIMAL = /^(?:0|[1-9]\d{0,9})$/;
const NUMBER_MAX = 0xffffffff;

interface Candidate {
  foundation: string;
  /** Index into TYPES, and of TCP_TYPES; null for UDP. */
  type: number;
  tcpType: number | null;
  priority: number;
  address: string;
  port: string;
  /** The address and port that it was derived from, where they are told. */
  related: readonly [address: string, port: string] | null;
}

interface Description {
  /** Index into SETUPS. */
  setup: number;
  mid: string;
  maxMessageBytes: number;
  ufrag: string;
  password: string;
  /** 64 hexadecimal characters: the SHA-256 of the certificate. */
  fingerprint: string;
  candidates: Candidate[];
}

/** A description in short; undefined when it says something that the short form can't, and has to travel as it is. */
export function packDescription(sdp: string): string | undefined {
  const read = readSdp(sdp);
  if (!read) return undefined;
  const { setup, mid, maxMessageBytes, ufrag, password, fingerprint, candidates } = read;
  const head = [VERSION, setup, mid, maxMessageBytes.toString(36), ufrag, password, fingerprint].join(' ');
  return [head, ...candidates.map(packCandidate)].join(';');
}

/** The description that a packed one stands for, or undefined when the text is none. */
export function unpackDescription(packed: string): string | undefined {
  const [head = '', ...rest] = packed.split(';', CANDIDATES_MAX + 2);
  if (rest.length > CANDIDATES_MAX) return undefined;
  const fields = head.split(' ', 8);
  const [version, setup = '', mid = '', size = '', ufrag = '', password = '', fingerprint = ''] = fields;
  const maxMessageBytes = readNumber(size);
  if (version !== VERSION || fields.length !== 7 || !/^[0-2]$/.test(setup) || maxMessageBytes === undefined)
    return undefined;
  const isSound =
    MID.test(mid) && UFRAG.test(ufrag) && PASSWORD.test(password) && FINGERPRINT_HEX.test(fingerprint);
  const candidates = rest.map(unpackCandidate);
  if (!isSound || !candidates.every((candidate) => candidate !== undefined)) return undefined;
  return writeSdp({ setup: Number(setup), mid, maxMessageBytes, ufrag, password, fingerprint, candidates });
}

function readSdp(sdp: string): Description | undefined {
  const lines = sdp.split(/\r?\n/);
  const value = (name: string) => {
    const values = new Set(lines.filter((line) => line.startsWith(`a=${name}:`)));
    const [only] = values;
    return values.size === 1 ? only?.slice(name.length + 3) : undefined;
  };
  const setup = SETUPS.findIndex((known) => known === value('setup'));
  const [mid, ufrag, password] = [value('mid'), value('ice-ufrag'), value('ice-pwd')];
  const [algorithm, fingerprint = ''] = value('fingerprint')?.split(' ') ?? [];
  const size = value('max-message-size') ?? '';
  const sections = lines.filter((line) => line.startsWith('m='));
  if (
    sections.length !== 1 ||
    !/^m=application \d+ UDP\/DTLS\/SCTP webrtc-datachannel$/.test(sections[0] ?? '')
  )
    return undefined;
  if (setup < 0 || value('sctp-port') !== SCTP_PORT || lines.includes('a=ice-lite')) return undefined;
  if (mid === undefined || ufrag === undefined || password === undefined) return undefined;
  if (!MID.test(mid) || !UFRAG.test(ufrag) || !PASSWORD.test(password)) return undefined;
  if (algorithm?.toLowerCase() !== 'sha-256' || !FINGERPRINT.test(fingerprint.toUpperCase()))
    return undefined;
  if (!DECIMAL.test(size) || Number(size) > NUMBER_MAX) return undefined;
  const candidates = lines
    .filter((line) => line.startsWith('a=candidate:') && !OUTGOING_ONLY.test(line))
    .map(readCandidate);
  if (candidates.length > CANDIDATES_MAX || !candidates.every((candidate) => candidate !== undefined))
    return undefined;
  return {
    setup,
    mid,
    maxMessageBytes: Number(size),
    ufrag,
    password,
    fingerprint: fingerprint.replaceAll(':', '').toLowerCase(),
    candidates,
  };
}

/** RFC 8839, section 5.1. What browsers add at the end (generation, network) is of use to nobody else. */
function readCandidate(line: string): Candidate | undefined {
  const [
    foundation = '',
    component,
    transport = '',
    priority = '',
    address = '',
    port = '',
    ,
    type,
    ...more
  ] = line.slice('a=candidate:'.length).split(' ');
  const extension = (name: string) => {
    const at = more.findIndex((word, i) => i % 2 === 0 && word === name);
    return at < 0 ? undefined : more[at + 1];
  };
  const isTcp = transport.toLowerCase() === 'tcp';
  if (component !== '1' || !(isTcp || transport.toLowerCase() === 'udp') || !DECIMAL.test(priority))
    return undefined;
  const tcpType = TCP_TYPES.findIndex((known) => known === extension('tcptype'));
  const [relatedAddress, relatedPort] = [extension('raddr'), extension('rport')];
  const candidate: Candidate = {
    foundation,
    type: TYPES.findIndex((known) => known === type),
    tcpType: isTcp ? tcpType : null,
    priority: Number(priority),
    address,
    port,
    related: relatedAddress !== undefined && relatedPort !== undefined ? [relatedAddress, relatedPort] : null,
  };
  return isSound(candidate) ? candidate : undefined;
}

function isSound({ foundation, type, tcpType, priority, address, port, related }: Candidate): boolean {
  if (!FOUNDATION.test(foundation) || type < 0 || tcpType === -1 || priority > NUMBER_MAX) return false;
  const isRelated = related === null || (ADDRESS.test(related[0]) && isPort(related[1]));
  return ADDRESS.test(address) && isPort(port) && isRelated;
}

function isPort(text: string): boolean {
  return PORT.test(text) && Number(text) <= 65_535;
}

function readNumber(text: string): number | undefined {
  const number = NUMBER.test(text) ? Number.parseInt(text, 36) : Infinity;
  return number <= NUMBER_MAX ? number : undefined;
}

/** `<type><tcp type or u> <foundation> <priority> <address> <port>`, then the related address and port if there are any. */
function packCandidate({ foundation, type, tcpType, priority, address, port, related }: Candidate): string {
  const kind = `${type}${tcpType ?? 'u'}`;
  return [kind, foundation, priority.toString(36), address, port, ...(related ?? [])].join(' ');
}

function unpackCandidate(text: string): Candidate | undefined {
  const fields = text.split(' ', 8);
  const [kind = '', foundation = '', priorityText = '', address = '', port = '', ...related] = fields;
  const priority = readNumber(priorityText);
  if (!/^[0-3][01u]$/.test(kind) || priority === undefined) return undefined;
  if (fields.length !== 5 && fields.length !== 7) return undefined;
  const [relatedAddress, relatedPort] = related;
  const candidate: Candidate = {
    foundation,
    type: Number(kind[0]),
    tcpType: kind[1] === 'u' ? null : Number(kind[1]),
    priority,
    address,
    port,
    related: relatedAddress !== undefined && relatedPort !== undefined ? [relatedAddress, relatedPort] : null,
  };
  return isSound(candidate) ? candidate : undefined;
}

function writeSdp(description: Description): string {
  const { setup, mid, maxMessageBytes, ufrag, password, fingerprint, candidates } = description;
  const pairs = fingerprint.toUpperCase().match(/../g) ?? [];
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mid}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...candidates.map(writeCandidate),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${pairs.join(':')}`,
    `a=setup:${SETUPS[setup] ?? SETUPS[0]}`,
    `a=mid:${mid}`,
    `a=sctp-port:${SCTP_PORT}`,
    `a=max-message-size:${maxMessageBytes}`,
    '',
  ];
  return lines.join('\r\n');
}

function writeCandidate({ foundation, type, tcpType, priority, address, port, related }: Candidate): string {
  const transport = tcpType === null ? 'udp' : 'tcp';
  const words = ['1', transport, priority, address, port, 'typ', TYPES[type] ?? TYPES[0]];
  if (related) words.push('raddr', related[0], 'rport', related[1]);
  if (tcpType !== null) words.push('tcptype', TCP_TYPES[tcpType] ?? TCP_TYPES[0]);
  return `a=candidate:${foundation} ${words.join(' ')}`;
}
