// Every bound of the public list of what is on, each with its unit and its reason. docs/wire-list.md names those that others keep.

/** UTF-8 bytes of a title in the list: the 120 characters that a title may have, at three bytes. */
export const LISTED_TITLE_BYTES_MAX = 360;
/** Bytes of a host name with its port: 253 characters at most, a colon and five digits. */
export const HOST_BYTES_MAX = 255;
/** Bytes of a still: 480 pixels wide it takes 8 to 18 KB. */
export const STILL_BYTES_MAX = 20_000;
/** Pixels of a side of a still: nobody is made to unpack a huge picture out of a few bytes. */
export const STILL_SIDE_MAX = 640;
/** Viewers that an entry may claim. */
export const LISTED_VIEWERS_MAX = 10_000_000;

/** How long an entry stands without a newer one, ms: broadcasts say every 30 s that they are on, so that one such word may be lost. */
export const LISTING_MS = 75_000;
/** How far the clock of an entry may be from the server's, ms: what is older is no news, and a replay. */
export const LISTING_CLOCK_MS_MAX = 60_000;
/** Entries in one list: more than anybody looks through; with stills 4 MB. */
export const LIST_ENTRIES_MAX = 200;

/** How often a broadcast says that it is still on, ms: short enough for the number watching. */
export const LISTING_INTERVAL_MS = 30_000;
/** How long a still is shown before there is a new one, ms. */
export const STILL_INTERVAL_MS = 60_000;
/** After an answer that may be another one later, ms. */
export const LISTING_RETRY_MS = 10_000;
/** How long a server may take to answer, ms. */
export const LIST_ANSWER_MS_MAX = 5_000;
/** Characters of an answer with the list that are read: 200 entries with the longest titles are below. */
export const LIST_CHARS_MAX = 1_000_000;
/** How often a page that shows the list asks for it, ms. */
export const LIST_INTERVAL_MS = 15_000;
