// The page of composed.test.ts: a programme with others beside it, decoded again. The guest comes over a real connection, green and humming.
import { openProgramme } from '../../../src/media/programme.ts';
import type {
  AudioFormat,
  MediaChunk,
  MediaFormat,
  Programme,
  ProgrammeOptions,
  VideoFormat,
} from '../../../src/ports.ts';
import { decodePictures, decodeSound } from './decoding.ts';

/** Without a sound device it makes no sound of its own; its microphone hums, though. */
const isFirefox = navigator.userAgent.includes('Firefox');
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
/** Hz of the guest's voice. */
const HUM = 700;
/** Hz of a shared screen's sound, and of who talks about it: whole waves in each part that is looked at. */
const SCREEN_HUM = 1200;
const VOICE_HUM = 400;
/** How much of the sound is looked at together: samples at 48 kHz. */
const WINDOW = 12_000;

export interface ComposedFacts {
  errors: string[];
  width: number;
  height: number;
  /** Of each decoded picture: its Unix time, µs, and red, green and blue at the asked points (parts of width and height). */
  pictures: { timeUs: number; colors: number[][] }[];
  /** How loud each quarter of a second is: root mean square, 0 to 1. The card beeps in one of four. */
  sounds: { timeUs: number; loudness: number }[];
  /** Unix µs at which the guest came and went. */
  cameUs: number;
  wentUs: number;
}

export interface ComposedOptions extends ProgrammeOptions {
  points: [x: number, y: number][];
  /** How long there is nobody, then somebody, then nobody, s. */
  seconds: [before: number, during: number, after: number];
  /** Who comes: a green guest, or a red camera. */
  who: 'guest' | 'inset';
}

const wallUs = (): number => (performance.timeOrigin + performance.now()) * 1000;
const wait = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** A picture of one colour, in which something moves so that pictures come. */
function colored(color: string): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
  const pen = canvas.getContext('2d')!;
  let pictures = 0;
  setInterval(() => {
    pen.fillStyle = color;
    pen.fillRect(0, 0, 320, 240);
    pen.fillStyle = '#808080';
    pen.fillRect(pictures++ % 320, 0, 8, 8);
  }, 50);
  return canvas.captureStream(20);
}

/** A pure tone, for as long as the page lives. */
async function hum(frequency = HUM): Promise<MediaStream> {
  const context = new AudioContext();
  await context.resume();
  const voice = new OscillatorNode(context, { frequency });
  const ear = context.createMediaStreamDestination();
  voice.connect(new GainNode(context, { gain: 0.2 })).connect(ear);
  voice.start();
  return ear.stream;
}

/** A green picture and a hum, as they arrive over a connection. */
async function connectGuest(): Promise<MediaStream> {
  const voice = await (isFirefox ? navigator.mediaDevices.getUserMedia({ audio: PLAIN }) : hum());
  const sent = new MediaStream([...colored('#00c000').getTracks(), ...voice.getTracks()]);
  const [near, far] = [new RTCPeerConnection(), new RTCPeerConnection()];
  near.onicecandidate = ({ candidate }) => void far.addIceCandidate(candidate ?? undefined);
  far.onicecandidate = ({ candidate }) => void near.addIceCandidate(candidate ?? undefined);
  const received = new MediaStream();
  far.ontrack = ({ track }) => received.addTrack(track);
  for (const track of sent.getTracks()) near.addTrack(track, sent);
  await near.setLocalDescription();
  await far.setRemoteDescription(near.localDescription!);
  await far.setLocalDescription();
  await near.setRemoteDescription(far.localDescription!);
  // The broadcaster sees and hears the guest.
  const shown = Object.assign(document.createElement('video'), { srcObject: received });
  document.body.append(shown);
  await shown.play().catch(() => Object.assign(shown, { muted: true }).play());
  return received;
}

async function setSide(
  programme: Programme,
  who: ComposedOptions['who'],
  isThere: boolean,
  guest?: MediaStream,
) {
  if (who === 'guest') programme.guest = isThere ? guest : undefined;
  else await programme.change({ ...programme.options, hasInset: isThere });
}

/** A programme that is on air, and everything that it sends. */
async function goOnAir(
  options: ProgrammeOptions,
  errors: string[],
): Promise<{ programme: Programme; format: MediaFormat; chunks: MediaChunk[] }> {
  const chunks: MediaChunk[] = [];
  const known = Promise.withResolvers<MediaFormat>();
  const programme = await openProgramme(options);
  programme.start({
    format: known.resolve,
    chunk: (chunk) => chunks.push(chunk),
    sourceChanged: () => undefined,
    pressure: () => undefined,
    failed: (error) => errors.push(String(error)),
  });
  return { programme, format: await known.promise, chunks };
}

async function compose({ points, seconds, who, ...options }: ComposedOptions): Promise<ComposedFacts> {
  const [before, during, after] = seconds;
  const facts: ComposedFacts = {
    ...{ errors: [], width: 0, height: 0, pictures: [], sounds: [] },
    ...{ cameUs: 0, wentUs: 0 },
  };
  const guest = who === 'guest' ? await connectGuest() : undefined;
  const { programme, format, chunks } = await goOnAir(options, facts.errors);
  // Chromium's own camera shows the same as its own screen.
  if (who === 'inset') navigator.mediaDevices.getUserMedia = () => Promise.resolve(colored('#c00000'));
  await wait(before);
  facts.cameUs = wallUs();
  await setSide(programme, who, true, guest);
  await wait(during);
  facts.wentUs = wallUs();
  await setSide(programme, who, false);
  await wait(after);
  await programme.close();
  facts.width = format.video!.codedWidth;
  facts.height = format.video!.codedHeight;
  facts.pictures = await lookAt(format.video!, chunks, points);
  if (format.audio) facts.sounds = await listenTo(format.audio, chunks);
  return facts;
}

async function lookAt(
  video: VideoFormat,
  chunks: readonly MediaChunk[],
  points: ComposedOptions['points'],
): Promise<ComposedFacts['pictures']> {
  const { codedWidth, codedHeight } = video;
  const pictures: ComposedFacts['pictures'] = [];
  const canvas = new OffscreenCanvas(codedWidth, codedHeight);
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  await decodePictures(video, chunks, (frame) => {
    pen.drawImage(frame, 0, 0);
    const colors = points.map(([x, y]) => [
      ...pen.getImageData(Math.round(x * codedWidth), Math.round(y * codedHeight), 1, 1).data.slice(0, 3),
    ]);
    pictures.push({ timeUs: frame.timestamp, colors });
  });
  return pictures;
}

async function listenTo(audio: AudioFormat, chunks: readonly MediaChunk[]): Promise<ComposedFacts['sounds']> {
  const { samples, firstUs } = await decodeSound(audio, chunks);
  const sounds: ComposedFacts['sounds'] = [];
  for (let at = 0; at + WINDOW <= samples.length; at += WINDOW)
    sounds.push({
      timeUs: firstUs + (at * 1e6) / 48_000,
      loudness: loudnessOf(samples.slice(at, at + WINDOW)),
    });
  return sounds;
}

function loudnessOf(samples: readonly number[]): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

/** How much of each tone is in each quarter of a second, 0 to 1, with its Unix time, µs. */
export interface Tones {
  timeUs: number;
  screen: number;
  voice: number;
}

export interface MixedFacts {
  errors: string[];
  tones: Tones[];
  /** Unix µs at which the camera took the screen's place, and the screen the camera's again. */
  cameraUs: number;
  screenUs: number;
}

/** A screen that hums high and a microphone that hums low: first both, then the camera, then a screen again, each for so many seconds. */
async function mixScreen(seconds: number): Promise<MixedFacts> {
  const [screen, voice] = [await hum(SCREEN_HUM), await hum(VOICE_HUM)];
  const copy = (stream: MediaStream): MediaStreamTrack[] =>
    stream.getAudioTracks().map((track) => track.clone());
  navigator.mediaDevices.getDisplayMedia = () =>
    Promise.resolve(new MediaStream([...colored('#00c000').getTracks(), ...copy(screen)]));
  navigator.mediaDevices.getUserMedia = (wish) =>
    Promise.resolve(
      new MediaStream([
        ...(wish?.video ? colored('#c00000').getTracks() : []),
        ...(wish?.audio ? copy(voice) : []),
      ]),
    );
  const facts: MixedFacts = { errors: [], tones: [], cameraUs: 0, screenUs: 0 };
  const screened = { source: 'screen', quality: '360p' } as const;
  const { programme, format, chunks } = await goOnAir(screened, facts.errors);
  await wait(seconds);
  facts.cameraUs = wallUs();
  await programme.change({ ...programme.options, source: 'camera' });
  await wait(seconds);
  facts.screenUs = wallUs();
  await programme.change({ ...programme.options, source: 'screen' });
  await wait(seconds);
  await programme.close();
  const { samples, firstUs } = await decodeSound(format.audio!, chunks);
  for (let at = 0; at + WINDOW <= samples.length; at += WINDOW) {
    const part = samples.slice(at, at + WINDOW);
    facts.tones.push({
      timeUs: firstUs + (at * 1e6) / 48_000,
      screen: toneOf(part, SCREEN_HUM),
      voice: toneOf(part, VOICE_HUM),
    });
  }
  return facts;
}

/** The amplitude of one frequency. */
function toneOf(samples: readonly number[], frequency: number): number {
  const step = (2 * Math.PI * frequency) / 48_000;
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, at) => {
    real += sample * Math.cos(step * at);
    imaginary += sample * Math.sin(step * at);
  });
  return (2 * Math.hypot(real, imaginary)) / samples.length;
}

const underTest = { compose, mixScreen };
export type UnderTest = typeof underTest;
Object.assign(globalThis, { underTest });
