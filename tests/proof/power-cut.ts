// The power goes while live (TESTS.md R2): the profile lies on a small ext4 image, all of the browser is stopped, and the image is copied
// as it is at that moment: what the kernel hadn't written to it yet is lost, as it would be. Checked by e2fsck, mounted again and opened
// by a new browser. Needs root and loop devices.

import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tapRecorded, tapSigned } from '../e2e/feed-tap.ts';
import { killBrowser } from '../e2e/record-kill.ts';
import { goLive, startStation, until } from '../e2e/station.ts';
import { judge, openProfile, recover, type KilledRecording } from './kill-recording.ts';
import type { Proof } from './proof.ts';

const IMAGE_MB = 256;
/** The most that a cut may cost, ms. */
const TAIL_MS_MAX = 1500;
const LIVED_MS_MIN = 1500;
const LIVED_MS_SPREAD = 6000;

/** One cut, `livedMs` after the first acknowledgement. */
async function cutPower(origin: string, livedMs: number, folder: string): Promise<KilledRecording> {
  const work = await mkdtemp(join(tmpdir(), 'lucarne-power-'));
  const [image, copy, disk] = ['disk.img', 'cut.img', 'disk'].map((name) => join(work, name)) as [
    string,
    string,
    string,
  ];
  const profile = join(disk, 'profile');
  await mkdir(disk);
  run('truncate', '-s', `${IMAGE_MB}M`, image);
  run('mke2fs', '-q', '-t', 'ext4', image);
  run('mount', '-o', 'loop', image, disk);
  const live = await openProfile(profile);
  try {
    const signed = await tapSigned(live);
    const { page } = await goLive(live, `${origin}/?source=testcard&quality=360p#/studio`);
    const recordedSeq = await tapRecorded(page);
    await until(
      () => Promise.resolve(recordedSeq()),
      (seq) => seq >= 0,
      'a first acknowledgement',
    );
    await new Promise((resolve) => setTimeout(resolve, livedMs));
    const closed = new Promise((resolve) => live.once('close', resolve));
    await killBrowser(profile, 'SIGSTOP');
    const killedAtMs = Date.now();
    const acknowledgedSeq = recordedSeq();
    // Nothing is written back first: the copy is what the disk holds.
    await copyFile(image, copy, constants.COPYFILE_FICLONE);
    await killBrowser(profile);
    await closed;
    // The last of the browser's processes may still be going.
    run('umount', '-l', disk);
    fsck(copy);
    run('mount', '-o', 'loop', copy, disk);
    const again = await openProfile(profile);
    try {
      const path = await recover(again, origin, folder, livedMs);
      return judge(path, signed, { livedMs, acknowledgedSeq, killedAtMs });
    } finally {
      await again.close();
    }
  } finally {
    await live.close().catch(() => undefined);
    run('umount', '-l', disk);
    await rm(work, { recursive: true, force: true });
  }
}

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** e2fsck says 1 when it has put something right. */
function fsck(image: string): void {
  try {
    execFileSync('e2fsck', ['-fy', image], { stdio: 'ignore' });
  } catch (error) {
    if ((error as { status?: number }).status !== 1) throw error;
  }
}

function isWhole(cut: KilledRecording): boolean {
  const { lost, foreign, untold, tailMs, complaints, acknowledgedPackets } = cut;
  const isSigned = foreign === untold;
  return lost === 0 && isSigned && tailMs <= TAIL_MS_MAX && complaints === '' && acknowledgedPackets > 0;
}

/** `npm run proof -- power-cut`. */
export const powerCut: Proof = {
  name: 'power-cut',
  summary:
    'the power goes while live (needs root, loop devices): 0 acknowledged packets lost, tail at most 1.5 s, the file plays',
  runsDefault: 20,
  async run(runs, log) {
    const folder = await mkdtemp(join(tmpdir(), 'lucarne-cuts-'));
    const station = await startStation();
    const cuts: KilledRecording[] = [];
    const phase = Math.random();
    try {
      for (let i = 0; i < runs; i++) {
        const cut = await cutPower(
          station.origin,
          LIVED_MS_MIN + ((phase + i * 0.618) % 1) * LIVED_MS_SPREAD,
          folder,
        );
        cuts.push(cut);
        log(`${i + 1}: ${JSON.stringify(cut)}`);
      }
    } finally {
      await station.close();
      await rm(folder, { recursive: true, force: true });
    }
    return {
      name: powerCut.name,
      runs: cuts.length,
      passed: cuts.length === runs && cuts.every(isWhole),
      lost: cuts.reduce((sum, { lost }) => sum + lost, 0),
      tailMsMax: Math.max(...cuts.map(({ tailMs }) => tailMs)),
      cuts,
    };
  },
};
