// Whether a file's tracks are set up as they were on air: the same bytes decode to another picture with another setup. Pure.

import { equalBytes, type Bytes } from '../base/bytes.ts';
import type { AudioFormat, ColorSpace, MediaFormat, VideoFormat } from '../ports.ts';
import { audioCodec, videoCodec } from './codec-names.ts';
import { audioDescription } from './opus-head.ts';

/** The picture's track as the file has it. */
export interface FilePicture {
  codec: string | null;
  description: Bytes | undefined;
  codedWidth: number;
  codedHeight: number;
  colorSpace: Partial<ColorSpace>;
  /** Neither turned nor mirrored nor stretched. */
  isPlain: boolean;
}

/** The sound's track as the file has it. */
export interface FileSound {
  codec: string | null;
  description: Bytes | undefined;
  sampleRate: number;
  numberOfChannels: number;
}

/** A file's tracks: as many as it has. */
export interface FileTracks {
  pictures: readonly FilePicture[];
  sounds: readonly FileSound[];
}

/** Whether the file has exactly the tracks of `format`. */
export function areTracksOf({ video, audio }: MediaFormat, { pictures, sounds }: FileTracks): boolean {
  const isPicture = video ? pictures.length === 1 && isPictureOf(video, pictures[0]) : pictures.length === 0;
  const isSound = audio ? sounds.length === 1 && isSoundOf(audio, sounds[0]) : sounds.length === 0;
  return isPicture && isSound;
}

function isPictureOf(format: VideoFormat, picture: FilePicture | undefined): boolean {
  return (
    picture !== undefined &&
    picture.isPlain &&
    picture.codec === videoCodec(format) &&
    picture.codedWidth === format.codedWidth &&
    picture.codedHeight === format.codedHeight &&
    areSame(format.description, picture.description) &&
    areSameColours(format.colorSpace, picture.colorSpace)
  );
}

function isSoundOf(format: AudioFormat, sound: FileSound | undefined): boolean {
  return (
    sound !== undefined &&
    sound.codec === audioCodec(format) &&
    sound.sampleRate === format.sampleRate &&
    sound.numberOfChannels === format.numberOfChannels &&
    areSame(audioDescription(format), sound.description)
  );
}

/** WebM has no room for some descriptions, and readers make up others from the chunks: only two that are there can differ. */
function areSame(signed: Bytes | undefined, found: Bytes | undefined): boolean {
  return !signed || !found || equalBytes(signed, found);
}

function areSameColours(signed: ColorSpace | undefined, found: Partial<ColorSpace>): boolean {
  const names = ['primaries', 'transfer', 'matrix', 'fullRange'] as const;
  return names.every((name) => {
    const [was, is] = [signed?.[name] ?? undefined, found[name] ?? undefined];
    return was === undefined || is === undefined || was === is;
  });
}
