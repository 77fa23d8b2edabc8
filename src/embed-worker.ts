// What a worker is started with in other people's pages, in the place of src/worker-program.ts: no browser starts a worker from
// another origin, but each lets a small one of the page itself import its program from there.

const programs = new Map<string, string>();

/** The address where it is of the page's own origin, else that of a program which imports it; one for each address. */
export function programAt(address: string): string {
  if (new URL(address).origin === location.origin) return address;
  const made = programs.get(address);
  if (made !== undefined) return made;
  const blob = new Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' });
  const program = URL.createObjectURL(blob);
  programs.set(address, program);
  return program;
}
