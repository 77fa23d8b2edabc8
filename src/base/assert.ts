// Programmer's errors end the session loudly. Nothing that came over the network is ever asserted.

/** Throws when `condition` is false: an invariant of our own code is broken. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}`);
}

/** Marks a branch that the types say can't be reached. */
export function unreachable(value: never): never {
  throw new Error(`Broken invariant: unexpected ${JSON.stringify(value)}`);
}
