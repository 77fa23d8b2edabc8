// Every bound of the room, each with its unit and its reason. docs/wire-room.md names those that others must keep.

// --- Text -----------------------------------------------------------------------------------------------------

/** Characters, as people count them, of a comment or question: two lines on a phone in large text. */
export const COMMENT_GRAPHEMES_MAX = 200;
/** UTF-8 bytes of the same: four a character, what Indic scripts and plain emoji need. */
export const COMMENT_BYTES_MAX = 4 * COMMENT_GRAPHEMES_MAX;
/** Characters of a name, and its bytes. */
export const NAME_GRAPHEMES_MAX = 24;
export const NAME_BYTES_MAX = 4 * NAME_GRAPHEMES_MAX;
/** UTF-16 units of a text that is looked at at all: what a person pastes by mistake is refused before any work. */
export const RAW_TEXT_UNITS_MAX = 4096;
/** Combining marks on one character: Hebrew with points and accents has four; more climbs over the lines around it. */
export const MARKS_RUN_MAX = 4;
/** Joins in one emoji: a family of four with skin tones has three, flags and kisses four. */
export const JOINS_RUN_MAX = 6;
/** Bidi embeddings within each other: quotation in quotation, and one to spare. */
export const BIDI_DEPTH_MAX = 3;

// --- On the way up --------------------------------------------------------------------------------------------

/** Time between two messages of a hop to its parent, ms: four a second, so that a root with 8 children reads 32 at most. */
export const RISE_INTERVAL_MS = 250;
/** Comments in one such message: 8 a second and hop, more than anyone reads; with the rest it stays under MESSAGE_BYTES_MAX. */
export const RISE_COMMENTS_MAX = 2;
/** Comments a second that are taken from one edge, and at once: what an honest hop sends, and what a stalled channel holds back. */
export const EDGE_COMMENTS_PER_SECOND = 10;
export const EDGE_COMMENTS_BURST = 24;
/** Messages a second from one edge, and at once; who sends more is cut off. An honest hop sends four. */
export const EDGE_RISES_PER_SECOND = 10;
export const EDGE_RISES_BURST = 60;
/** Comments that wait for their turn at one hop from one edge: two seconds of what the hop may send in all. */
export const EDGE_WAITING_MAX = 16;
/** Comments a second from one key, and at once: nobody types faster, and a pasted flood isn't typed. */
export const KEY_COMMENTS_PER_SECOND = 0.5;
export const KEY_COMMENTS_BURST = 3;
/** The same from all keys of one address: a school class that chats, and no one person with many keys. */
export const TAG_COMMENTS_PER_SECOND = 2;
export const TAG_COMMENTS_BURST = 8;
/** Keys of which a hop remembers the rate and the newest counter: 2,000 who speak within some minutes. */
export const HOP_KEYS_MAX = 2048;
/** Comments a second that one edge may claim to have left out: beyond any real flood through one peer. */
export const EDGE_LEFT_OUT_PER_SECOND = 10_000;
/** Hearts a second and viewer: fingers are slower. */
export const HEARTS_PER_VIEWER_SECOND = 12;
/** Seconds of hearts that may come at once, after a channel stood still. */
export const HEARTS_BURST_SECONDS = 5;
/** The largest sum of hearts or comments left out: fits six bytes, and every whole number below it is exact. */
export const SUM_MAX = 2 ** 48 - 1;

// --- Admission ------------------------------------------------------------------------------------------------

/** How long a ticket is good, s: a long broadcast. */
export const TICKET_S = 12 * 60 * 60;
/** Tickets that the broadcaster signs a second, and at once: 0.2 ms each, and a hall that begins to talk. */
export const TICKETS_PER_SECOND = 50;
export const TICKETS_BURST = 500;
/** The same for one address: a class of thirty at once; who reloads to be somebody else needs more. */
export const TAG_TICKETS_PER_SECOND = 0.5;
export const TAG_TICKETS_BURST = 30;
/** Addresses whose tickets are counted. */
export const OFFICE_TAGS_MAX = 20_000;

// --- At the desk ----------------------------------------------------------------------------------------------

/** Comments that the desk and every viewer keep: a few minutes of a lively room. */
export const SHOWN_MAX = 200;
/** Comments in a snapshot: two screens of a phone. */
export const SNAPSHOT_COMMENTS_MAX = 24;
/** Bytes of a snapshot's comments: at one snapshot every two seconds 24 kbit/s at the very most. */
export const SNAPSHOT_BYTES_MAX = 6 * 1024;
/** Bytes of a room packet's payload. */
export const ROOM_PACKET_BYTES_MAX = 16 * 1024;
/** Comments that go to the screens a second, and at once: more can't be read. The rest is counted. */
export const SHOWN_PER_SECOND = 5;
export const SHOWN_BURST = 10;
/** Comments that wait for that; a comment older than so many ms is counted instead of shown. */
export const PENDING_MAX = 64;
export const PENDING_MS_MAX = 2000;
/** Time between two room packets that only add, ms. What takes away goes at once. */
export const ROOM_PACKET_INTERVAL_MS = 200;
/** Comments held for the broadcaster: as many as one person can look through. The oldest falls out. */
export const HELD_MAX = 100;
/** People muted, oldest forgotten first; as many as a snapshot tells the hops of. */
export const MUTED_MAX = 2000;
export const MUTED_TOLD_MAX = 64;
/** Ids hidden by one packet: everything of one person that is shown, held or asked. */
export const HIDE_MAX = 400;
/** Ids that a viewer remembers as hidden, so that a late packet shows none of them. */
export const HIDDEN_MAX = 4096;
/** Keys whose newest counter the desk remembers: a replay is refused for as long as so many others haven't spoken since. */
export const DESK_KEYS_MAX = 20_000;
/** Time between two comments of one person in slow mode, ms. */
export const SLOW_MS = 10_000;
/** The same words from so many people within so many ms are held: a copied flood. */
export const REPEATS_HELD = 3;
export const REPEATS_MS = 30_000;
/** Texts remembered for that. */
export const REPEATS_MAX = 500;
/** For how long a shield can be taken back, ms. */
export const SHIELD_UNDO_MS = 30_000;
/** Words that the broadcaster can block besides the lists, and characters of each. */
export const BLOCKED_WORDS_MAX = 100;
export const BLOCKED_WORD_CHARS_MAX = 40;
/** Questions open at once, votes remembered, and questions in a snapshot. */
export const QUESTIONS_MAX = 50;
export const QUESTION_VOTERS_MAX = 5000;
export const QUESTIONS_TOLD_MAX = 8;
/** Reported comments that are remembered, and who reported each: beyond, it is enough to know that many did. */
export const REPORTS_MAX = 200;
export const REPORTERS_MAX = 500;
/** Reports and acts in the log. */
export const LOG_MAX = 1000;
/** Of the desk's state kept for a reload: people who have spoken, votes a question, reporters a report. More would make what is
 *  written every few seconds larger than a second of sound. */
export const SPEAKERS_KEPT_MAX = 2000;
export const VOTERS_KEPT_MAX = 1000;
export const REPORTERS_KEPT_MAX = 50;
/** How often that is kept while the broadcaster does nothing, ms; what the broadcaster does is kept at once. */
export const ROOM_KEEP_MS = 5000;
/** Entries of the log that are kept with a recording: more than a hand can make, and no flood of reports fills a disk. */
export const LOG_KEPT_MAX = 20_000;
/** Time between two join notices, ms, and up to how many viewers there are any: later they would be all there is. */
export const JOIN_NOTICE_MS = 5000;
export const JOIN_NOTICE_VIEWERS_MAX = 200;

// --- Floods ---------------------------------------------------------------------------------------------------

/** Comments a second, shown or not, from which on an open room turns slow: three times what can be shown. */
export const FLOOD_SLOW_PER_SECOND = 15;
/** From which on comments wait for approval: no crowd of a few thousand writes so much unprompted. */
export const FLOOD_APPROVE_PER_SECOND = 100;
/** How long a flood lasts before the room steps up, ms, and how long it is over before it steps down. */
export const FLOOD_UP_MS = 2000;
export const FLOOD_DOWN_MS = 30_000;
/** It is over below this share of what it began at, so that the room doesn't swing. */
export const FLOOD_OVER_SHARE = 0.3;

// --- Moderators -----------------------------------------------------------------------------------------------

/** Invitations in force at once: each costs every room packet for moderators 48 bytes. */
export const MODERATORS_MAX = 8;
/** Acts a second from one moderator, and at once: a hand that clears a flood row by row. */
export const KEY_ACTS_PER_SECOND = 4;
export const KEY_ACTS_BURST = 20;
/** Messages of acts a second from one edge, and at once: all moderators behind it, each act sent twice. Who sends more is cut off. */
export const EDGE_ACTS_PER_SECOND = 2 * MODERATORS_MAX * KEY_ACTS_PER_SECOND;
export const EDGE_ACTS_BURST = 2 * MODERATORS_MAX * KEY_ACTS_BURST;
/** Edges whose rate is remembered: more than there ever are at once, children and whoever has us as a standby. */
export const ACT_EDGES_MAX = 256;
/** A moderator who hears no echo for so long, ms, sends an act again, and so often in all. */
export const ACT_ECHO_MS = 1000;
export const ACT_TRIES_MAX = 5;
/** A hop lets the same act pass again after so long, ms: a little less, since clocks and channels aren't exact. */
export const ACT_AGAIN_MS = 800;
/** An act counts for so many room packets after the one that its sender had seen: some minutes, and what is done is remembered longer. */
export const ACT_PACKETS_MAX = 600;
export const ACTS_DONE_MAX = 2048;
/** Echoes in one room packet, and how many of the newest a whole one repeats. */
export const ACTS_TOLD_MAX = 32;
export const ACTS_REPEATED = 8;
/** Time between two looks that moderators get at what waits, ms, when it has changed, and when it hasn't: for newcomers. */
export const PANEL_MS = 1500;
export const PANEL_AGAIN_MS = 4000;
/** Bytes of one look: at 4 KiB in 1.5 s, in base64, 35 kbit/s at the very most. It is padded to steps, so that its size says little. */
export const PANEL_BYTES_MAX = 4096;
export const PANEL_STEP_BYTES = 512;
/** Reported comments in it. */
export const PANEL_REPORTED_MAX = 8;
/** Characters of a look, sealed and in base64. */
export const SEALED_CHARS_MAX = 8192;
