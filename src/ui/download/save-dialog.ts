// The browser's own "Save as" dialog, where it has one (Chromium on desktops); elsewhere a download does as well.

/** What Chromium offers, as far as it is used here; TypeScript's own types don't know it. */
interface WithPicker {
  showSaveFilePicker?: (options: {
    suggestedName: string;
    types: { accept: Record<string, string[]> }[];
  }) => Promise<FileSystemFileHandle>;
}

const TYPES: Record<string, string> = { '.mp4': 'video/mp4', '.webm': 'video/webm' };

/** Whether a person can choose where a file goes. */
export function canChooseFile(): boolean {
  return (globalThis as WithPicker).showSaveFilePicker !== undefined;
}

/** Asks where to; within a click. Undefined when the person changed their mind. Rejects when the browser doesn't ask. */
export async function chooseFile(suggestedName: string): Promise<FileSystemFileHandle | undefined> {
  const extension = suggestedName.slice(suggestedName.lastIndexOf('.'));
  const types = [{ accept: { [TYPES[extension] ?? 'application/octet-stream']: [extension] } }];
  try {
    return await (globalThis as WithPicker).showSaveFilePicker?.({ suggestedName, types });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}
