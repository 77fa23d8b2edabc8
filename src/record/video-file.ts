// Reads the chunks of an MP4 or WebM with mediabunny, piece by piece: a file of any size is never whole in memory.

import {
  BlobSource,
  EncodedPacketSink,
  Input,
  MP4,
  WEBM,
  type EncodedPacket,
  type InputAudioTrack,
  type InputTrack,
  type InputVideoTrack,
} from 'mediabunny';
import type { Bytes } from '../base/bytes.ts';
import type { FilePicture, FileSound, FileTracks } from './proof-tracks.ts';

const US_PER_S = 1_000_000;
const UPRIGHT = [1, 0, 0, 0, 1, 0, 0, 0, 1].join();

/** A chunk as it lies in the file. */
export interface StoredChunk {
  track: 'video' | 'audio';
  /** Integer µs. */
  timeUs: number;
  bytes: Bytes;
}

/** An opened file. */
export interface VideoFile {
  tracks: FileTracks;
  /** The first chunk of the picture, if there is any, then all others in order of time. Rejects when the file is broken. */
  chunks(): AsyncGenerator<StoredChunk, void>;
  close(): void;
}

/** Undefined when it is no file that can be read here. */
export async function openVideoFile(file: Blob): Promise<VideoFile | undefined> {
  const input = new Input({ source: new BlobSource(file), formats: [MP4, WEBM] });
  try {
    const [videos, audios] = [await input.getVideoTracks(), await input.getAudioTracks()];
    const tracks = {
      pictures: await Promise.all(videos.map(pictureOf)),
      sounds: await Promise.all(audios.map(soundOf)),
    };
    if (videos.length + audios.length === 0) throw new Error('no track');
    const chunks = (): AsyncGenerator<StoredChunk, void> => merged(videos[0], audios[0]);
    return { tracks, chunks, close: () => input.dispose() };
  } catch {
    input.dispose();
    return undefined;
  }
}

async function* merged(video?: InputTrack, audio?: InputTrack): AsyncGenerator<StoredChunk, void> {
  const pictures = video && new EncodedPacketSink(video).packets();
  const sounds = audio && new EncodedPacketSink(audio).packets();
  try {
    let picture = await next('video', pictures);
    let sound = await next('audio', sounds);
    let isFirst = true;
    while (picture ?? sound) {
      if (picture && (isFirst || !sound || picture.timeUs <= sound.timeUs)) {
        yield picture;
        picture = await next('video', pictures);
      } else if (sound) {
        yield sound;
        sound = await next('audio', sounds);
      }
      isFirst = false;
    }
  } finally {
    await pictures?.return();
    await sounds?.return();
  }
}

async function next(
  track: StoredChunk['track'],
  packets: AsyncGenerator<EncodedPacket, void> | undefined,
): Promise<StoredChunk | undefined> {
  const packet = (await packets?.next())?.value;
  if (!packet) return undefined;
  return { track, timeUs: Math.round(packet.timestamp * US_PER_S), bytes: packet.data as Bytes };
}

async function pictureOf(track: InputVideoTrack): Promise<FilePicture> {
  const config = await track.getDecoderConfig();
  const { num, den } = await track.getPixelAspectRatio();
  const matrix = await track.getTransformationMatrix();
  return {
    codec: await track.getCodec(),
    description: bytesOf(config?.description),
    codedWidth: await track.getCodedWidth(),
    codedHeight: await track.getCodedHeight(),
    colorSpace: plainColours(config?.colorSpace),
    isPlain: num === den && matrix.join() === UPRIGHT,
  };
}

function plainColours(colours: VideoColorSpaceInit = {}): FilePicture['colorSpace'] {
  const { primaries = null, transfer = null, matrix = null, fullRange = null } = colours;
  return { primaries, transfer, matrix, fullRange };
}

async function soundOf(track: InputAudioTrack): Promise<FileSound> {
  const config = await track.getDecoderConfig();
  return {
    codec: await track.getCodec(),
    description: bytesOf(config?.description),
    sampleRate: await track.getSampleRate(),
    numberOfChannels: await track.getNumberOfChannels(),
  };
}

function bytesOf(source: AllowSharedBufferSource | undefined): Bytes | undefined {
  if (source === undefined) return undefined;
  const view = ArrayBuffer.isView(source) ? source : new Uint8Array(source);
  return Uint8Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
}
