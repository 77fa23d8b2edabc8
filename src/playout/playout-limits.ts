// Every bound of the playout, with its unit and its reason. Delays are about what a viewer feels; counts and bytes are
// what a hostile or merely broken feed can make a viewer keep.

/** Bounds of the jitter buffer's target, ms, and where it starts before anything was measured. The least one holds a
 * picture, shown early, and what a timer is late by; what is heard needs more by itself. */
export const TARGET_MS_MIN = 60;
export const TARGET_MS_MAX = 600;
export const TARGET_MS_START = 300;
/** What a picture, and a sound, needs between its arrival and its presentation, ms: to be decoded and painted early, and
 * for a sound to be handed to its device, beyond what that device holds itself. */
export const PICTURE_MARGIN_MS = 40;
export const SOUND_MARGIN_MS = 12;
/** Jitter is allowed this much more than was seen: what comes after its turn may cost the rest of a group. */
export const JITTER_ALLOWANCE = 1.2;
/** What a sound's device is taken to hold before it says so, and at most, ms: beyond, its sound is late instead. */
export const SOUND_LEAD_MS_START = 30;
export const SOUND_LEAD_MS_MAX = 250;
/** One packet later than the target allows raises it at once, but not beyond this, ms: more takes more of them. */
export const TARGET_MS_RAISED = 150;
/** The target falls this slowly, ms per second, once the window holds nothing that speaks against it: no faster than
 * CATCH_UP_RATE follows. */
export const TARGET_FALL_MS_PER_S = 25;
/** Share of packets that the target lets arrive in time. */
export const JITTER_QUANTILE = 0.98;
/** How far back arrivals count, ms: jitter, and the shortest delay from which it is measured. */
export const JITTER_WINDOW_MS = 10_000;
export const BASE_WINDOW_MS = 20_000;
/** The path got longer when the shortest delay of two seconds was this much the same, ms, and beyond the longest target. */
export const LONGER_PATH_SPREAD_MS = 100;
/** Arrivals kept for the quantile: 10 s at 100 packets a second. */
export const JITTER_SAMPLES_MAX = 1000;
/** A fall of the shortest delay by more than this, ms, says that the burst at the start is still being delivered. */
export const BURST_FALL_MS = 10;
/** The burst is over when the shortest delay has not fallen for this long, ms, or after this long in any case. */
export const BURST_CALM_MS = 80;
export const BURST_MS_MAX = 2500;

/** Before playback moves, a hole is waited for until nothing has filled one for this long, ms. */
export const BURST_QUIET_MS = 150;

/** Excess over the target, ms, at which playback runs faster, and by how much. It ends at CATCH_UP_END_MS. */
export const CATCH_UP_MS = 20;
export const CATCH_UP_RATE = 1.03;
export const HURRY_MS = 100;
export const HURRY_RATE = 1.1;
export const CATCH_UP_END_MS = 5;
/** Below the target by this much, ms, playback runs slower, so that a raised target is reached without a stall. */
export const SLOW_DOWN_MS = 30;
export const SLOW_DOWN_RATE = 0.97;
/** Beyond this distance, ms, playback jumps. Just after a start, when nobody would miss the part left out, much earlier. */
export const JUMP_MS = 1500;
export const START_JUMP_MS = 300;
export const START_MS = 3000;
/** A stall ends when this much less than the target is in hand, ms: sound is a chunk behind the picture. At most half. */
export const REFILL_SLACK_MS = 50;

/** Chunks in the decoder or decoded and not yet shown: hardware decoders own few pictures. */
export const FRAMES_IN_FLIGHT_MAX = 8;
/** How long before presentation a picture, and a sound, is decoded, ms. */
export const VIDEO_LEAD_MS = 120;
export const AUDIO_LEAD_MS = 200;
/** A hole is given up when what follows it must be decoded for being in time, ms before its presentation; at most this
 * share of the target, since a lost picture costs more than a late one. */
export const GIVE_UP_LEAD_MS = 30;
export const GIVE_UP_SHARE = 0.25;
/** A hole further behind the live edge than a jump is given up this long after what follows it came, ms. */
export const BEHIND_HOLE_MS = 300;
/** A picture is painted this much before its time, ms: what a worker paints is handed on at the next refresh of a 60 Hz
 * display and lit at the one after, 8 to 25 ms later, and is to be lit with its sound. */
export const EARLY_MS = 16;
/** A picture later than this, ms, is not shown while a newer one is on its way, unless nothing moved for LATE_SHOW_MS. */
export const LATE_MS = 100;
export const LATE_SHOW_MS = 250;
/** A picture later than this, ms, is from before a machine stood still, and is never shown after it. */
export const STALE_MS = 3000;
/** Decoding this far behind, ms, gives up the rest of the group when a newer key chunk is there. */
export const BEHIND_MS = 500;
/** Sound older than this, ms, is not decoded any more. */
export const AUDIO_LATE_MS = 60;

/** Packets and bytes in hand: 20 s at 100 packets a second, and four groups of 1080p. Beyond, playback starts anew. */
export const BUFFER_PACKETS_MAX = 2000;
export const BUFFER_BYTES_MAX = 16 * 1024 * 1024;
/** Ranges remembered of what was announced, and of what was given up. */
export const RANGES_MAX = 64;
/** Longest time between two evaluations, ms. */
export const WAKE_MS_MAX = 50;
