// What a mutant is: one check of the sources taken out, and the tests that must go red.

/** One check taken out. */
export interface Mutant {
  /** What is believed, taken or let through without it. */
  name: string;
  file: string;
  /** The check as it stands, once in its file, and what takes its place. */
  check: string;
  spoiled: string;
  /** The tests that must go red. */
  killers: readonly string[];
}

/** Makes mutants of one file that the same tests must notice. */
export function mutantsOf(
  file: string,
  killers: readonly string[],
): (name: string, check: string, spoiled: string) => Mutant {
  return (name, check, spoiled) => ({ name, file, check, spoiled, killers });
}
