// Each checker of the simulator is shown a fault of the kind it is there for.
import { describe, expect, it } from 'vitest';
import type { OverlayEvent } from '../../src/overlay/event.ts';
import { parentOf } from './checkers.ts';
import { createRun, runToEnd } from './run.ts';
import type { SimPeer } from './sim-peer.ts';
import type { World } from './world.ts';
import type { SimOptions } from './worlds/scenario.ts';

const OPTIONS = { world: 'churn', seed: 2, peers: 12, minutes: 1.2 } as const;
/** Here peers are looked at only after something happened to them. */
const QUIET = { ...OPTIONS, world: 'growth' } as const;

/** The checks that found something in a small world with a fault of ours in it. */
function caught(plant: (world: World) => void, options: SimOptions = OPTIONS): string[] {
  const stage = createRun(options);
  plant(stage.world);
  return [...new Set(runToEnd(options, stage).violations.map(({ check }) => check))];
}

function onTick(world: World, run: (peer: SimPeer) => void): void {
  world.plant = (peer: SimPeer, event: OverlayEvent) => {
    if (event.type === 'tick' && world.queue.nowMs > 20_000) run(peer);
  };
}

describe('the checkers', () => {
  it('find nothing in a sound world', () => {
    expect(caught(() => undefined)).toEqual([]);
  });

  it('see stripes that go round', () => {
    expect(
      caught((world) =>
        onTick(world, (peer) => {
          // Everybody sends one stripe back to whoever feeds it.
          const edge = peer.state.parent?.edge;
          if (edge !== undefined && parentOf(peer) !== world.root) peer.feed?.masks.set(edge, 4);
        }),
      ),
    ).toContain('loop');
  });

  it('see a viewer that isn’t fed', () => {
    expect(
      caught((world) => {
        // Several, so that one of them is still there in the end.
        world.isStarved = ({ index }) => index >= 5 && index <= 8;
      }),
    ).toContain('unfed');
  });

  it('see a slot that is given twice', () => {
    expect(
      caught((world) => {
        world.plant = ({ state }) => {
          if (state.role === 'root') state.slots = 8;
        };
      }),
    ).toContain('slots');
  });

  it('see a viewer that is counted twice', () => {
    expect(
      caught((world) =>
        onTick(world, ({ state }) => {
          const [child] = state.role === 'root' ? state.children.values() : [];
          if (child?.counts) child.counts.viewers += 1;
        }),
      ),
    ).toContain('counts');
  });

  it('see a collection that grows without end', () => {
    expect(
      caught((world) =>
        onTick(world, ({ state, index }) => {
          if (index === 3) for (let i = 0; i < 100; i++) state.rejected.set(`${i}`, Infinity);
        }),
      ),
    ).toContain('bounds');
  });

  it('see a cache that forgets nothing', () => {
    expect(
      caught((world) => {
        world.cacheBounds = { bytesMax: Infinity, secondsMax: Infinity };
      }),
    ).toContain('bounds');
  });

  it('see a queue that never gives up', () => {
    expect(
      caught((world) =>
        onTick(world, (peer) => {
          // What waits for a child is counted as if its channel took nothing and nothing was ever dropped.
          if (peer.feed) Object.defineProperty(peer.feed.fanOut, 'waitingBytesMax', { value: 2 ** 24 });
        }),
      ),
    ).toContain('bounds');
  });

  it('see an edge that is given up and never closed', () => {
    expect(
      caught((world) => {
        world.isLeaky = () => true;
      }),
    ).toContain('edges');
  });

  it('see words on an edge that was given up', () => {
    expect(
      caught((world) =>
        onTick(world, (peer) => {
          const [edge] = peer.state.children.keys();
          if (edge !== undefined) peer.edges.delete(edge);
        }),
      ),
    ).toContain('late-words');
  });

  it('see a packet that is lost although the parent holds it', () => {
    expect(
      caught((world) => {
        world.isDeaf = ({ index }, seq) => index >= 4 && index <= 7 && seq % 100 === 50;
      }),
    ).toContain('lost');
  });

  it('see in a quiet world what nothing happens to any more', () => {
    expect(caught(() => undefined, QUIET)).toEqual([]);
    const leaky = (world: World) => {
      world.isLeaky = () => true;
    };
    expect(caught(leaky, QUIET)).toContain('edges');
    const generous = (world: World) => {
      world.plant = ({ state }) => {
        if (state.role === 'viewer') state.slots = 8;
      };
    };
    expect(caught(generous, { ...QUIET, peers: 60, minutes: 2 })).toContain('slots');
    let isPlanted = false;
    const ring = (world: World) =>
      onTick(world, (child) => {
        const edge = child.state.parent?.edge;
        const parent = parentOf(child);
        const record = parent?.state.children.get(edge ?? '');
        if (isPlanted || edge === undefined || !record || !parent?.state.parent) return;
        // Two that feed each other on one edge.
        isPlanted = true;
        child.state.children.set(edge, { ...record });
        parent.state.parent.edge = edge;
      });
    const { world } = createRun({ ...QUIET, peers: 60 });
    ring(world);
    world.queue.runUntil(40_000);
    expect(world.checkers.violations.map(({ check }) => check)).toContain('loop');
  });

  it('see a forged packet that is passed on', () => {
    expect(
      caught((world) => {
        world.isGateOpen = true;
        onTick(world, (peer) => {
          if (peer === world.root) peer.isHostile = true;
        });
      }),
    ).toContain('unverified');
  });
});
