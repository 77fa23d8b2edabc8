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

/** What is left of it now. */
function leftAt({ left, atMs }: Allowance, nowMs: number, perSecond: number, burst: number): number {
  return Math.min(burst, left + (Math.max(0, nowMs - atMs) / 1000) * perSecond);
}

/** Whether nothing of it is used. */
export function isFull(allowance: Allowance, nowMs: number, perSecond: number, burst: number): boolean {
  return leftAt(allowance, nowMs, perSecond, burst) === burst;
}

/** Lets it grow. */
export function refill(allowance: Allowance, nowMs: number, perSecond: number, burst: number): void {
  allowance.left = leftAt(allowance, nowMs, perSecond, burst);
  allowance.atMs = nowMs;
}

/** Takes one; false when it is used up. */
export function take(allowance: Allowance, nowMs: number, perSecond: number, burst: number): boolean {
  refill(allowance, nowMs, perSecond, burst);
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}
