import { describe, expect, it } from 'vitest';
import { FeedSeat } from '../../../src/media/feed-seat.ts';

/** A feed that is driven by hand. */
class HandFeed {
  isStopped = false;
  give: (item: string) => void = () => undefined;
  end: () => void = () => undefined;
}

const read = (feed: HandFeed, take: (item: string) => void, ended: () => void): (() => void) => {
  Object.assign(feed, { give: take, end: ended });
  return () => {
    feed.isStopped = true;
  };
};

function setUp() {
  const log: string[] = [];
  const seat = new FeedSeat(
    () => log.push('attached'),
    () => log.push('lost'),
  );
  const sit = (): HandFeed => {
    const feed = new HandFeed();
    seat.read(feed, read, (item) => log.push(item));
    return feed;
  };
  return { seat, sit, log };
}

describe('the seat of a track', () => {
  it('is read from the old feed until the new one delivers', () => {
    const { sit, log } = setUp();
    const first = sit();
    first.give('a');
    const second = sit();
    first.give('b');
    expect(first.isStopped).toBe(false);
    second.give('c');
    expect(first.isStopped).toBe(true);
    expect(log).toEqual(['attached', 'a', 'b', 'attached', 'c']);
  });

  it('is lost with the newest feed only', () => {
    const { sit, log } = setUp();
    const first = sit();
    const second = sit();
    first.end();
    expect(log).toEqual([]);
    second.end();
    expect(log).toEqual(['lost']);
  });

  it('leaves no feed behind when one is overtaken before it delivers', () => {
    const { sit } = setUp();
    const feeds = [sit(), sit(), sit()];
    feeds[2]!.give('a');
    expect(feeds.map(({ isStopped }) => isStopped)).toEqual([true, true, false]);
  });

  it('stops whatever is still read when it is emptied or handed to somebody else', () => {
    const { seat, sit, log } = setUp();
    const feeds = [sit(), sit()];
    seat.hand();
    expect(feeds.every(({ isStopped }) => isStopped)).toBe(true);
    feeds[1]!.end();
    expect(log).toEqual(['attached']);
  });
});
