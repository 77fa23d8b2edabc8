// Entry of the encoder's worker: passes messages on. Ticks for browsers whose tracks can't be read in a worker come
// from here too, since a worker's timers run on in a hidden tab.

import type { FromEncoder, ToEncoder } from './encode-messages.ts';
import { ProgrammeEncoder } from './encode-programme.ts';
import { QUALITIES } from './quality.ts';

/** The worker's own end; the page's types know only the other one. */
const page = globalThis as unknown as {
  postMessage(message: FromEncoder, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToEncoder>) => void) | null;
};

const programme = new ProgrammeEncoder((message) => {
  page.postMessage(message, message.type === 'chunk' ? [message.chunk.bytes.buffer] : []);
});
let ticks: ReturnType<typeof setInterval> | undefined;

/** Asks the page for a picture at the target's rate. */
function tick(): void {
  ticks ??= setInterval(() => page.postMessage({ type: 'tick' }, []), 1000 / QUALITIES['360p'].frameRate);
}

async function take(message: ToEncoder): Promise<void> {
  switch (message.type) {
    case 'open':
      return programme.open(message.quality, message.preview);
    case 'start':
      if (message.video === 'messages') tick();
      return programme.start(message.video, message.audio, message.audioChannels);
    case 'frame': {
      programme.takeFrame(message.frame, message.timeUs);
      return;
    }
    case 'sound': {
      programme.takeSound(message);
      return;
    }
    case 'video': {
      programme.attachVideo(message.feed);
      return;
    }
    case 'audio': {
      programme.attachAudio(message.feed);
      return;
    }
    case 'side': {
      if (message.video === 'messages') tick();
      programme.sides.attach(message.side, message.video, message.audio);
      return;
    }
    case 'side-frame': {
      programme.sides.takeFrame(message.side, message.frame);
      return;
    }
    case 'side-sound': {
      programme.sides.takeSound(message.side, message);
      return;
    }
    case 'screen': {
      programme.setScreen(message.isScreen);
      return;
    }
    case 'lost': {
      programme.lose(message.track);
      return;
    }
    case 'hold': {
      programme.holdPicture();
      return;
    }
    case 'mute': {
      programme.isMuted = message.isMuted;
      return;
    }
    case 'hide': {
      programme.setHidden(message.isHidden);
      return;
    }
    case 'share': {
      programme.setBitrateShare(message.bitrateShare);
      return;
    }
    case 'sketch': {
      programme.sketch(message.mark);
      return;
    }
    case 'key': {
      programme.requestKey();
      return;
    }
    case 'close':
      clearInterval(ticks);
      return programme.close();
  }
}

page.onmessage = ({ data }) => {
  take(data).catch((error: unknown) => {
    page.postMessage({ type: 'failed', code: 'encoder-failed', message: String(error) }, []);
  });
};
