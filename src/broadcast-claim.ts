// Composition of what a broadcast owns: its key (new, or that of the broadcast being resumed), the claim that no other
// tab sends under it, and the recording that both live with.

import { LucarneError } from './base/errors.ts';
import type { Bytes } from './base/bytes.ts';
import { holdKey } from './identity/key-lock.ts';
import { createKey, signerOf, type StoredKey } from './identity/keys.ts';
import { createLinkKey, linkCipherOf, linkKeyText, sealingKeyOf } from './identity/link-cipher.ts';
import type { LinkCipher, Mender, Recorder, RecorderEvents, RoomKeeper, Signer, Store } from './ports.ts';
import { openStretchKeeper } from './record/air-report.ts';
import { TITLE_KEY } from './record/given-title.ts';
import { openMender } from './record/mender.ts';
import { openRecorder } from './record/recorder.ts';
import { tableName } from './record/record.ts';
import { recordingTable } from './record/recording-table.ts';
import { loadKey, saveKey } from './record/recording-key.ts';
import { openRoomKeeper, roomBefore } from './record/room-keeper.ts';
import type { RoomBefore } from './room/desk-memory.ts';
import type { KeepStretch } from './session/session-api.ts';

/** A broadcast that this tab alone may send. */
export interface BroadcastClaim {
  signer: Signer;
  /** Greater than that of any earlier start under this key. */
  epoch: number;
  /** Of a private broadcast: what its link carries, and what seals with it. */
  linkKey?: string;
  cipher?: LinkCipher;
  /** Its link asks viewers to hide their addresses. */
  isRelayOnly?: boolean;
  /** Absent when nothing is kept of it. */
  openRecorder?(events: RecorderEvents): Recorder;
  /** What is left of the room of the broadcast that it goes on with. */
  roomBefore?: RoomBefore | undefined;
  roomKeeper?: RoomKeeper;
  keepStretch?: KeepStretch;
  /** Another title of the recording. */
  keepTitle?(title: string): Promise<void>;
  /** Of the recording of earlier epochs, and of this one. */
  mender?: Mender;
  /** Lets another tab claim it. */
  released(): void;
}

/** What is kept beside the recording. */
interface Kept {
  key: StoredKey;
  epoch: number;
  startedAtMs: number;
  /** Of a private broadcast: the key of its link, as bytes, since the link is to be shown again. */
  linkKey?: Bytes;
  isRelayOnly?: boolean;
}

/** What a new broadcast is to be. */
export interface Privacy {
  isPrivate?: boolean | undefined;
  isRelayOnly?: boolean | undefined;
}

/** Which broadcast. */
export interface ClaimWish extends Privacy {
  /** An earlier one, which stays as private as it was. */
  resumeId?: string | undefined;
}

/**
 * Claims a new broadcast, or with `resumeId` an earlier one. Rejects with LucarneError 'key-missing' (nothing to resume),
 * 'key-in-use' (another tab sends it) or a storage fault.
 */
export async function claimBroadcast(
  store: Store,
  title: string,
  { resumeId, ...wishes }: ClaimWish = {},
): Promise<BroadcastClaim> {
  const kept = resumeId === undefined ? await makeKept(wishes) : await loadKept(store, resumeId);
  const signer = await signerOf(kept.key);
  const { broadcastId } = signer;
  const claim = new AbortController();
  if (!(await holdKey(broadcastId, claim.signal))) throw new LucarneError('key-in-use');
  const epoch = epochAfter(kept);
  try {
    await saveKey(store, broadcastId, { ...kept, epoch } satisfies Kept);
  } catch (error) {
    claim.abort();
    throw error;
  }
  const privacy = await privacyOf(broadcastId, kept);
  const table = recordingTable(store.open(tableName(broadcastId)), () => Promise.resolve(privacy.cipher));
  // A room that can't be read begins with approval; the broadcast goes on in every case.
  const before = resumeId === undefined ? undefined : await roomBefore(table).catch(() => undefined);
  const identity = { broadcastId, title, startedAtMs: kept.startedAtMs, epoch };
  let recorder: Recorder | undefined;
  let hasFault = false;
  return {
    signer,
    epoch,
    ...privacy,
    roomBefore: before,
    roomKeeper: openRoomKeeper(table),
    keepStretch: openStretchKeeper(table, epoch),
    keepTitle: (given) => table.set([[TITLE_KEY, given]]),
    mender: openMender(store, identity, kept.epoch),
    openRecorder: (events) => {
      const onFault = (error: LucarneError): void => {
        hasFault = true;
        events.onFault(error);
      };
      return (recorder = openRecorder(store, identity, { ...events, onFault }));
    },
    released: () => {
      // A new broadcast that failed before its first packet leaves nothing behind that anybody could find. One that the
      // disk refused was on air, and its link is out.
      const isEmpty = resumeId === undefined && !hasFault && (recorder?.recordedSeq ?? -1) < 0;
      const cleared = isEmpty ? store.drop(tableName(broadcastId)).catch(() => undefined) : Promise.resolve();
      void cleared.then(() => claim.abort());
    },
  };
}

/** Claims a new broadcast of which nothing is kept: its key dies with the page. */
export async function claimUnrecorded(wishes: Privacy = {}): Promise<BroadcastClaim> {
  const kept = await makeKept(wishes);
  const signer = await signerOf(kept.key);
  const privacy = await privacyOf(signer.broadcastId, kept);
  return { signer, epoch: epochAfter(kept), ...privacy, released: () => undefined };
}

async function privacyOf(
  broadcastId: string,
  { linkKey, isRelayOnly = false }: Kept,
): Promise<Pick<BroadcastClaim, 'linkKey' | 'cipher' | 'isRelayOnly'>> {
  if (!linkKey) return { isRelayOnly };
  const cipher = linkCipherOf(broadcastId, await sealingKeyOf(linkKey));
  return { isRelayOnly, linkKey: linkKeyText(linkKey), cipher };
}

function epochAfter({ epoch }: Kept): number {
  return Math.max(epoch + 1, Math.floor(Date.now() / 1000));
}

async function makeKept({ isPrivate, isRelayOnly = false }: Privacy): Promise<Kept> {
  const linkKey = isPrivate ? { linkKey: createLinkKey() } : {};
  return { key: await createKey(), epoch: 0, startedAtMs: Date.now(), isRelayOnly, ...linkKey };
}

async function loadKept(store: Store, broadcastId: string): Promise<Kept> {
  const kept = (await loadKey(store, broadcastId)) as Kept | undefined;
  if (kept === undefined) throw new LucarneError('key-missing');
  return kept;
}
