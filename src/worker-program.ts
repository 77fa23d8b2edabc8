// What a worker is started with. Our own pages have its program on their own origin; in other people's pages src/embed-worker.ts stands
// in for this file (tools/embed-build.ts).

/** The address itself. */
export function programAt(address: string): string {
  return address;
}
