// Calls without a network: whoever stands at a seat hears whoever calls it, once the caller knows what to say. Streams are plain objects.

import { createHash } from 'node:crypto';
import type {
  CallEnd,
  CallerMarks,
  CallEvents,
  GuestCall,
  GuestCalls,
  RingingCall,
  SayAtDoor,
} from '../../src/ports.ts';

type Ring = (call: RingingCall) => CallEvents | CallEnd;

/** One end of a call, as tests may look at it. */
interface End {
  events: CallEvents | undefined;
  sent: MediaStream | undefined;
}

/** A town's telephone exchange. */
export class LoopbackCalls implements GuestCalls {
  readonly #doors = new Map<string, Ring>();
  #callers = 0;
  /** Tracks that took the place of others. */
  readonly replaced: MediaStreamTrack[] = [];
  /** Breaks the path of every call. */
  breakAll: () => void = () => undefined;

  /** Where somebody takes calls, as `<server> <seat>`. */
  get seats(): string[] {
    return [...this.#doors.keys()];
  }

  open(server: string, seat: string, ring: Ring): () => void {
    this.#doors.set(`${server} ${seat}`, ring);
    return () => this.#doors.delete(`${server} ${seat}`);
  }

  call(server: string, seat: string, own: MediaStream, say: SayAtDoor, events: CallEvents): GuestCall {
    const caller = callerOf(`caller${++this.#callers}`);
    let call: GuestCall | undefined;
    let isOver = false;
    void say(caller).then((said) => {
      if (!isOver) call = this.callAs(caller, server, seat, own, said, events);
    });
    return {
      peer: seat,
      sendTrack: (track) => call?.sendTrack(track),
      end: (why) => {
        isOver = true;
        call?.end(why);
      },
    };
  }

  /** Calls as somebody. */
  callAs(
    caller: CallerMarks,
    server: string,
    seat: string,
    own: MediaStream,
    said: unknown,
    events: CallEvents,
  ): GuestCall {
    const near: End = { events, sent: own };
    const far: End = { events: undefined, sent: undefined };
    const over = (ended: CallEvents | undefined, why: CallEnd): void => {
      near.events = far.events = undefined;
      ended?.ended(why);
    };
    const callOf = (self: End, other: End, name: string): GuestCall => ({
      peer: name,
      sendTrack: (track) => void this.replaced.push(track),
      end: (why) => {
        self.events = undefined;
        over(other.events, why);
      },
    });
    const before = this.breakAll;
    this.breakAll = () => {
      before();
      const { events: farEvents } = far;
      over(near.events, 'lost');
      farEvents?.ended('lost');
    };
    const ring = this.#doors.get(`${server} ${seat}`);
    if (!ring) {
      over(near.events, 'absent');
      return callOf(near, far, seat);
    }
    const answer = ring({
      ...callOf(far, near, caller.peer),
      fingerprint: caller.fingerprint,
      said: JSON.parse(JSON.stringify(said)) as unknown,
      answer: (stream) => {
        far.sent = stream;
        near.events?.connected(far.sent);
        far.events?.connected(near.sent);
      },
    });
    if (typeof answer === 'string') over(near.events, answer);
    else if (near.events) far.events = answer;
    return callOf(near, far, seat);
  }
}

/** Somebody with a certificate of their own. */
export function callerOf(peer: string): CallerMarks {
  return { peer, fingerprint: createHash('sha256').update(peer).digest('hex') };
}

/** A track that keeps what was done to it. */
export class FakeTrack {
  enabled = true;
  isStopped = false;
  readonly copies: FakeTrack[] = [];
  readonly kind: 'audio' | 'video';

  constructor(kind: 'audio' | 'video') {
    this.kind = kind;
  }

  clone(): FakeTrack {
    const copy = new FakeTrack(this.kind);
    this.copies.push(copy);
    return copy;
  }

  stop(): void {
    this.isStopped = true;
  }
}

/** A camera with a microphone. */
export class FakeStream {
  tracks: FakeTrack[];

  constructor(tracks = [new FakeTrack('video'), new FakeTrack('audio')]) {
    this.tracks = tracks;
  }

  getTracks(): FakeTrack[] {
    return [...this.tracks];
  }

  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'audio');
  }

  clone(): FakeStream {
    return new FakeStream(this.tracks.map((track) => track.clone()));
  }
}

/** The same, as pages know it. */
export function asStream(stream: FakeStream): MediaStream {
  return stream as unknown as MediaStream;
}
