// What a long proof is. One rule: it counts, over many runs, what must never happen; `npm test` holds a small sample.

/** What `npm run proof` runs. */
export interface Proof {
  name: string;
  /** One line: what is done how often, and what must hold. */
  summary: string;
  /** What `runs` counts: times it is done, or minutes that it lasts. */
  unit?: 'minutes';
  runsDefault: number;
  /** `log` takes lines for a person. Rejects when a run can't be judged. */
  run(runs: number, log: (line: string) => void): Promise<ProofResult>;
}

/** The JSON object of a proof. */
export interface ProofResult {
  name: string;
  runs: number;
  /** Whether what must hold held in every run. */
  passed: boolean;
  [more: string]: unknown;
}
