// The picture in a window of its own, over other programs. A canvas can't float: its pictures are copied into a <video>, by the player's
// worker, so that it goes on while the page is hidden. One rule: nothing is copied while nothing floats.

import type { WatchSession } from '../../session/session-api.ts';

/** Of Chromium; no other browser lets a page make pictures for a <video> that a worker fills. */
type TrackGenerator = MediaStreamTrack & { writable: WritableStream<VideoFrame> };
declare const MediaStreamTrackGenerator: new (options: { kind: 'video' }) => TrackGenerator;

/** How long the first picture may take to be in the <video>, ms: a click is good for five seconds. */
const PICTURE_MS_MAX = 4000;

/** Whether this browser can. */
export function canFloat(): boolean {
  return 'MediaStreamTrackGenerator' in globalThis && document.pictureInPictureEnabled;
}

/** The floating window of one player. */
export class FloatingPicture {
  readonly #changed: () => void;
  #video: HTMLVideoElement | undefined;

  /** `changed` hears of the window's coming and going, whoever closes it. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#video !== undefined && document.pictureInPictureElement === this.#video;
  }

  /** Opens it, in a person's gesture, or closes it. A refusal leaves all as it was. */
  async toggle(session: WatchSession): Promise<void> {
    if (this.#video) {
      this.close();
      return;
    }
    const video = (this.#video = document.createElement('video'));
    const track = new MediaStreamTrackGenerator({ kind: 'video' });
    session.copyPictures(track.writable);
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    video.addEventListener('leavepictureinpicture', () => this.close());
    try {
      void video.play();
      await pictured(video);
      await video.requestPictureInPicture();
    } catch {
      this.close();
    }
    this.#changed();
  }

  close(): void {
    const video = this.#video;
    if (!video) return;
    const isOpen = this.isOpen;
    this.#video = undefined;
    // The worker's next picture finds the track ended, and is the last one copied.
    for (const track of (video.srcObject as MediaStream).getTracks()) track.stop();
    video.srcObject = null;
    if (isOpen) document.exitPictureInPicture().catch(() => undefined);
    this.#changed();
  }
}

function pictured(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    if (video.readyState >= HTMLMediaElement.HAVE_METADATA) resolve();
    video.addEventListener('loadedmetadata', () => resolve(), { once: true });
    setTimeout(() => reject(new Error('no picture')), PICTURE_MS_MAX);
  });
}
