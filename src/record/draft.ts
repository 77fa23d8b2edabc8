// Packets that will make one record: contiguous, of one epoch, and within its bounds of time and bytes.

import { RECORD_BYTES_MAX, RECORD_MS_MAX } from '../base/limits.ts';
import type { Packet } from '../feed/packet.ts';

/** Not yet on disk. */
export interface Draft {
  packets: Packet[];
  /** The newest config when its last packet came. */
  config: Packet | undefined;
  bytes: number;
  fromTimeUs: number;
  toTimeUs: number;
}

/** A draft of one packet. */
export function newDraft(packet: Packet, config?: Packet): Draft {
  const { timeUs } = packet.header;
  return { packets: [packet], config, bytes: bytesOf(packet), fromTimeUs: timeUs, toTimeUs: timeUs };
}

/** Adds a packet; false, and nothing added, when it doesn't fit. */
export function addToDraft(draft: Draft, packet: Packet, config?: Packet): boolean {
  const last = draft.packets.at(-1)?.header;
  const { timeUs, seq, epoch } = packet.header;
  const fromTimeUs = Math.min(draft.fromTimeUs, timeUs);
  const toTimeUs = Math.max(draft.toTimeUs, timeUs);
  const bytes = draft.bytes + bytesOf(packet);
  const isNext = epoch === last?.epoch && seq === last.seq + 1;
  if (!isNext || toTimeUs - fromTimeUs > RECORD_MS_MAX * 1000 || bytes > RECORD_BYTES_MAX) return false;
  draft.packets.push(packet);
  Object.assign(draft, { config, bytes, fromTimeUs, toTimeUs });
  return true;
}

function bytesOf({ head, payload }: Packet): number {
  return head.length + payload.length;
}
