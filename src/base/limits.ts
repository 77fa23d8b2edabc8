// Every bound of the product, each with its unit and its reason, in one place.
// A bound that depends on another is computed from it, so that the two can't drift apart.

// --- Identity -------------------------------------------------------------------------------------------------

/** Characters of a broadcast id: 26 base32 characters carry 130 bits of the key's SHA-256. */
export const BROADCAST_ID_CHARS = 26;
/** Characters of a moderator’s invitation: 80 bytes in base64. */
export const INVITATION_CHARS = 107;
/** Characters of the place where a guest calls, and of what shows that the guest was asked: 130 bits, which nobody guesses. */
export const GUEST_CODE_CHARS = 26;
/** Imported public keys that a verifier keeps: the broadcast's own, its moderators' and those who comment at the moment. */
export const VERIFIER_KEYS_MAX = 256;
/** How long a tab waits for another one to let go of its key, ms: a reloaded page frees its lock a moment after the new one starts. */
export const KEY_LOCK_MS_MAX = 1000;

// --- Packets (docs/wire.md) -----------------------------------------------------------------------------------

/** Bytes of a fragment: a key chunk then never holds up audio for longer than one 4 KiB message. */
export const FRAGMENT_BYTES_MAX = 4096;
/** Fragments of a packet: 1 MiB of payload, three times a 1080p key chunk at 8 Mbit/s. */
export const PACKET_FRAGMENTS_MAX = 256;
/** Bytes of a packet's payload. */
export const PACKET_PAYLOAD_BYTES_MAX = PACKET_FRAGMENTS_MAX * FRAGMENT_BYTES_MAX;
/** Bytes of a `config` payload: two decoder descriptions and a title, with room to grow. */
export const CONFIG_BYTES_MAX = 16 * 1024;
/** Stripes of a feed: a child can take each of them from another parent. */
export const STRIPES = 4;
/** All of them: bit i of a mask stands for stripe i. */
export const MASK_ALL = (1 << STRIPES) - 1;
/** Characters of a broadcast's title. */
export const TITLE_CHARS_MAX = 120;
/** Characters of a codec string: the longest registered ones are under 40. */
export const CODEC_CHARS_MAX = 64;
/** Pixels of a side of the picture: 4K with a margin, far under what makes a decoder allocate gigabytes. */
export const PICTURE_SIDE_MAX = 4096;
/** Longest silence of the root, ms: a `beat` is sent when nothing else was, so that silence always means trouble. */
export const BEAT_INTERVAL_MS = 100;
/** How often the root repeats the room's totals and the freshness proof in a `beat`, ms. */
export const BEAT_PROOF_INTERVAL_MS = 1000;

// --- Freshness ------------------------------------------------------------------------------------------------

/** How old a proof may be for a picture to be called live, ms: what a person would still call now. */
export const LIVE_PROOF_MS_MAX = 10_000;
/** Hops that a proof may come from: as deep as a tree may be. With full steps the message stays under MESSAGE_BYTES_MAX. */
export const FRESHNESS_STEPS_MAX = 64;
/** Values that one hop hashes together: its own, and one of each child with two to spare. */
export const FRESHNESS_VALUES_MAX = 11;

// --- Integrity gate -------------------------------------------------------------------------------------------

/** Packets being checked or assembled at once: a newcomer's burst of 10 s at 100 packets a second, all before the first check is done. */
export const ASSEMBLY_PACKETS_MAX = 1024;
/** Signatures being checked at once; what comes beyond is dropped, since nobody could check it in time anyway. */
export const HEAD_CHECKS_MAX = 4096;
/** Bytes being checked or assembled at once: the same burst at 1080p. */
export const ASSEMBLY_BYTES_MAX = 8 * PACKET_PAYLOAD_BYTES_MAX;
/** How far ahead of the newest known packet a hole may be said to reach: 10 min at 100 packets a second. */
export const SEQ_JUMP_MAX = 60_000;

// --- Group cache ----------------------------------------------------------------------------------------------

/** Bytes of the group cache on a desktop, and on a phone. */
export const GROUP_CACHE_BYTES_MAX = 64 * 1024 * 1024;
export const GROUP_CACHE_PHONE_BYTES_MAX = 16 * 1024 * 1024;
/** Seconds of the group cache on a desktop, and on a phone. */
export const GROUP_CACHE_SECONDS_MAX = 180;
export const GROUP_CACHE_PHONE_SECONDS_MAX = 20;
/** Packets of the group cache: 180 s at 100 packets a second. Bounds what a peer that sends tiny packets can make us keep. */
export const GROUP_CACHE_PACKETS_MAX = 18_000;

// --- Recall: packets that the broadcaster's disk lost come back from viewers ------------------------------------

/** How long a peer keeps what it holds of an epoch once the next has begun, ms: as far back as its cache reaches. */
export const PAST_EPOCH_MS_MAX = GROUP_CACHE_SECONDS_MAX * 1000;
/** Epochs kept: a broadcaster whose machine fails starts again more than once. Together they take the bytes of one cache. */
export const PAST_EPOCHS_MAX = 3;
/** Hops that a recall goes down below the one that it was sent to: what level 1 lacks, those that it displaced have. */
export const RECALL_HOPS_MAX = 3;
/** Spans of one recall: 16 s of records of which every second one is damaged. */
export const RECALL_SPANS_MAX = 32;
/** What a viewer spends on answers, bit/s: less than one child costs, so that nobody's picture suffers. */
export const RECALL_BITS_PER_SECOND = 2_000_000;
/** What is taken from whoever was asked, bit/s: eight times what honest peers send. */
export const RECALL_TAKEN_BITS_PER_SECOND = 8 * RECALL_BITS_PER_SECOND;
/** Recalls heeded, each second and at once: one is said per round and hop. */
export const RECALLS_PER_SECOND_MAX = 1;
export const RECALLS_BURST_MAX = 8;
/** Silence of whoever was asked after which the next one is, ms, for each hop that may have to be asked. */
export const RECALL_SILENCE_MS = 3000;
/** After "that was all", which overtakes packets, ms: a retransmission on a slow path. */
export const RECALL_SETTLE_MS = 1000;
/** Bytes that wait at a hop on their way up; what is more is let go, and asked for again. */
export const RECALL_QUEUE_BYTES_MAX = 4 * 1024 * 1024;
/** When everybody was asked, the broadcaster asks again after this, ms: viewers come back and change places. */
export const REFILL_AGAIN_MS = 15_000;
/** How often what came back is written to the disk, ms, and what failed is tried again. */
export const REFILL_WRITE_MS = 1000;
/** How far back a recording is looked through for what can still come back, ms: what caches reach, and as long as they are kept. */
export const REFILL_REACH_MS = GROUP_CACHE_SECONDS_MAX * 1000 + PAST_EPOCH_MS_MAX;

// --- Forward queue --------------------------------------------------------------------------------------------

/** Bytes handed to a data channel at once: what drains in about 80 ms at 3.2 Mbit/s. The rest waits in our own sorted queue. */
export const CHANNEL_BUFFERED_BYTES_MAX = 32 * 1024;
/** The channel asks for more once this little is left. */
export const CHANNEL_BUFFERED_BYTES_LOW = 8 * 1024;
/** Queueing times at which a child's queue gives up, in turn: the upper layer, all but the base layer, everything up to the next key chunk. */
export const QUEUE_DROP_UPPER_MS = 80;
export const QUEUE_DROP_ABOVE_BASE_MS = 160;
export const QUEUE_SKIP_TO_KEY_MS = 300;
/** A burst to a child that begins or goes on loses its upper layers after the first, ms, and counts as late after the second. */
export const QUEUE_BURST_DROP_MS = 1000;
export const QUEUE_BURST_MS_MAX = 3000;
/** A child is too slow for us when its pictures wait for longer than this, ms, or when it skipped to a key chunk so often in so many ms. */
export const QUEUE_SLOW_MS = 1000;
export const QUEUE_SKIPS_SLOW = 3;
export const QUEUE_SKIPS_WINDOW_MS = 10_000;
/** Bytes waiting for one child: a burst of the last group at 1080p; beyond that it skips to the newest group. */
export const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

// --- Edges and control messages -------------------------------------------------------------------------------

/** Bytes of one data-channel message: every browser takes 16 KiB. */
export const MESSAGE_BYTES_MAX = 16 * 1024;
/** How long an offer waits for candidates before it is sent, ms; later ones follow on their own. */
export const GATHER_MS_MAX = 100;
/** Once no further candidate came for this long, ms, the offer is sent: a machine's own come within 5 ms, a STUN server's follow on their own. Each side of a join waits this long. */
export const GATHER_QUIET_MS = 6;
/** How long an edge may take to open, ms: two descriptions through a server that queues for 5 s, then ICE on a slow network. */
export const EDGE_OPEN_MS_MAX = 15_000;
/** Characters of a description: one data section with twenty candidates is under 4,000. */
export const SDP_CHARS_MAX = 16 * 1024;
/** Candidates taken from the other peer for one edge: a machine with ten interfaces and two TURN servers has about 60. */
export const EDGE_CANDIDATES_MAX = 128;
/** Messages that may arrive on one channel before the other is open: a peer's greeting and its first burst. */
export const EARLY_MESSAGES_MAX = 256;
/** Ancestors in a `hello`: a tree of a million peers with two children each is 20 deep. */
export const ANCESTORS_MAX = 32;
/** Children a peer is ever willing to feed. */
export const SLOTS_MAX = 8;
/** Children that a broadcaster feeds when nothing else is said: four copies of 720p are 10 Mbit/s. */
export const ROOT_SLOTS_DEFAULT = 4;

// --- Rendezvous -----------------------------------------------------------------------------------------------

/** How long a signaling server may take to confirm a registration, ms: four round trips at 600 ms, with a margin. */
export const RENDEZVOUS_OPEN_MS_MAX = 4000;
/** Wait before the first new attempt, ms; it doubles each time. */
export const RENDEZVOUS_RETRY_MS_MIN = 200;
/** Longest wait between attempts, ms: everybody is registered again within 2 s of the server's return. */
export const RENDEZVOUS_RETRY_MS_MAX = 1600;
/** Between the beats that keep a registration, ms: as PeerJS does it. */
export const HEARTBEAT_MS = 5000;
/** From a registration by the document's own socket until what can renew it is loaded, ms: after the picture, and before a
 * viewer who was refused everywhere gives up. */
export const RENDEZVOUS_LINE_MS = 3000;
/** How long one signaling server has, ms, to open its socket, and again to bring an answer, before the next of a link is asked
 * as well: four round trips at 150 ms, with a margin. Being asked twice costs a broadcaster nothing. */
export const RENDEZVOUS_HEDGE_MS = 700;
/** How long the file that names a static host's servers may take, ms: it lies beside the page that has just come. */
export const SITE_FILE_MS_MAX = 2000;
/** Characters of that file: eight servers and sixteen STUN and TURN servers are under 4,000. */
export const SITE_FILE_CHARS_MAX = 16 * 1024;
/** How long an id may be held by somebody else, ms: after a reload a server may still hold our own old socket. */
export const ID_TAKEN_MS_MAX = 8000;

// --- A guest on air -------------------------------------------------------------------------------------------

/** Guests who wait to be put on air: more than anybody reads names of while talking. Further ones are told that it is full. */
export const GUESTS_WAITING_MAX = 5;
/** Calls that one registration carries: those who wait, the one on air, and one that is just being turned away. */
export const CALLS_MAX = GUESTS_WAITING_MAX + 2;
/** Calls heard from one place, each second and at once: people, not a flood. What is more gets no answer. */
export const TAG_CALLS_PER_SECOND = 2;
export const TAG_CALLS_BURST = 10;
/** The same from everywhere: a check of a signature each, 0.3 ms. */
export const CALLS_PER_SECOND = 20;
export const CALLS_BURST = 50;
/** Places whose calls are counted. */
export const CALLS_TAGS_MAX = 1000;
/** Characters of a description with picture and sound: every codec that a browser knows comes to 10,000. */
export const CALL_SDP_CHARS_MAX = 48 * 1024;
/** A call whose path is broken for so long is over, ms: a change of networks takes less, and a still picture is on air meanwhile. */
export const CALL_BROKEN_MS_MAX = 5000;
/** How often what is said to a guest is made what the studio's switches say, ms. */
export const GUEST_FOLLOW_MS = 100;

// --- Recording ------------------------------------------------------------------------------------------------

/** What one record holds at most, ms: with the time of a strict write, a killed tab loses well under a second. */
export const RECORD_MS_MAX = 500;
/** Bytes of a record: half a second at 8 Mbit/s is 500 KB; a burst of large key chunks is cut into several records. */
export const RECORD_BYTES_MAX = 4 * 1024 * 1024;
/** How much may wait for the disk, ms, before the broadcaster is told that the recording is behind. */
export const RECORD_QUEUE_MS_MAX = 2000;
/** Bytes that may wait for the disk: half a minute at 8 Mbit/s. Beyond it the newest record is given up, so memory stays bounded. */
export const RECORD_QUEUE_BYTES_MAX = 32 * 1024 * 1024;
/** Records of one write: 4 s, so that catching up never builds a transaction as large as the queue. */
export const RECORD_BATCH_MAX = 8;
/** Of so many records one is read again once it is written: every 5 s it is known that the disk gives back what it took. */
export const RECORD_CHECK_EVERY = 10;
/** How often the end of a recording is tried on a failing disk before the fault is shown. */
export const RECORD_FINISH_ATTEMPTS_MAX = 3;
/** How often a recorder asks how much space is left, ms; its rate is told after as long. */
export const RECORD_SPACE_LOOK_MS = 5000;
/** A recording ends in good order when less than this is left, bytes: what 20 s of 1080p take, and the browser's own needs. */
export const RECORD_SPACE_BYTES_MIN = 32 * 1024 * 1024;
/** How long a copy waits for a packet that is missing, in ms of the feed: what repair hasn't brought by then doesn't come. */
export const COPY_WAIT_MS_MAX = 5000;
/** Bytes of a copy that wait for a packet or for the word that they may be kept: five seconds at 8 Mbit/s and a large group. */
export const COPY_WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** Announced holes that a copy remembers: more than any hop makes within that time. */
export const COPY_HOLES_MAX = 256;
/** How long an exported file is kept for a download that outlived its page, ms. */
export const EXPORT_KEEP_MS = 60 * 60 * 1000;

// --- Proof of a recording (docs/recording-proof.md) -------------------------------------------------------------

/** Bytes of a proof that are read at once: some 1,500 heads, checked together. */
export const PROOF_READ_BYTES = 256 * 1024;
/** How far a chunk may lie from its place in the file, ms: WebM rounds to 1 ms and MP4 to less; nobody sees or hears 5. */
export const PROOF_TIME_ERROR_MS_MAX = 5;
/** Pieces left out that lie closer together than this, ms, are named as one. */
export const PROOF_PIECE_JOIN_MS = 100;
/** Gaps of an exported recording that are named one by one: more than anybody reads. */
export const RECORDING_GAPS_MAX = 50;
/** Pieces that are named one by one; a file that lacks more is told about in one. */
export const PROOF_PIECES_MAX = 20;
/** How far apart a feed's picture and sound of one moment may lie, ms: as long as sound waits for a first picture. */
export const PROOF_SPREAD_MS = 10_000;
