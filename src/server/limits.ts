// Every bound of the signaling server, with its unit and its reason.
// One rule: nothing a client sends may take memory, sockets or time without a bound from this page.

/** Bytes of one WebSocket message. An offer with all its candidates is under 10 KB; 64 KiB leaves room for signed envelopes. */
export const MESSAGE_BYTES_MAX = 64 * 1024;

/** Nested arrays and objects in one message. Offers use 4 levels; more only costs the serialiser its stack. */
export const MESSAGE_DEPTH_MAX = 32;

/** Characters of a peer id. A broadcast id has 26, a UUID 36. */
export const ID_CHARS_MAX = 64;

/** Characters of the token that proves a reconnecting peer is the same one. */
export const TOKEN_CHARS_MAX = 128;

/** Registered sockets: about 7 KB each when idle, so 20,000 cost about 140 MB. */
export const SOCKETS_MAX = 20_000;

/** Sockets of one address at the same time: a school or a mobile network behind one address; viewers leave after some seconds. */
export const ADDRESS_SOCKETS_MAX = 500;

/** Sockets that one address may open a second, and at once: a hall that opens the same link, not a flood. */
export const ADDRESS_ARRIVALS_PER_SECOND = 50;
export const ADDRESS_ARRIVALS_BURST = 500;

/** Frames a second of all sockets of one address, and at once: a join is one offer and up to 16 candidates. */
export const ADDRESS_FRAMES_PER_SECOND = 1_000;
export const ADDRESS_FRAMES_BURST = 5_000;

/** Addresses that are remembered: about 200 bytes each. */
export const ADDRESSES_MAX = 50_000;

/** Frames a second of one socket, and at once: a relay that lets newcomers in answers several joins a second. */
export const FRAMES_PER_SECOND = 100;
export const FRAMES_BURST = 400;

/** The same for a broadcaster that has proved its id: it answers a whole crowd. */
export const PROVEN_FRAMES_PER_SECOND = 2_000;
export const PROVEN_FRAMES_BURST = 8_000;

/** Offers a second for one peer, and at once: more than a broadcaster could answer, and too few to slow its picture. */
export const OFFERS_PER_SECOND = 500;
export const OFFERS_BURST = 1_000;

/** Characters that a socket may say while other processes are asked for its id: its offer and candidates. */
export const HELD_CHARS_MAX = 128 * 1024;

/** Random bytes of a challenge: enough that none comes twice. */
export const CHALLENGE_BYTES = 18;

/** Random bytes of the secret that tags are made with, and characters of a tag: 8 bytes, as authors have. */
export const TAG_SECRET_BYTES = 32;
export const TAG_HEX_CHARS = 16;

/** How long a socket may say nothing at all: PeerJS sends a heartbeat each 5 s, a newcomer its offer at once. */
export const FIRST_FRAME_MS_MAX = 20_000;

/** TCP connections beyond the registered sockets: page loads and sockets that are about to be refused or closed. */
export const CONNECTIONS_SPARE_MAX = 2_000;

/** How long a message waits for an absent peer: longer than a reconnect, shorter than a person's patience. */
export const QUEUE_MS_MAX = 5_000;

/** Messages that wait for one absent peer: a burst of joins while a broadcaster reloads. */
export const QUEUE_MESSAGES_MAX = 64;

/** Bytes that wait for one absent peer: what it receives at once on return, so no bomb can be laid for it. */
export const QUEUE_BYTES_MAX = 256 * 1024;

/** Bytes that wait for all absent peers together: 32 full queues. */
export const QUEUES_BYTES_MAX = 8 * 1024 * 1024;

/** Absent peers that may have a queue: bounds the map itself when messages are tiny. */
export const QUEUES_MAX = 4_096;

/** Bytes not yet taken by a slow receiver; beyond it messages to it are dropped, as the protocol permits. */
export const BACKLOG_BYTES_MAX = 1024 * 1024;

/** Interval of WebSocket pings: keeps proxies from closing idle sockets (most wait 60 s). */
export const PING_INTERVAL_MS = 15_000;

/** A socket that answered neither ping nor heartbeat for this long is gone: two pings and a slow network. */
export const SILENCE_MS_MAX = 40_000;

/** Interval of the clock that expires queues and finds silent sockets. */
export const TICK_INTERVAL_MS = 500;

/** How long a socket may take to finish its closing handshake before it is cut. */
export const CLOSE_MS_MAX = 1_000;

/** How long an id stays with a process that says nothing more of it: so long it takes to free those of one that died. */
export const CLAIM_MS = 30_000;

/** How long the secret of tags outlives the last process: whoever is muted stays so over an update of all of them. */
export const TAG_SECRET_MS = 24 * 60 * 60 * 1000;

/** Interval in which a process says that its ids are still held: two may be lost. */
export const CLAIM_REFRESH_MS = 10_000;

/** Ids renewed in one command: short enough that nobody else waits for it. */
export const CLAIMS_AT_ONCE = 200;

/** How long the token of a replaced holder of a broadcast's id is known to all processes. */
export const REPLACED_MS = 60 * 60 * 1000;

/** How long Redis may take to answer before the process is a front door by itself: people notice a second. */
export const REDIS_ANSWER_MS_MAX = 1_000;

/** Interval of the question whether Redis is there, and the longest wait before it is dialled again. */
export const REDIS_LOOK_MS = 1_000;

/** Bytes on their way to other processes; more comes back to its senders. */
export const PASSING_BYTES_MAX = 8 * 1024 * 1024;

/** Sockets closed a second while the server stops, so that they don't all come to the next one in the same moment. */
export const DRAIN_SOCKETS_PER_SECOND = 4_000;

/** How long stopping may take for all sockets together: 20,000 of them at that pace. */
export const DRAIN_MS_MAX = 5_000;

/** Interval of the waves in which sockets are closed. */
export const DRAIN_WAVE_MS = 50;

/** Between two lines of the log about refusals. */
export const REFUSALS_LOG_MS = 60_000;

/** Bytes of all HTTP request headers; browsers send 1 to 3 KB. */
export const HEADER_BYTES_MAX = 16 * 1024;

/** How long a client may take to send its request headers. */
export const HEADERS_MS_MAX = 10_000;

/** Lifetime of a TURN credential: a long broadcast; it must outlive the connection attempt, not the connection. */
export const TURN_CREDENTIAL_S = 12 * 60 * 60;

/** Bytes of what a broadcast posts to the public list: its entry, a still, and the length between. */
export const LIST_POST_BYTES_MAX = 24 * 1024;

/** Such posts that are read at the same time. */
export const LIST_POSTS_MAX = 200;

/** Posts of one address, a second and at once: eight broadcasts, each every 30 s, and people who switch it on and off. */
export const ADDRESS_LIST_POSTS_PER_SECOND = 0.5;
export const ADDRESS_LIST_POSTS_BURST = 20;

/** Posts in all, a second and at once: 200 broadcasts send 7; a check of a signature takes 0.2 ms. */
export const LIST_POSTS_PER_SECOND = 50;
export const LIST_POSTS_BURST = 200;

/** Broadcasts of one address that the list knows, those that have left it within two minutes included. */
export const ADDRESS_LISTED_MAX = 8;

/** Broadcasts that the list knows in all, those that have left it within two minutes included. */
export const LIST_KNOWN_MAX = 1_000;

/** How long an answer with the list is given again, ms. */
export const LIST_FRESH_MS = 1_000;

/** Interval in which the block-list is looked at for changes, ms; and characters of it that are read. */
export const BLOCK_LIST_LOOK_MS = 5_000;
export const BLOCK_LIST_CHARS_MAX = 1_000_000;
