// The room of one file of an export: gathers what happened in its time, and makes the files that lie beside it.

import type { Packet } from '../feed/packet.ts';
import type { KeptLogEntry } from '../ports.ts';
import { decodeRoomPacket } from '../room/room-packet.ts';
import type { RecordingFile, RoomReplay } from '../session/session-api.ts';
import { chaptersOf, type Chapter } from './chapters.ts';
import { cutReplay, emptyReplay, type RoomHistory } from './room-history.ts';
import { chaptersVtt, commentsVtt, roomJson } from './room-sidecars.ts';
import type { RecordedPackets } from './recording-reader.ts';

/** Which part of the time a file shows, ms. */
export interface Bounds {
  fromMs: number;
  toMs: number;
}

/** What files beside a video are made from. */
export interface SidecarPlan extends Bounds {
  about: Pick<RecordedPackets, 'broadcastId' | 'title' | 'startedAtMs'>;
  log: readonly KeptLogEntry[];
  nameWith: (ending: string) => string;
}

/** Packets come in the order in which they were sent. */
export class RoomPart {
  readonly #history: RoomHistory;
  readonly #replay = emptyReplay();
  /** From capture time to the file's time, by epoch, µs. */
  readonly #offsetsUs = new Map<number, number>();

  constructor(history: RoomHistory) {
    this.#history = history;
  }

  /** A `room` packet that lies at `atUs` in the file's time. */
  take({ header, payload }: Packet, atUs: number): void {
    const packet = decodeRoomPacket(payload);
    if (!packet.ok) return;
    this.#offsetsUs.set(header.epoch, atUs - header.timeUs);
    this.#history.take(header.epoch, packet.value, atUs / 1000, this.#replay);
  }

  /** Of what lies between the bounds; what comes before the first question is called `title`. */
  chapters({ fromMs, toMs }: Bounds, title: string): Chapter[] {
    return chaptersOf(cutReplay(this.#replay, fromMs, toMs), title || 'Lucarne');
  }

  /** Undefined when nothing happened. */
  read({ about, log, nameWith, fromMs, toMs }: SidecarPlan): RecordingFile['room'] {
    const replay = cutReplay(this.#replay, fromMs, toMs);
    const timeOf = ({ epoch, atMs }: KeptLogEntry): number | undefined => {
      const offsetUs = this.#offsetsUs.get(epoch);
      const inFileMs = offsetUs === undefined ? NaN : Math.round(atMs + offsetUs / 1000 - fromMs);
      return inFileMs >= 0 && inFileMs <= toMs - fromMs ? inFileMs : undefined;
    };
    if (isEmpty(replay) && log.length === 0) return undefined;
    const chapters = this.chapters({ fromMs, toMs }, about.title);
    const files: [ending: string, text: string, type: string][] = [
      ['.comments.vtt', commentsVtt(replay), 'text/vtt'],
      ['.room.json', roomJson({ ...about, replay, log, timeOf }), 'application/json'],
    ];
    if (chapters.length > 0) files.push(['.chapters.vtt', chaptersVtt(chapters, toMs - fromMs), 'text/vtt']);
    const sidecars = files.map(([ending, text, type]) => ({
      name: nameWith(ending),
      file: new Blob([text], { type }),
    }));
    return { replay, sidecars };
  }
}

function isEmpty({ comments, hearts, answered }: RoomReplay): boolean {
  return comments.length + hearts.length + answered.length === 0;
}
