import { describe, expect, test } from 'vitest';
import { LucarneError } from '../../../src/base/errors.ts';
import type { Programme, ProgrammeOptions } from '../../../src/ports.ts';
import { ProgrammeSlot } from '../../../src/ui/studio/programme-slot.ts';

const CAMERA: ProgrammeOptions = { source: 'camera', quality: '720p' };
const SCREEN: ProgrammeOptions = { source: 'screen', quality: '720p' };

/** Counts what is open at once, as an exclusive camera would notice. */
class Studio {
  open = 0;
  openMax = 0;
  readonly openProgramme = async (options: ProgrammeOptions): Promise<Programme> => {
    await Promise.resolve();
    this.open += 1;
    this.openMax = Math.max(this.openMax, this.open);
    const close = (): Promise<void> => {
      this.open -= 1;
      return Promise.resolve();
    };
    return { source: options.source, close } as unknown as Programme;
  };
}

function sourceOf(programme: Programme | undefined): unknown {
  return (programme as unknown as { source: string } | undefined)?.source;
}

describe('the programme in the preview', () => {
  test('is opened, and replaced only after the earlier one is closed', async () => {
    const studio = new Studio();
    const slot = new ProgrammeSlot(() => undefined);
    await slot.open(studio.openProgramme, CAMERA);
    await slot.open(studio.openProgramme, SCREEN);
    expect(sourceOf(slot.programme)).toBe('screen');
    expect(studio.openMax).toBe(1);
  });

  test('is the last one wished for, whatever opens first', async () => {
    const studio = new Studio();
    const slot = new ProgrammeSlot(() => undefined);
    const first = slot.open(studio.openProgramme, CAMERA);
    const second = slot.open(studio.openProgramme, SCREEN);
    await Promise.all([first, second]);
    expect(sourceOf(slot.programme)).toBe('screen');
    expect(studio.open).toBe(1);
  });

  test('belongs to whoever took it', async () => {
    const studio = new Studio();
    const slot = new ProgrammeSlot(() => undefined);
    void slot.open(studio.openProgramme, CAMERA);
    expect(sourceOf(await slot.take())).toBe('camera');
    slot.close();
    expect(studio.open).toBe(1);
  });

  test('is closed when the studio goes away while it is being opened', async () => {
    const studio = new Studio();
    const slot = new ProgrammeSlot(() => undefined);
    const opening = slot.open(studio.openProgramme, CAMERA);
    slot.close();
    await opening;
    expect(studio.open).toBe(0);
    expect(slot.programme).toBeUndefined();
  });

  test('says by its code why there is none', async () => {
    const slot = new ProgrammeSlot(() => undefined);
    await slot.open(() => Promise.reject(new LucarneError('camera-busy')), CAMERA);
    expect(slot.fault).toBe('camera-busy');
    expect(slot.isOpening).toBe(false);
  });

  test('asks for the screen within the click when nothing has to be closed first', () => {
    let isAsked = false;
    const slot = new ProgrammeSlot(() => undefined);
    void slot.open(() => {
      isAsked = true;
      return new Promise(() => undefined);
    }, SCREEN);
    expect(isAsked).toBe(true);
  });
});
