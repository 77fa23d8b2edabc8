// Serves the demonstration page of the interface, and names the states worth looking at.

import { build, preview } from 'vite';
import type { Page } from 'playwright-core';
import { guestLinkOf } from '../../src/base/link.ts';
import { INVITATION_CHARS } from '../../src/base/limits.ts';
import { DEMO_INVITATION, DEMO_PASS } from './demo-guests.ts';
import { DEMO_ID, demoRecording, demoVerdict } from './demo-lucarne.ts';
import type { DemoWishes } from './demo-lucarne.ts';
import { LIVELY } from './demo-room.ts';

/** A page in one state: where it is, what the demonstration shows, and which buttons lead there. */
export interface UiState {
  name: string;
  hash: string;
  wishes?: DemoWishes;
  query?: string;
  clicks?: readonly string[];
  /** Then, the words of something that unfolds. */
  opens?: string;
  /** A recording and a proof are chosen first. */
  files?: boolean;
}

const PAGE = 'tests/e2e/pages/ui.html';
const FOLDER = '.cache/ui-pages';
const LIVE = ['Start broadcast'];
const DEMO_GAPS: DemoWishes['gaps'] = [
  [
    { where: 'inside', why: 'off-air', fromMs: 61_000, toMs: 74_300 },
    { where: 'inside', why: 'lost', fromMs: 600_000, toMs: 600_400 },
  ],
  [{ where: 'end', why: 'lost', fromMs: 42_000, toMs: 42_000 }],
];

const GUESTS = [
  { id: 1, name: 'Amélie' },
  { id: 2, name: '' },
];

/** Zoé, whose comment was tapped. */
const TAPPED = { by: '1a'.padEnd(16, '0'), seat: DEMO_INVITATION.seat, name: 'Zoé' };

const DEMO_ENTRIES: NonNullable<DemoWishes['entries']> = [
  ['Town council, open session', 214, 49, 2],
  ['Sunrise over the harbour', 1284, 49, 2],
  ['Das große Schulkonzert: Generalprobe mit allen Chören und Orchestern', 37, 53, 13],
  ['', 1, -34, 151],
  ['School radio', 8, 15, -61],
].map(([title, viewers, latitude, longitude], i) => ({
  broadcastId: `${'abcde'.charAt(i)}${DEMO_ID.slice(1)}`,
  title: String(title),
  viewers: Number(viewers),
  startedAtMs: Date.UTC(2026, 4, 3, 5, 40 - i),
  place: { latitude: Number(latitude), longitude: Number(longitude) },
}));
/** Where a guest is invited. */
const GUEST_HASH = guestLinkOf(`#/${DEMO_ID}`, DEMO_INVITATION);
/** What stands under each picture that is watched. */
const RIGHTS_LINE = 'Watching shares your network address';

/** Every page and state that has a face of its own. */
export const UI_STATES: readonly UiState[] = [
  { name: 'home', hash: '#/' },
  { name: 'home-interrupted', hash: '#/', wishes: { recordings: [demoRecording({ isComplete: false })] } },
  { name: 'home-unsupported', hash: '#/', wishes: { isUnsupported: true } },
  { name: 'home-bad-link', hash: '#/', clicks: ['Watch'] },
  { name: 'home-on-now', hash: '#/', wishes: { entries: DEMO_ENTRIES } },
  { name: 'live', hash: '#/live', wishes: { entries: DEMO_ENTRIES } },
  { name: 'live-empty', hash: '#/live', wishes: { entries: [] } },
  { name: 'live-no-list', hash: '#/live' },
  { name: 'studio', hash: '#/studio' },
  { name: 'studio-denied', hash: '#/studio', wishes: { openFault: 'camera-denied' } },
  { name: 'studio-screen', hash: '#/studio', query: 'source=screen' },
  { name: 'studio-key-in-use', hash: '#/studio', wishes: { startFault: 'key-in-use' }, clicks: LIVE },
  {
    name: 'studio-unrecorded',
    hash: '#/studio',
    wishes: { startFault: 'storage-unavailable' },
    clicks: LIVE,
  },
  { name: 'studio-live', hash: '#/studio', clicks: LIVE },
  { name: 'studio-embed', hash: '#/studio', clicks: LIVE, opens: 'Show it on a page of yours' },
  {
    name: 'studio-listed',
    hash: '#/studio',
    wishes: { listing: { state: 'listed', place: { latitude: 49, longitude: -2 } } },
    clicks: LIVE,
  },
  {
    name: 'studio-guest-asked',
    hash: '#/studio',
    wishes: { guests: { isAsked: true } },
    clicks: LIVE,
    opens: 'Guest on air',
  },
  {
    name: 'studio-guest-tapped',
    hash: '#/studio',
    wishes: { room: { ...LIVELY, guest: TAPPED }, guests: { asked: TAPPED } },
    clicks: LIVE,
  },
  { name: 'studio-guest-waits', hash: '#/studio', wishes: { guests: { waiting: GUESTS } }, clicks: LIVE },
  {
    name: 'studio-guest-on-air',
    hash: '#/studio',
    wishes: { guests: { waiting: GUESTS.slice(1), onAir: { ...GUESTS[0]!, stream: undefined } } },
    clicks: LIVE,
  },
  { name: 'studio-private', hash: '#/studio', wishes: { isPrivate: true }, clicks: LIVE },
  { name: 'studio-room-live', hash: '#/studio', wishes: { room: LIVELY }, clicks: LIVE },
  { name: 'studio-shield', hash: '#/studio', wishes: { room: LIVELY }, clicks: [...LIVE, 'Shield'] },
  { name: 'studio-warning', hash: '#/studio', wishes: { warning: 'signaling-lost' }, clicks: LIVE },
  { name: 'studio-space', hash: '#/studio', wishes: { minutesLeft: 8 }, clicks: LIVE },
  {
    name: 'studio-picture-lost',
    hash: '#/studio',
    query: 'source=camera',
    wishes: { warning: 'video-lost' },
    clicks: LIVE,
  },
  { name: 'studio-hidden', hash: '#/studio', clicks: [...LIVE, 'Hide picture'] },
  { name: 'studio-title', hash: '#/studio', clicks: [...LIVE, 'Change the title'] },
  { name: 'studio-stopping', hash: '#/studio', clicks: [...LIVE, 'Stop broadcast'] },
  {
    name: 'studio-after',
    hash: '#/studio',
    wishes: { recordings: [demoRecording()] },
    clicks: [...LIVE, 'Stop broadcast', 'Stop broadcast'],
  },
  { name: 'watch', hash: `#/${DEMO_ID}` },
  { name: 'watch-rights', hash: `#/${DEMO_ID}`, opens: RIGHTS_LINE },
  {
    name: 'watch-hidden',
    hash: `#/${DEMO_ID}`,
    wishes: { rights: { canHideAddress: false, hidesAddress: true } },
    opens: RIGHTS_LINE,
  },
  { name: 'watch-locked', hash: `#/${DEMO_ID}`, wishes: { watchState: 'failed', lock: 'no-key' } },
  { name: 'watch-room-live', hash: `#/${DEMO_ID}`, wishes: { room: LIVELY } },
  {
    name: 'watch-copy-live',
    hash: `#/${DEMO_ID}`,
    wishes: { room: { ...LIVELY, mayKeep: true } },
    clicks: ['Keep a copy'],
  },
  {
    name: 'watch-moderator',
    hash: `#/${DEMO_ID}/${'x'.repeat(INVITATION_CHARS)}`,
    wishes: { room: LIVELY },
  },
  { name: 'watch-guest', hash: GUEST_HASH, wishes: { room: LIVELY } },
  { name: 'watch-guest-tapped', hash: `#/${DEMO_ID}`, wishes: { room: { ...LIVELY, guestPass: DEMO_PASS } } },
  { name: 'watch-guest-waits', hash: GUEST_HASH, wishes: { guests: { visit: 'waiting' } } },
  { name: 'watch-guest-on-air', hash: GUEST_HASH, wishes: { guests: { visit: 'on-air' } } },
  { name: 'watch-guest-over', hash: GUEST_HASH, wishes: { guests: { visit: 'over', end: 'left' } } },
  { name: 'watch-tall-room-live', hash: `#/${DEMO_ID}`, wishes: { aspect: 9 / 16, room: LIVELY } },
  { name: 'watch-tall', hash: `#/${DEMO_ID}`, wishes: { aspect: 9 / 16 } },
  { name: 'watch-silent', hash: `#/${DEMO_ID}`, wishes: { isSoundBlocked: true } },
  { name: 'watch-behind', hash: `#/${DEMO_ID}`, wishes: { freshness: { is: 'behind', behindS: 42 } } },
  {
    name: 'watch-unconfirmed',
    hash: `#/${DEMO_ID}`,
    wishes: { freshness: { is: 'unconfirmed', behindS: 0 } },
  },
  { name: 'watch-connecting', hash: `#/${DEMO_ID}`, wishes: { watchState: 'connecting' } },
  { name: 'watch-waiting', hash: `#/${DEMO_ID}`, wishes: { watchState: 'waiting' } },
  { name: 'watch-full', hash: `#/${DEMO_ID}`, wishes: { watchState: 'waiting', waitingBehind: 11 } },
  { name: 'watch-reconnecting', hash: `#/${DEMO_ID}`, wishes: { watchState: 'reconnecting' } },
  { name: 'watch-ended', hash: `#/${DEMO_ID}`, wishes: { watchState: 'ended' } },
  {
    name: 'watch-failed',
    hash: `#/${DEMO_ID}`,
    wishes: { watchState: 'failed', watchFault: 'signaling-unreachable' },
  },
  {
    name: 'recordings',
    hash: '#/recordings',
    wishes: {
      recordings: [
        demoRecording({ refilledMs: 12_400 }),
        demoRecording({
          ...{ id: `copy-${DEMO_ID}`, isCopy: true, title: 'Market day, seen from the fountain' },
          ...{ durationMs: 754_000, bytes: 96_000_000, startedAtMs: Date.UTC(2026, 3, 28, 17, 5) },
        }),
        demoRecording({ id: 'b'.repeat(26), title: '', isComplete: false, startedAtMs: 1_700_000_000_000 }),
      ],
    },
  },
  {
    name: 'recordings-exporting',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()], exportShare: 0.42 },
    clicks: ['Download'],
  },
  {
    name: 'recordings-report',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()] },
    clicks: ['Report'],
  },
  {
    name: 'recordings-copy',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording({ id: `copy-${DEMO_ID}`, isCopy: true, isComplete: false })] },
  },
  { name: 'recordings-empty', hash: '#/recordings' },
  {
    name: 'recordings-full',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()], leftBytes: 90_000_000 },
  },
  {
    name: 'recordings-deleted',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()] },
    clicks: ['Delete'],
  },
  {
    name: 'recordings-rename',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()] },
    clicks: ['Rename'],
  },
  {
    name: 'recordings-proof',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()] },
    clicks: ['Download'],
  },
  {
    name: 'recordings-compatible',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()], offersAac: true },
  },
  {
    name: 'recordings-gaps',
    hash: '#/recordings',
    wishes: { recordings: [demoRecording()], gaps: DEMO_GAPS },
    clicks: ['Download'],
  },
  { name: 'verify', hash: '#/verify' },
  { name: 'verify-no-files', hash: '#/verify', clicks: ['Verify'] },
  { name: 'verify-running', hash: '#/verify', files: true, clicks: ['Verify'] },
  {
    name: 'verify-whole',
    hash: '#/verify',
    files: true,
    clicks: ['Verify'],
    wishes: { verdict: demoVerdict() },
  },
  {
    name: 'verify-cut',
    hash: '#/verify',
    files: true,
    clicks: ['Verify'],
    wishes: {
      verdict: demoVerdict({
        is: 'cut',
        pieces: [
          { where: 'start', why: 'left-out', atMs: 0, forMs: 724_000 },
          { where: 'inside', why: 'off-air', atMs: 61_000, forMs: 20_000 },
          { where: 'inside', why: 'left-out', atMs: 95_000, forMs: 400 },
          { where: 'inside', why: 'unknown', atMs: 132_000, forMs: 12_000 },
          { where: 'end', why: 'unknown', atMs: 180_000 },
        ],
      }),
    },
  },
  {
    name: 'verify-altered',
    hash: '#/verify',
    files: true,
    clicks: ['Verify'],
    wishes: { verdict: { is: 'altered', broadcastId: DEMO_ID, atMs: 754_000, how: 'bytes' } },
  },
  {
    name: 'verify-foreign',
    hash: '#/verify',
    files: true,
    clicks: ['Verify'],
    wishes: { verdict: { is: 'foreign', broadcastId: DEMO_ID } },
  },
  {
    name: 'verify-unreadable',
    hash: '#/verify',
    files: true,
    clicks: ['Verify'],
    wishes: { verdict: { is: 'unreadable', file: 'video' } },
  },
  { name: 'lost', hash: '#/tooshort' },
  { name: 'lost-capitals', hash: `#/${DEMO_ID.toUpperCase()}` },
];

/** Builds the demonstration as the app is built, so that what is looked at is what people get, and serves it on a free port. */
export async function startUiServer(): Promise<{
  addressOf: (state: Omit<UiState, 'name'>) => string;
  close: () => Promise<void>;
}> {
  await build({
    logLevel: 'error',
    build: { outDir: FOLDER, emptyOutDir: true, rolldownOptions: { input: PAGE } },
  });
  const server = await preview({
    logLevel: 'error',
    build: { outDir: FOLDER },
    preview: { port: 0, host: '127.0.0.1' },
  });
  const origin = server.resolvedUrls?.local[0] ?? '';
  return {
    addressOf: ({ hash, wishes = {}, query = '' }) =>
      `${origin}${PAGE}?demo=${encodeURIComponent(JSON.stringify(wishes))}&${query}${hash}`,
    close: () => server.close(),
  };
}

/** Chooses two files on the page that verifies; what is in them doesn't matter to a demonstration. */
export async function chooseFiles(page: Page): Promise<void> {
  const names = {
    video: 'lucarne-sunrise-over-the-harbour-2026-05-03.mp4',
    proof: 'lucarne-sunrise-over-the-harbour-2026-05-03.proof',
  };
  for (const [role, name] of Object.entries(names))
    await page
      .locator(`#${role}-input`)
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(123_456) });
}
