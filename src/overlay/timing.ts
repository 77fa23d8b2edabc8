// Every time and bound of the overlay, with its unit, its reason, and its relation to the others.

import { ANCESTORS_MAX, GATHER_MS_MAX, SLOTS_MAX } from '../base/limits.ts';

/** When what never happened did, ms: eleven days before a page began. A whole number: a million simulated peers keep many of them. */
export const NEVER_MS = -1e9;

// --- Signs of life --------------------------------------------------------------------------------------------

/** A parent's tips to its children, ms: one per packet interval, never closer than this (the tick) ... */
export const TIP_MS_MIN = 45;
/** ... nor further apart: half of what a child's quickest suspicion may be. With ticks of 50 ms: every second one. */
export const TIP_MS_MAX = 95;
/** A child's tips to its parent, ms. */
export const CHILD_TIP_MS = 245;
/** A parent from which neither packets nor tips came for this long is dead: twenty tips in a row. There is no standby to compare with,
 *  a false alarm costs a join, and two busy cores were seen to hold a relay up for more than a second. */
export const PARENT_SILENCE_MS = 2000;
/** Without a standby, another one is sought after this: eight tips in a row. It costs a join that is given up if it speaks again. */
export const PARENT_DOUBT_MS = 800;
/** A child silent for this long frees its slot: ten tips. Longer than for a parent, since a stalled machine costs us only a slot. */
export const CHILD_SILENCE_MS = 2500;
/** The first `hello` must come this soon after an edge opened. */
export const HELLO_MS = 3000;
/** A child must subscribe this soon after its `hello`, else it holds a slot for nothing. */
export const SUBSCRIBE_MS = 3000;
/** Without a new packet for this long nobody is told that this is live. Twenty beats. */
export const FRESH_MS = 2000;
/** A parent that claims to be live but brings nothing new for this long is left: a loop, or a liar. */
export const STALL_MS = 5000;
/** The same for one that has never brought us anything: a first group is large, and the path to us may be slow. */
export const FIRST_STALL_MS = 10_000;
/** A parent that has been seeking for this long (plus up to half as much, at random) is left: perhaps we can do better. */
export const ORPHAN_MS = 8000;

// --- Joining --------------------------------------------------------------------------------------------------

/** A hop acknowledges a passed join within this, else the next candidate is tried: a round trip, and a busy uplink at both ends.
 *  Where none came in time it gets twice as long, up to four times: busy uplinks look like dead peers. */
export const PASS_ACK_MS = 600;
/** A subtree that took a join answers within this, else the next one is tried: gathering, and ten hops there and back. */
export const PASS_ANSWER_MS = 3000 + GATHER_MS_MAX;
/** A newcomer waits this long for an answer or a notice. Longer than a stock server takes to say that nobody is there (5 s). */
export const JOIN_ANSWER_MS = 8000;
/** When nothing came it waits twice as long, so many times: a broadcaster that doesn't answer has too many to answer. Still shorter
 *  than what it remembers us for. */
export const JOIN_DOUBLINGS_MAX = 1;
/** From the answer to an open edge: 6 round trips of 600 ms and a TURN allocation. ICE itself would try for 15 s and more. */
export const CONNECT_MS = 6000;
/** Joins that may be under way below a child of which nothing is known yet, and at most: what a strong one answers in a second. */
export const WINDOW_FIRST = 8;
export const WINDOW_MAX = 64;
/** An answer before this, ms, lets one more join be under way, ten hops there and back; a later one halves them: they wait for each other
 *  somewhere. */
export const ANSWER_SLOW_MS = 2000;
/** So does an acknowledgement that takes this long, ms: an uplink at either end has that much to send. */
export const ACK_SLOW_MS = 500;
/** A hop that can't pass a join on gives it back after this, ms: somewhere else it may go quicker. */
export const PASS_WAIT_MS = 1000;
/** A newcomer without a slot hears of it after this long; most find one before. */
export const WAITING_NOTICE_MS = 1000;
/** It is told its new place at most this often, ms ... */
export const WAITING_NEWS_MS = 3000;
/** ... and all of them together no more than so many at once, and so many a second: joins need the uplink more. */
export const NOTICES_BURST_MAX = 20;
export const NOTICES_PER_SECOND_MAX = 20;
/** One who waits for a slot offers anew after this long (and up to half as long again), which also says that he is still there. */
export const WAITING_REFRESH_MS = 10_000;
/** The root forgets one who hasn't offered anew for this long. */
export const WAITING_KEPT_MS = 2 * WAITING_REFRESH_MS;
/** A hop remembers where a join went. */
export const JOIN_KEPT_MS = 30_000;
/** When the broadcaster isn't there, ask again after a time between these. */
export const ABSENT_RETRY_MS_MIN = 2000;
export const ABSENT_RETRY_MS_MAX = 4000;
/** After the end, ask whether the broadcast goes on: first after half to all of the former, then doubled up to the latter. Only the
 *  top of the tree asks, a few peers, so that a whole audience costs the server less than an offer a second. */
export const ENDED_RETRY_MS_MIN = 6000;
export const ENDED_RETRY_MS_MAX = 60_000;
/** Backoff after failures: doubled from the first to the cap, each time jittered down to half. */
export const RETRY_MS_MIN = 250;
export const RETRY_MS_MAX = 8000;
/** A peer we couldn't connect to is left out this many times; then everybody may be tried again. */
export const PEER_RETRIES_MAX = 3;
/** A peer whose bytes were refused is neither asked nor taken for this long. */
export const REJECTED_MS = 60_000;
/** Whoever was cut comes back under another id at once: the slot it had goes to nobody for so long, ms. A handshake costs more than
 *  the messages did that it was cut for. */
export const SLOT_REST_MS = 5000;
/** A settled viewer leaves the signaling server after this long with a parent. */
export const SETTLED_MS = 3000;
/** Edges close this long after `bye`, so that it is on its way before the connection is torn down. */
export const BYE_LINGER_MS = 250;

// --- Doors ----------------------------------------------------------------------------------------------------

/** Above this many offers a second the root sends newcomers to doors, as many as it takes for each to stay below. */
export const DOOR_JOINS_PER_SECOND = 5;
/** Newcomers that the root sends to doors, a second: 40 kB of its uplink ... */
export const DOOR_NOTICES_PER_SECOND_MAX = 150;
/** ... and those that it places itself meanwhile, a second: 25 kB, with their answers. */
export const OWN_PER_SECOND_MAX = 15;
/** So many may be on the way to each door beyond the slots that are free: what a subtree grows by before its sums are here. */
export const DOOR_AHEAD = 4;
/** A newcomer at a door waits for a slot there for this long, ms. */
export const DOOR_WAIT_MS = 2000;
/** A newcomer without slots yields to those with some who come up to so much later, ms: with them the others' slots come. */
export const RIDER_YIELDS_MS = 3000;
/** Those that yield come after all others, ms: longer than anybody waits. */
export const LAST_MS = 1e9;
/** Doors of one broadcast. */
export const DOORS_MAX = 64;
/** Viewers for one door: behind fewer there would hardly be a slot. */
export const DOOR_VIEWERS_MIN = 4;
/** Doors that one peer holds itself, each a registration: those that it can't hand on. */
export const DOORS_HELD_MAX = 8;
/** Over how long offers are averaged, ms: a flash crowd is noticed within one. */
export const CROWD_MS = 2000;
/** From the order to open doors until newcomers are sent there, ms: some hops, and a registration. */
export const DOOR_OPENING_MS = 800;
/** Orders are said again, ms: subtrees grow, and holders leave ... */
export const DOORS_RENEW_MS = 3000;
/** ... and are forgotten when they aren't, ms. Longer than a newcomer who was sent takes to get there. */
export const DOORS_KEPT_MS = 4 * DOORS_RENEW_MS;
/** A door's certificate is made anew this often, ms: so long may somebody who held the door before keep it from whoever holds it now. */
export const DOOR_CERTIFIED_EVERY_MS = 60_000;
/** A certificate is good for so long, s: a broadcaster's clock may be four minutes behind a server's, and its doors still open. */
export const DOOR_CERTIFICATE_S = 300;
/** A newcomer at a door that hears nothing goes back to the root after this, ms: there, a dead door must not cost it much. */
export const DOOR_ANSWER_MS = 3000;

// --- Standbys -------------------------------------------------------------------------------------------------

/** Standbys of a viewer: one may die together with the parent. */
export const STANDBYS_WANTED = 2;
/** For a moment one more: the parent that was just given up. */
export const STANDBYS_MAX = STANDBYS_WANTED + 1;
/** The first search starts this long after a parent was taken (plus up to as much at random): the picture comes first. */
export const SEARCH_AFTER_MS = 1000;
/** A search brings an answer within this: ten hops there and back, gathering at both ends. */
export const SEARCH_ANSWER_MS = 4000;
/** Searches that found nothing are repeated after this, doubled up to the cap, jittered down to half. */
export const SEARCH_RETRY_MS_MIN = 2000;
export const SEARCH_RETRY_MS_MAX = 30_000;
/** With standbys that are ancestors, or in the parent's own subtree, a better one is sought this often. */
export const SEARCH_BETTER_MS = 60_000;
/** Hops of a search: up to a peer with edges into other subtrees, across, and a few down. */
export const FIND_HOPS_MAX = 16;
/** The least that a searcher will take: its own grandparent. */
export const FIND_TIER_MAX = 2;
/** Neighbours that one hop tries for one search; with more a search in a full tree would visit all of it. */
export const FIND_TRIED_MAX = 3;
/** Searches remembered at once by a hop, and for how long, ms: until its last candidate is through. */
export const SEARCHES_MAX = 128;
export const SEARCH_KEPT_MS = 15_000;
/** Searches from one edge: a subtree that lost its standbys at once, then a trickle. */
export const FIND_BURST_MAX = 32;
export const FIND_PER_SECOND_MAX = 4;
/** Searches that the root passes on, a second: 15 kB of its uplink, with what comes back. */
export const ROOT_FINDS_PER_SECOND_MAX = 15;
/** Peers that a peer stands by for: twice its slots, since everybody wants two standbys, but never none when it has a slot. */
export const STANDBY_CHILDREN_PER_SLOT = 2;
export const STANDBY_CHILDREN_MAX = STANDBY_CHILDREN_PER_SLOT * SLOTS_MAX;

// --- Silence --------------------------------------------------------------------------------------------------

/** A parent silent for this long while a standby goes on is left, ms ... */
export const SILENCE_MS_MIN = 100;
/** ... or for this many packet intervals, if that is longer: one lost packet is no silence. */
export const SILENCE_INTERVALS = 3;
/** One of two feeders that brought no part of anything for this many packet intervals withholds: its half comes every second time. */
export const WITHHELD_INTERVALS = 12;
/** On a path that was seen to pause, half as long again as it lately paused, but never more than this, ms: half a playout buffer. */
export const SILENCE_MS_MAX = 250;
/** How fast such a pause is forgotten: half of it in this time, ms. */
export const PAUSE_HALF_LIFE_MS = 5000;
/** A standby this many packets ahead for this long, ms, while nothing comes: the parent withholds. */
export const AHEAD_PACKETS = 3;
export const AHEAD_MS = 50;
/** What a standby said to hold this long ago, ms, and still hasn't come: the parent is too slow. */
export const LAG_MS_MAX = 250;
/** The parent starves itself: the break is above it. It gets this long, ms, and one tick more per level, to repair it. */
export const UPSTREAM_MS = 250;
export const UPSTREAM_LEVEL_MS = 50;
export const UPSTREAM_LEVELS_MAX = 8;
/** A standby that wasn't heard, or brought nothing new, for this long can't take over: three tips, or four packets. */
export const STANDBY_FRESH_MS = 300;
/** Ticks further apart than this mean that we were held up: silence is measured from then on. */
export const NAP_MS = 150;
/** A new parent's first packet may take this long, ms: a round trip of 200 ms, and a key chunk before it. */
export const FIRST_BURST_MS = 300;
/** The old parent goes on feeding until the new one's first packet, at most this long, ms. */
export const OVERLAP_MS = 1000;
/** A child silent for this long while packets wait for it gives up its slot; it may have it back when it wakes. */
export const CHILD_DOZE_MS = 750;
/** When somebody that stood by asks to be fed and no slot is free, the child that it lost is dead if it left out one tip ... */
export const HEIR_PRIMARY_MS = 300;
/** ... and any other child if it left out two. */
export const HEIR_OTHER_MS = 500;
/** A child that took over without a free slot is asked to move after this, ms: the slot of a dead one is free by then ... */
export const GUEST_ASK_MS = 1000;
/** ... and let go after this. */
export const GUEST_MS_MAX = 5000;
/** Whoever asked us to go may be asked again after this, ms: two in turn, and then the tree had its time to find us a place. */
export const GUEST_AGAIN_MS = 2 * GUEST_MS_MAX;

// --- Stripes --------------------------------------------------------------------------------------------------

/** So many packets left out by the parent within this time, ms, and its path isn't enough: one burst of a healthy path costs fewer. */
export const SPLIT_DROPS = 4;
export const SPLIT_WINDOW_MS = 5000;
/** A partner may be so many hops further from the root than our parent: a packet is here when the slower half is. */
export const SPLIT_HOPS_MAX = 2;
/** After one of two failed, not split again for this long, ms: each time costs both two subscriptions. */
export const SPLIT_AGAIN_MS = 1000;
/** One parent is tried again after this long, ms, without anything left out; twice as long each time that was too early. */
export const SPLIT_CLEAN_MS_MIN = 60_000;
export const SPLIT_CLEAN_MS_MAX = 480_000;
/** Stripes of our parent that lead back to us may do so for this long, ms: whoever stands in between goes elsewhere when it hears of it. */
export const LOOPED_MS_MAX = 400;

// --- Repair ---------------------------------------------------------------------------------------------------

/** A packet that others overtook is missing after this, ms: one frame interval ... */
export const REPAIR_AFTER_MS = 40;
/** ... or a quarter longer than packets were lately overtaken for, but never more than this, ms. */
export const REPAIR_AFTER_MS_MAX = 150;
/** Fed by two, one of which has everything later: up to this, ms. */
export const REPAIR_SPLIT_MS_MAX = 400;
/** Asked for again after this, ms, times the number of tries: a round trip of 100 ms and the time to send it. */
export const REPAIR_AGAIN_MS = 150;
/** The parent is asked after this, ms: what it has is on its way already, and the channel is reliable. */
export const PARENT_REPAIR_MS = 800;
/** Given up when playout has passed it, and after this, ms, in any case: beyond what any playout waits. */
export const HOLE_GIVE_UP_MS = 2000;
/** What a parent leaves out is asked of standbys up to this length, ms: more is a leap, and lies behind the playout. */
export const LEFT_OUT_MS_MAX = 1500;
/** Missing packets that are watched at once, and those asked for in one tick. */
export const HOLES_MAX = 512;
export const REPAIR_PACKETS_MAX = 64;
export const REPAIR_RANGES_MAX = 32;
/** Packets served to one child on request: a burst of 2 s, then as many as a feed of one stripe has. */
export const SERVE_BURST_MAX = 128;
export const SERVE_PER_SECOND_MAX = 50;

/** A child that is still too slow is asked to move again after this, ms. */
export const SLOW_AGAIN_MS = 10_000;

// --- Clocks and counts ----------------------------------------------------------------------------------------

/** Pings to the parent: quickly at first, then now and then. */
export const PING_FIRST_MS = 200;
export const PING_MS = 1000;
/** Samples of which the one with the least round trip counts; the first half are taken quickly. */
export const CLOCK_SAMPLES_MAX = 16;
/** A sample older than this may hide a drift of more than 6 ms (100 ppm). */
export const CLOCK_SAMPLE_MS_MAX = 60_000;
/** Sums go up at most this often. */
export const COUNTS_MS = 250;

// --- Promotion ------------------------------------------------------------------------------------------------

/** Whoever was fed for so long, ms, may be let up or have to make way: most who leave have left by then. */
export const PROMOTED_AFTER_MS = 30_000;
/** A grandchild must have so many more slots than the child whose place it takes: each swap moves two. */
export const PROMOTED_SLOTS_MIN = 3;
/**
 * A place below which so many viewers are to stand, if all of its level share them alike, is for who gives PROMOTED_SLOTS_MIN: the whole feed
 * and all joins of those below would wait at a small uplink.
 */
export const UPPER_VIEWERS = 4;
/** Nobody moves to a free slot for less than so many levels. */
export const PROMOTED_LEVELS_MIN = 2;
/** A tree of so many levels is left as it is: each costs some milliseconds. */
export const FLAT_DEPTH_MAX = 4;
/** So many are offered a free slot in one branch at once. */
export const FILLS_MAX = 12;
/** A parent looks for moves that pay this often, ms. */
export const PROMOTION_EVERY_MS = 2000;
/** An offered place is kept for so long, ms: some hops, a search of our own that is still under way, and an edge. */
export const PLACE_MS_MAX = 6000;
/** A free slot is offered for so long, ms: some hops there and back. Who hears of it and can't come says nothing. */
export const FILL_MS_MAX = 2500;
/** Whom a place was offered in vain isn't offered one again for so long, ms: twice what it takes to be settled again. */
export const PLACE_FAILED_MS = 2 * PROMOTED_AFTER_MS;
/** Whoever comes up leaves a slot below us: until we hear of it, ms, nobody makes way. The guest's time (GUEST_MS_MAX) isn't over then. */
export const ROOM_MS_MAX = 3500;
/** Whoever makes way has so long, ms, then it keeps its place: before its time as a guest is over. */
export const WAY_MS_MAX = GUEST_MS_MAX - 500;
/** A promise is waited with for so long, ms, while a search of our own is under way ... */
export const WISH_MS_MAX = 3000;
/** ... and given up after so long, ms: an answer, an edge, a greeting and a tip. */
export const CLIMB_MS_MAX = SEARCH_ANSWER_MS + CONNECT_MS;
/** What stands where is told this often, ms, when it has changed. */
export const RANK_MS = 1000;
/** Offers of places that one peer passes on or follows. */
export const MOVES_BURST_MAX = 16;
export const MOVES_PER_SECOND_MAX = 8;

// --- Bounds of the state --------------------------------------------------------------------------------------

/** Children with an edge, in use, being opened or stood by for: a takeover may exceed the slots by one for a moment. */
export const CHILDREN_MAX = 2 * SLOTS_MAX + STANDBY_CHILDREN_MAX;
/** Joins remembered at once: those who wait in a flash crowd, and 30 s at 30 joins a second. With an offer of 8 KiB each, 8 MiB. */
export const JOINS_MAX = 1024;
/** Places that an address has for good, whoever comes: a home, an office, a class room. Whoever comes beyond yields. */
export const ADDRESS_PLACES = 8;
/** The share of all slots that those leave free for others ... */
export const LEFT_FREE_SHARE = 1 / 3;
/** ... who came in this time, ms: some hops for one to be placed, and then the next. */
export const OTHERS_MS = 10_000;
/** So long the root remembers from which address somebody came, ms: few reload a page eight times in it. */
export const ADDRESS_KEPT_MS = 600_000;
/** Those that yield and wait for a slot, at the root: half of what it remembers. */
export const YIELDING_MAX = JOINS_MAX / 2;
/** Candidates kept for one join until its parent is known, and signals carried for it in each direction. */
export const JOIN_CANDIDATES_MAX = 16;
export const JOIN_SIGNALS_MAX = 64;
/** Peers named as unwelcome in an offer. */
export const AVOID_MAX = 8;
/** Peers remembered as rejected. */
export const REJECTED_PEERS_MAX = 64;
/** Packets that may be known beyond a hole: 10 s. What lies further ahead is a jump, and the hole is given up. */
export const AHEAD_PACKETS_MAX = 512;
/** Control messages from one edge: tips, and the joins of a flash crowd. More is a flood, and cuts the edge. */
export const CONTROL_PER_SECOND_MAX = 400;
export const CONTROL_BURST_MAX = 800;
/** Deeper than this is a loop that its ancestors' lists were too short to show. */
export const DEPTH_MAX = 2 * ANCESTORS_MAX;
/** Viewers and slots in one report: more than there are people is a lie. */
export const COUNT_MAX = 0xffffffff;

// --- Bounds of the wire ---------------------------------------------------------------------------------------

/** Characters of a session description: ours are under 1 KiB, with many candidates under 4. */
export const SDP_CHARS_MAX = 8 * 1024;
/** Characters of one candidate. */
export const CANDIDATE_CHARS_MAX = 512;
/** Characters of a media id in a candidate. */
export const MEDIA_ID_CHARS_MAX = 64;
/** Subscriptions of one child: a burst of twenty, then two a second. More is an attack on our uplink. */
export const SUBSCRIBE_PER_SECOND_MAX = 2;
export const SUBSCRIBE_BURST_MAX = 20;
/** A gap between our own ticks from which on we count ourselves as having slept: silence is only measured while awake. */
export const SLEPT_MS = PARENT_SILENCE_MS / 2;
