// The page's end of who stands with the broadcaster: hands the tracks of one stream to the worker.

import { pumpAudio, pumpVideo } from './capture-tracks.ts';
import type { AudioPump, VideoPump } from './capture-tracks.ts';
import type { SoundSide, ToEncoder } from './encode-messages.ts';
import { streamsOf } from './encoder-worker.ts';
import type { EncoderWorker } from './encoder-worker.ts';

/** One side; its stream belongs to whoever sets it. */
export class SidePump {
  readonly #worker: EncoderWorker;
  readonly #side: SoundSide;
  #stream: MediaStream | undefined;
  #video: VideoPump | undefined;
  #audio: AudioPump | undefined;

  constructor(worker: EncoderWorker, side: SoundSide) {
    this.#worker = worker;
    this.#side = side;
  }

  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  /** Has this stream put on air; undefined: nothing any more. */
  set stream(stream: MediaStream | undefined) {
    if (stream === this.#stream) return;
    this.#video?.stop();
    this.#audio?.stop();
    this.#stream = stream;
    const [video] = stream?.getVideoTracks() ?? [];
    const [audio] = stream?.getAudioTracks() ?? [];
    this.#video = video && pumpVideo(video, this.#post);
    this.#audio = audio && pumpAudio(audio, this.#post);
    this.#worker.post(
      {
        type: 'side',
        side: this.#side,
        ...(this.#video && { video: this.#video.feed }),
        ...(this.#audio && { audio: this.#audio.feed }),
      },
      streamsOf(this.#video?.feed, this.#audio?.feed),
    );
  }

  /** The worker asks for a picture. */
  tick(): void {
    this.#video?.tick();
  }

  /** Pumps speak as for the programme's own tracks. */
  readonly #post = (message: ToEncoder, transfer?: Transferable[]): void => {
    const side = this.#side;
    if (message.type === 'frame')
      this.#worker.post({ type: 'side-frame', side, frame: message.frame }, transfer);
    if (message.type === 'sound') this.#worker.post({ ...message, type: 'side-sound', side }, transfer);
  };
}
