// Temporary files for exports, in the origin's private file system: a download can be gigabytes and must never be whole
// in memory. Each page has a folder of its own, held by a lock as long as the page lives; folders without one are removed.

import { LucarneError } from '../base/errors.ts';
import { EXPORT_KEEP_MS } from '../base/limits.ts';

const FOLDER = 'lucarne-exports';

let pageFolder: Promise<FileSystemDirectoryHandle> | undefined;

/** A file being written. */
export interface ExportFile {
  writable: WritableStream<FileSystemWriteChunkType>;
  /** The file on disk; call it once `writable` is closed. */
  read(): Promise<File>;
  /** Lets go of what was written so far; never rejects. */
  abandon(): Promise<void>;
  remove(): Promise<void>;
}

/** A new empty file of this page. Rejects with LucarneError 'storage-unavailable' where there is no such file system. */
export async function createExportFile(extension: string): Promise<ExportFile> {
  try {
    pageFolder ??= openPageFolder();
    const folder = await pageFolder;
    const name = crypto.randomUUID() + extension;
    const handle = await folder.getFileHandle(name, { create: true });
    const writable = await handle.createWritable();
    return {
      writable,
      read: () => handle.getFile(),
      // It is locked while a muxer writes; what the muxer closes is removed.
      abandon: () => writable.abort().catch(() => undefined),
      remove: () => folder.removeEntry(name),
    };
  } catch (cause) {
    pageFolder = undefined;
    throw new LucarneError('storage-unavailable', { cause });
  }
}

/**
 * The file that a person chose: what was in it before stays until all of it is written. Rejects with LucarneError
 * 'export-failed' when it may not be written.
 */
export async function openChosenFile(handle: FileSystemFileHandle): Promise<ExportFile> {
  try {
    const isNew = (await handle.getFile()).size === 0;
    const onDisk = await handle.createWritable();
    let isWhole = false;
    return {
      // Whoever closes a stream of the browser's own keeps what it holds: it has to be abandoned while somebody writes.
      writable: new WritableStream({
        write: (chunk) => onDisk.write(chunk),
        close: async () => {
          await onDisk.close();
          isWhole = true;
        },
      }),
      read: () => handle.getFile(),
      abandon: () => onDisk.abort().catch(() => undefined),
      remove: async () => {
        // The dialog has made an empty file; one that was there before is not ours to remove.
        if (isNew || isWhole) await (handle as RemovableHandle).remove?.();
      },
    };
  } catch (cause) {
    throw new LucarneError('export-failed', { cause });
  }
}

/** Chromium's, and not in the types. */
type RemovableHandle = FileSystemFileHandle & { remove?: () => Promise<void> };

/** Removes what pages that are gone have left, unless a download may still be reading it. */
export async function removeOldExports(): Promise<void> {
  const storage = (globalThis.navigator as Navigator | undefined)?.storage;
  if (!storage?.getDirectory) return;
  const root = await (await storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  for await (const [name, handle] of root.entries()) {
    await navigator.locks.request(lockName(name), { ifAvailable: true }, async (lock) => {
      if (lock && !(await isRecent(handle))) await root.removeEntry(name, { recursive: true });
    });
  }
}

async function openPageFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  const name = crypto.randomUUID();
  await new Promise<void>((resolve, reject) => {
    const held = navigator.locks.request(lockName(name), () => {
      resolve();
      // The browser takes the lock back when the page goes away, however it goes.
      return new Promise<never>(() => undefined);
    });
    held.catch(reject);
  });
  return root.getDirectoryHandle(name, { create: true });
}

async function isRecent(handle: FileSystemHandle): Promise<boolean> {
  if (handle.kind !== 'directory') return false;
  for await (const entry of (handle as FileSystemDirectoryHandle).values()) {
    if (entry.kind !== 'file') continue;
    const file = await entry.getFile();
    if (Date.now() - file.lastModified < EXPORT_KEEP_MS) return true;
  }
  return false;
}

function lockName(folderName: string): string {
  return `${FOLDER}/${folderName}`;
}
