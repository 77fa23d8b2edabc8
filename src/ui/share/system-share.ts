// The system's own way to hand a link on: its share sheet, where the browser has one.

/** Shares a link under a name. False where that can't be done here; who closes the sheet has been served. */
export async function shareBySystem(link: string, name: string): Promise<boolean> {
  const data = { url: link, title: name };
  if (!('share' in navigator) || !navigator.canShare(data)) return false;
  try {
    await navigator.share(data);
  } catch (error) {
    return (error as Error).name === 'AbortError';
  }
  return true;
}
