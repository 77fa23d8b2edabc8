// The visit of a guest: asks to be let in, is on air, goes. Invariants: (1) the camera is open only from `knock` until it is over; (2) the
// broadcast's own sound is off exactly while the visit is on air, since it comes late and has the guest's own voice in it.

import type { CallEnd, GuestCall, LoadGuestCalls } from '../ports.ts';
import type { GuestPass, GuestVisit, VisitState } from './guest-api.ts';
import { LucarneSessionChanged, type WatchSession } from './session-api.ts';

/** What a visit works with. */
export interface GuestVisitParts {
  pass: GuestPass;
  /** The first is where to call. */
  servers: Promise<readonly string[]>;
  loadCalls: LoadGuestCalls;
  /** Camera and microphone. Rejects with a LucarneError. */
  openCamera: () => Promise<MediaStream>;
  watch: Pick<WatchSession, 'muted'>;
}

/** One visit after the other, by one pass. */
export class LiveGuestVisit extends EventTarget implements GuestVisit {
  readonly #parts: GuestVisitParts;
  #state: VisitState = 'invited';
  #end: CallEnd | undefined;
  #failure: Error | undefined;
  #own: MediaStream | undefined;
  #host: MediaStream | undefined;
  #call: GuestCall | undefined;
  #isMuted = false;
  /** Whether the broadcast was silent before the visit was on air. */
  #wasSilent: boolean | undefined;
  /** Counts knocks, so that what belongs to one that was given up is dropped. */
  #knocks = 0;

  constructor(parts: GuestVisitParts) {
    super();
    this.#parts = parts;
  }

  get state(): VisitState {
    return this.#state;
  }

  get end(): CallEnd | undefined {
    return this.#end;
  }

  get failure(): Error | undefined {
    return this.#failure;
  }

  get own(): MediaStream | undefined {
    return this.#own;
  }

  get host(): MediaStream | undefined {
    return this.#host;
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }
  set isMuted(isMuted: boolean) {
    this.#isMuted = isMuted;
    this.#letSound();
    this.#changed();
  }

  async knock(name: string): Promise<void> {
    if (this.#state !== 'invited' && this.#state !== 'over') return;
    const knock = ++this.#knocks;
    this.#failure = undefined;
    this.#end = undefined;
    this.#become('opening');
    try {
      await this.#ask(name, () => knock === this.#knocks);
    } catch (error) {
      if (knock !== this.#knocks) return;
      this.#failure = error instanceof Error ? error : new Error('the call failed', { cause: error });
      this.#finish();
    }
  }

  leave(): void {
    if (this.#state === 'invited' || this.#state === 'over') return;
    this.#call?.end('left');
    this.#end = undefined;
    this.#finish('invited');
  }

  async #ask(name: string, isWanted: () => boolean): Promise<void> {
    const { loadCalls, servers, openCamera, pass } = this.#parts;
    const loading = Promise.all([loadCalls(), servers]);
    // It may fail while the camera is still being asked for.
    loading.catch(() => undefined);
    const own = await openCamera();
    if (!isWanted()) {
      stop(own);
      return;
    }
    this.#own = own;
    this.#letSound();
    this.#changed();
    const [calls, [server = '']] = await loading;
    if (!isWanted()) return;
    this.#become('waiting');
    const call = calls.call(server, pass.seat, own, (caller) => pass.knock(name, caller), {
      connected: (host) => isWanted() && this.#enter(host),
      ended: (why) => isWanted() && this.#finish('over', why),
    });
    if (isWanted()) this.#call = call;
  }

  #enter(host: MediaStream | undefined): void {
    const { watch } = this.#parts;
    this.#host = host;
    this.#wasSilent = watch.muted;
    watch.muted = true;
    this.#become('on-air');
  }

  #finish(state: 'invited' | 'over' = 'over', why?: CallEnd): void {
    this.#knocks++;
    this.#end = why;
    this.#call = undefined;
    this.#host = undefined;
    if (this.#own) stop(this.#own);
    this.#own = undefined;
    if (this.#wasSilent === false) this.#parts.watch.muted = false;
    this.#wasSilent = undefined;
    this.#become(state);
  }

  #letSound(): void {
    for (const track of this.#own?.getAudioTracks() ?? []) track.enabled = !this.#isMuted;
  }

  #become(state: VisitState): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    this.dispatchEvent(new LucarneSessionChanged());
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
