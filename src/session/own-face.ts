// What a guest sees and hears of the broadcaster: the devices on air, as the studio's switches have them. A stage that is muted or hidden
// for viewers is so for the guest.

import { GUEST_FOLLOW_MS } from '../base/limits.ts';
import type { Clock, GuestCall, Programme, Stop } from '../ports.ts';

/** Owns what it sends; `close` ends it. */
export class OwnFace {
  /** Undefined where what is on air comes from no device. */
  readonly stream: MediaStream | undefined;
  readonly #programme: Programme;
  /** What is sent, by the track of the programme that it is a copy of. */
  readonly #copies = new Map<MediaStreamTrack, MediaStreamTrack>();
  readonly #stop: Stop;
  readonly #call: GuestCall;

  constructor(clock: Clock, programme: Programme, call: GuestCall) {
    this.#programme = programme;
    this.#call = call;
    const { preview } = programme;
    if ('getTracks' in preview) {
      this.stream = preview.clone();
      const copies = this.stream.getTracks();
      for (const track of preview.getTracks()) {
        const at = copies.findIndex(({ kind }) => kind === track.kind);
        const [copy] = at < 0 ? [] : copies.splice(at, 1);
        if (copy) this.#copies.set(track, copy);
      }
    }
    this.#follow();
    this.#stop = clock.every(GUEST_FOLLOW_MS, () => this.#follow());
  }

  close(): void {
    this.#stop();
    for (const copy of this.#copies.values()) copy.stop();
  }

  #follow(): void {
    const { preview, isMuted, isHidden } = this.#programme;
    if (!this.stream || !('getTracks' in preview)) return;
    for (const track of preview.getTracks()) if (!this.#copies.has(track)) this.#change(track);
    for (const copy of this.#copies.values()) copy.enabled = !(copy.kind === 'audio' ? isMuted : isHidden);
  }

  /** Another camera or microphone is on air. */
  #change(track: MediaStreamTrack): void {
    const copy = track.clone();
    for (const [before, old] of this.#copies) {
      if (before.kind !== track.kind) continue;
      this.#copies.delete(before);
      old.stop();
    }
    this.#copies.set(track, copy);
    this.#call.sendTrack(copy);
  }
}
