// A copy for demonstrations: it has kept a minute and ends when it is asked to.

import { LucarneSessionChanged, type CopySession, type CopyState } from '../../src/session/session-api.ts';

/** `change` tells the page. */
export class DemoCopy extends EventTarget implements CopySession {
  state: CopyState = 'keeping';
  keptMs = 62_000;

  change(changes: Partial<Pick<DemoCopy, 'state' | 'keptMs'>>): void {
    Object.assign(this, changes);
    this.dispatchEvent(new LucarneSessionChanged());
  }

  stop(): Promise<void> {
    this.change({ state: 'stopped' });
    return Promise.resolve();
  }
}
