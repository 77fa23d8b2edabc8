import { beforeEach, describe, expect, it } from 'vitest';
import { RENDEZVOUS_HEDGE_MS } from '../../../src/base/limits.ts';
import type { RendezvousEvents, RendezvousKind } from '../../../src/ports.ts';
import { askInTurn, standEverywhere, type FrontDoor } from '../../../src/session/front-door.ts';
import { VirtualClock } from '../../fakes/virtual-clock.ts';

const [A, B, C] = ['http://a.example', 'http://b.example', 'http://c.example'] as const;

let clock: VirtualClock;
/** Registrations by server, and what was said there. */
let posts: Map<
  string,
  { events: RendezvousEvents; said: [string, RendezvousKind, unknown][]; isOpen: boolean }
>;
let told: unknown[][];

const open = (server: string, _id: string, events: RendezvousEvents) => {
  const post = { events, said: [] as [string, RendezvousKind, unknown][], isOpen: false };
  posts.set(server, post);
  return {
    send: (to: string, kind: RendezvousKind, payload: unknown) => {
      if (post.isOpen) post.said.push([to, kind, payload]);
      return post.isOpen;
    },
    close: () => posts.delete(server),
  };
};
const at = (server: string) => posts.get(server)!;
const up = (server: string) => {
  at(server).isOpen = true;
  at(server).events.opened('me');
};
const down = (server: string) => {
  at(server).isOpen = false;
  at(server).events.lost();
};
const events = {
  opened: (id: string) => void told.push(['opened', id]),
  message: (...message: unknown[]) => void told.push(['message', ...message]),
  absent: (to: string) => void told.push(['absent', to]),
  lost: () => void told.push(['lost']),
  taken: () => void told.push(['taken']),
};

beforeEach(() => {
  clock = new VirtualClock();
  posts = new Map();
  told = [];
});

describe('a broadcaster at several servers', () => {
  let door: FrontDoor;
  beforeEach(() => {
    door = standEverywhere(open, [A, B], 'me', events);
  });

  it('stands at all of them at once, and answers where it was asked', () => {
    expect([...posts.keys()]).toEqual([A, B]);
    up(A);
    up(B);
    at(B).events.message('you', 'offer', 1, 'tag');
    door.send('you', 'answer', 2, B);
    expect(told).toEqual([
      ['opened', 'me'],
      ['message', 'you', 'offer', 1, B, 'tag'],
    ]);
    expect([at(A).said, at(B).said]).toEqual([[], [['you', 'answer', 2]]]);
  });

  it('is cut off only when the last one is gone, and back with the first', () => {
    up(A);
    up(B);
    down(A);
    expect(told).toEqual([['opened', 'me']]);
    down(B);
    down(B);
    expect(told.slice(1)).toEqual([['lost']]);
    up(A);
    expect(told.slice(2)).toEqual([['opened', 'me']]);
  });

  it('goes on when one server gives its id to somebody else, and gives up when all do', () => {
    up(B);
    at(A).events.taken();
    expect(told).toEqual([['opened', 'me']]);
    at(B).events.taken();
    expect(told.slice(1)).toEqual([['taken']]);
    expect(posts.size).toBe(0);
  });
});

describe('a newcomer at several servers', () => {
  let door: FrontDoor;
  beforeEach(() => {
    door = askInTurn(open, clock, [A, B, C], 'me', events);
  });
  const ask = (payload: unknown = 'offer') => door.send('root', 'offer', payload);

  it('opens one socket when the first server brings its answer in time', async () => {
    up(A);
    ask();
    await clock.pass(RENDEZVOUS_HEDGE_MS / 2);
    at(A).events.message('root', 'answer', 1);
    await clock.pass(10 * RENDEZVOUS_HEDGE_MS);
    expect([...posts.keys()]).toEqual([A]);
  });

  it('asks the next at once when the first is down', () => {
    down(A);
    expect([...posts.keys()]).toEqual([A, B]);
    up(B);
    ask();
    expect(told).toEqual([['opened', 'me']]);
    expect(at(B).said).toEqual([['root', 'offer', 'offer']]);
  });

  it('asks the next as well when the first is slow to open, and says everything to whoever opens later', async () => {
    await clock.pass(RENDEZVOUS_HEDGE_MS + 1);
    expect([...posts.keys()]).toEqual([A, B]);
    up(B);
    ask();
    door.send('root', 'candidate', 2);
    up(A);
    expect(at(A).said).toEqual([
      ['root', 'offer', 'offer'],
      ['root', 'candidate', 2],
    ]);
    expect(told).toEqual([['opened', 'me']]);
  });

  it('asks the next as well when the first is open and brings no answer', async () => {
    up(A);
    ask();
    await clock.pass(RENDEZVOUS_HEDGE_MS + 1);
    up(B);
    expect(at(B).said).toHaveLength(1);
  });

  it('says nothing old to a server that opens after the answer', async () => {
    await clock.pass(RENDEZVOUS_HEDGE_MS + 1);
    up(B);
    ask();
    at(B).events.message('root', 'answer', 1);
    up(A);
    expect(at(A).said).toEqual([]);
  });

  it('calls the broadcaster absent only when every server that is there says so', () => {
    up(A);
    ask();
    at(A).events.absent('root');
    up(B);
    at(B).events.absent('root');
    expect(told).toEqual([['opened', 'me']]);
    down(C);
    expect(told.slice(1)).toEqual([['absent', 'root']]);
    ask('again');
    at(B).events.absent('root');
    at(A).events.absent('root');
    expect(told.slice(2)).toEqual([['absent', 'root']]);
  });

  it('says that nothing can be reached only when every server is gone', () => {
    down(A);
    down(B);
    expect(told).toEqual([]);
    down(C);
    expect(told).toEqual([['lost']]);
    up(B);
    expect(told.slice(1)).toEqual([['opened', 'me']]);
  });

  it('is done with all of them once it is closed', async () => {
    up(A);
    door.close();
    await clock.pass(10 * RENDEZVOUS_HEDGE_MS);
    expect(posts.size).toBe(0);
  });
});
