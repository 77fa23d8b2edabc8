// An ordinary browser download of something that is there already.

/** How long a download's address stays valid, ms: browsers fetch it soon after the click, none says when it is done. */
const ADDRESS_LIFE_MS = 10 * 60_000;

/** Hands it to the browser under this name. */
export function saveFile({ name, file }: { name: string; file: Blob }): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), ADDRESS_LIFE_MS);
}
