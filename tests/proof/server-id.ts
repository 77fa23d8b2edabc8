// `npm run proof -- server-id` (TESTS.md S2): a broadcaster's line to the signaling server is cut again and again, while others want its id:
// before the cut, in the very moment, and for as long as it is away. The broadcaster's end is the app's own, with its own retries.

import type { IdProof } from '../../src/ports.ts';
import { createKey, signerOf } from '../../src/identity/keys.ts';
import { openClock } from '../../src/platform/clock.ts';
import { random } from '../../src/platform/random.ts';
import { prepareForPeerJs } from '../../src/rendezvous/node-globals.ts';
import { openRendezvousWith } from '../../src/rendezvous/rendezvous.ts';
import { proveId } from '../../src/session/registrations.ts';
import { percentile } from '../bench/benchmark.ts';
import { until } from '../e2e/station.ts';
import { hangUp, registeredFrom } from '../unit/server/attack-sockets.ts';
import { endAttacked, startAttacked } from './attacked-server.ts';
import { openCutLine, type CutLine, type CutWay } from './cut-line.ts';
import { Impostor, IMPOSTOR_KINDS, OWNER_KIND, type Kind, type Loot } from './impostors.ts';
import type { Proof, ProofResult } from './proof.ts';

/** Later than this, ms, is late (TESTS.md S2). */
const BACK_MS_MAX = 1000;
const WAYS: readonly CutWay[] = ['both ends', 'the client’s end'];

/** The broadcaster, the way to its server, and who has come so far. */
class Siege {
  /** Impostors so far, each from an address of its own: the limits of one address aren't what keeps them out. */
  asked = 0;
  /** Kinds of those that were given the id. */
  readonly gotIt: Kind[] = [];
  readonly #loot: Loot;
  readonly #line: CutLine;
  readonly #owner: { opens: number; openedMs: number; heard: unknown[]; close(): void };

  constructor(line: CutLine, loot: Omit<Loot, 'token' | 'recorded' | 'host'>) {
    prepareForPeerJs();
    const host = new URL(line.origin).host;
    let recorded: IdProof = { publicKey: '', signature: '' };
    this.#line = line;
    this.#loot = { ...loot, host, token: () => line.token(), recorded: () => recorded };
    const { owner } = loot;
    const state = { opens: 0, openedMs: 0, heard: [] as unknown[], close: () => rendezvous.close() };
    const rendezvous = openRendezvousWith(openClock(), random)(line.origin, owner.broadcastId, {
      opened() {
        state.opens++;
        state.openedMs = performance.now();
      },
      message: (_from, _kind, payload) => state.heard.push(payload),
      absent: () => undefined,
      lost: () => undefined,
      taken: () => undefined,
      async prove(dialled, nonce) {
        return (recorded = await proveId(owner, dialled, nonce));
      },
    });
    this.#owner = state;
  }

  /** Resolves once the owner has registered more than so many times. */
  async untilOpened(opens = 0): Promise<void> {
    const owner = this.#owner;
    await until(
      () => Promise.resolve(owner.opens),
      (now) => now > opens,
      'the owner to be back',
    );
  }

  /** One cut. Gives after how many ms the owner was back. */
  async cut(way: CutWay): Promise<number> {
    const { opens } = this.#owner;
    await this.#tryAll();
    const ready = await this.#ask();
    const cutMs = performance.now();
    this.#line.cut(way);
    const back = this.untilOpened(opens);
    await Promise.all(ready.map(([, impostor]) => impostor.answer()));
    while (this.#owner.opens === opens) await this.#tryAll();
    await back;
    await this.#note(ready);
    return this.#owner.openedMs - cutMs;
  }

  /** Whether what a viewer sends to the id comes to the owner. */
  async isHeard(): Promise<boolean> {
    const viewer = await registeredFrom(this.asked++, this.#loot.port, `viewer-${this.asked}`);
    const payload = `offer ${this.asked}`;
    viewer.send(JSON.stringify({ type: 'OFFER', dst: this.#loot.owner.broadcastId, payload }));
    const { heard } = this.#owner;
    const isHeard = await until(
      () => Promise.resolve(heard),
      (all) => all.includes(payload),
      'the owner to hear a viewer',
      BACK_MS_MAX,
    ).then(
      () => true,
      () => false,
    );
    await hangUp(viewer);
    return isHeard;
  }

  /** Whether somebody with the key would be let in, who does all else as impostors do. */
  async letsIn(): Promise<boolean> {
    const one = await Impostor.ask(this.#loot, OWNER_KIND, this.asked++);
    await one.answer();
    await one.leave();
    return one.hasIt;
  }

  end(): void {
    this.#owner.close();
  }

  async #tryAll(): Promise<void> {
    const ready = await this.#ask();
    await Promise.all(ready.map(([, impostor]) => impostor.answer()));
    await this.#note(ready);
  }

  #ask(): Promise<[Kind, Impostor][]> {
    return Promise.all(
      IMPOSTOR_KINDS.map(async (kind): Promise<[Kind, Impostor]> => {
        return [kind, await Impostor.ask(this.#loot, kind, this.asked++)];
      }),
    );
  }

  async #note(over: readonly [Kind, Impostor][]): Promise<void> {
    for (const [kind, { hasIt }] of over) if (hasIt) this.gotIt.push(kind);
    await Promise.all(over.map(([, impostor]) => impostor.leave()));
  }
}

async function run(runs: number, log: (line: string) => void): Promise<ProofResult> {
  const server = await startAttacked();
  const line = await openCutLine(server.port);
  const [owner, stranger] = [await signerOf(await createKey()), await signerOf(await createKey())];
  const siege = new Siege(line, { port: server.port, owner, stranger });
  const backMs: number[] = [];
  let unheard = 0;
  let leaked: string | undefined;
  try {
    await siege.untilOpened();
    for (let i = 0; i < runs; i++) {
      backMs.push(await siege.cut(WAYS[i % WAYS.length]!));
      if (!(await siege.isHeard())) unheard++;
    }
    if (!(await siege.letsIn())) throw new Error('Not even the key opens: this says nothing of impostors');
  } finally {
    siege.end();
    line.close();
    leaked = await endAttacked(server);
  }
  const { asked, gotIt } = siege;
  const late = backMs.filter((ms) => ms > BACK_MS_MAX).length;
  const [p50Ms, p95Ms, maxMs] = [0.5, 0.95, 1].map((share) => Math.round(percentile(backMs, share)));
  const figures = { asked, gotIt, unheard, late, p50Ms, p95Ms, maxMs, leaked };
  log(JSON.stringify(figures));
  const passed = gotIt.length + unheard + late === 0 && leaked === undefined;
  return { name: 'server-id', runs, passed, ...figures };
}

/** S2. */
export const serverId: Proof = {
  name: 'server-id',
  summary:
    'a broadcaster cut off from the server while others want its id: nobody gets it, the owner is back within 1 s',
  runsDefault: 100,
  run,
};
