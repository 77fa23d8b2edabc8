// Hands a programme's tracks to the encoder's worker: as streams where the browser can (nothing passes through the
// page then), else frame by frame, as the worker asks for them.

import { wallUs } from './capture-clock.ts';
import type { AudioFeed, ToEncoder, VideoFeed } from './encode-messages.ts';
import { readMicrophone } from './microphone.ts';

type Post = (message: ToEncoder, transfer?: Transferable[]) => void;

/** Whether tracks can be read as streams on the page. */
function hasTrackProcessor(): boolean {
  return 'MediaStreamTrackProcessor' in globalThis;
}

/** A picture's way to the worker. `tick` does nothing where a stream does the work. */
export interface VideoPump {
  feed: VideoFeed;
  tick(): void;
  stop(): void;
}

export function pumpVideo(track: MediaStreamVideoTrack, post: Post): VideoPump {
  if (hasTrackProcessor()) {
    const feed = new MediaStreamTrackProcessor({ track }).readable;
    return { feed, tick: () => undefined, stop: () => undefined };
  }
  return pumpFrames(track, post);
}

/** Draws frames from an unseen <video>, which goes on in a hidden tab as long as somebody else keeps the time. */
function pumpFrames(track: MediaStreamTrack, post: Post): VideoPump {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  video.play().catch(() => undefined);
  let isLost = false;
  const tick = (): void => {
    if (track.readyState === 'ended' && !isLost) {
      isLost = true;
      post({ type: 'lost', track: 'video' });
    }
    if (isLost || video.readyState < video.HAVE_CURRENT_DATA) return;
    const timeUs = wallUs();
    const frame = new VideoFrame(video, { timestamp: timeUs });
    post({ type: 'frame', frame, timeUs }, [frame]);
  };
  const stop = (): void => {
    video.srcObject = null;
  };
  return { feed: 'messages', tick, stop };
}

/** A sound's way to the worker. */
export interface AudioPump {
  feed: AudioFeed;
  stop(): void;
}

export function pumpAudio(track: MediaStreamAudioTrack, post: Post): AudioPump {
  if (hasTrackProcessor()) {
    return { feed: new MediaStreamTrackProcessor({ track }).readable, stop: () => undefined };
  }
  const reading = readMicrophone(track, (pcm) => {
    post(
      { type: 'sound', ...pcm },
      pcm.channels.map(({ buffer }) => buffer),
    );
  });
  reading.catch(() => post({ type: 'lost', track: 'audio' }));
  const stop = (): void => {
    reading.then((end) => end()).catch(() => undefined);
  };
  return { feed: 'messages', stop };
}
