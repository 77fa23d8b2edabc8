// Holds the one programme that a studio previews. Invariants: at most one is open (cameras are exclusive),
// the last wish wins, and whoever takes the programme owns it from then on.

import type { Programme, ProgrammeOptions } from '../../ports.ts';
import { faultOf } from '../fault-codes.ts';
import type { ShownFault } from '../fault-codes.ts';

/** Opens a programme; the composition's `Lucarne` has it. */
export type OpenProgramme = (options: ProgrammeOptions) => Promise<Programme>;

/** One preview at a time. `changed` runs after each change of the properties. */
export class ProgrammeSlot {
  programme: Programme | undefined;
  fault: ShownFault | undefined;
  isOpening = false;
  readonly #changed: () => void;
  #wish = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Closes what is open and opens this instead. Resolves when done or overtaken; failures are in `fault`. */
  open(openProgramme: OpenProgramme, options: ProgrammeOptions): Promise<void> {
    const wish = ++this.#wish;
    this.isOpening = true;
    this.fault = undefined;
    this.#changed();
    // Screen capture must be asked for within the click, so nothing may be awaited when nothing is open.
    const before = this.programme?.close();
    this.programme = undefined;
    const opening = before ? before.then(() => openProgramme(options)) : openProgramme(options);
    const turn = this.#settle(wish, opening);
    this.#turn = turn;
    return turn;
  }

  /** Hands over the open programme, once it is there. */
  async take(): Promise<Programme | undefined> {
    await this.#turn;
    const { programme } = this;
    this.programme = undefined;
    return programme;
  }

  /** Ends the preview, also one that is still being opened. */
  close(): void {
    this.#wish++;
    this.isOpening = false;
    void this.programme?.close();
    this.programme = undefined;
    this.#changed();
  }

  async #settle(wish: number, opening: Promise<Programme>): Promise<void> {
    try {
      const programme = await opening;
      if (wish === this.#wish) this.programme = programme;
      else await programme.close();
    } catch (error) {
      if (wish === this.#wish) this.fault = faultOf(error);
    }
    if (wish !== this.#wish) return;
    this.isOpening = false;
    this.#changed();
  }
}
