// How much somebody may do: it is used up one by one, and grows again with time.

/** What is left, and when that was true. */
export interface Allowance {
  left: number;
  atMs: number;
}

/** A full one. */
export function fullAllowance(burst: number, nowMs: number): Allowance {
  return { left: burst, atMs: nowMs };
}

/** Lets it grow. */
export function refill(allowance: Allowance, nowMs: number, perSecond: number, burst: number): void {
  const passedMs = Math.max(0, nowMs - allowance.atMs);
  allowance.left = Math.min(burst, allowance.left + (passedMs / 1000) * perSecond);
  allowance.atMs = nowMs;
}

/** Takes one; false when it is used up. */
export function take(allowance: Allowance, nowMs: number, perSecond: number, burst: number): boolean {
  refill(allowance, nowMs, perSecond, burst);
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}
