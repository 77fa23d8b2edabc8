// The parts of benchmarks that are Node on both sides: the bare relay, and edges of headless peers on the detour.

import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { openEdges } from '../../../src/edge/edges.ts';
import { nodeWrtc, releaseWrtc } from '../../../src/edge/node-wrtc.ts';
import type { Edge, EdgeEvents } from '../../../src/ports.ts';
import { startBare, type Bare } from '../../bench/bare.ts';
import { serveDetours } from '../../bench/detour-server.ts';
import { openPathProxy, symmetric } from '../../bench/path-proxy.ts';

const open: { close(): unknown }[] = [];

function opened<T extends { close(): unknown }>(one: T): T {
  open.push(one);
  return one;
}

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

afterAll(releaseWrtc);

it('a bare relay passes every message on to each of its receivers', async () => {
  const [source, relay, sinks] = [startBare(), startBare(), startBare()].map((bare) => opened<Bare>(bare));
  await relay!.feed(sinks!);
  await relay!.feed(sinks!);
  await source!.feed(relay!);
  await source!.send(50, 1000);
  await vi.waitFor(async () => expect((await sinks!.figures()).bytesReceived).toBe(100_000), 10_000);
  expect(await relay!.figures()).toMatchObject({ bytesReceived: 50_000, bytesSent: 100_000 });
}, 60_000);

it('an edge of headless peers takes the detour, and nothing passes once it is cut', async () => {
  const proxy = opened(openPathProxy(symmetric({})));
  const attachment = proxy.attach('lower');
  const server = opened(await serveDetours(attachment));
  process.env['LUCARNE_DETOUR'] = server.origin;
  await import('../../bench/node-detour.ts');
  const maker = openEdges([], nodeWrtc);
  const heard: string[] = [];
  const ends: { child?: Edge; parent?: Edge } = {};
  const both = new Promise<void>((resolve) => {
    let count = 0;
    const events = (other: 'child' | 'parent', name: string): EdgeEvents => ({
      signal: (signal) => ends[other]!.signal(signal),
      opened: () => ++count === 2 && resolve(),
      media: (bytes) => heard.push(`${name} ${String.fromCharCode(...bytes)}`),
      control: () => undefined,
      drained: () => undefined,
      closed: () => undefined,
    });
    ends.parent = opened(maker.answer(events('child', 'parent')));
    ends.child = opened(maker.offer(events('parent', 'child')));
  });
  await both;
  expect(proxy.counts().carried).toBeGreaterThan(0);
  ends.parent!.sendMedia(new Uint8Array([104, 105]));
  await vi.waitFor(() => expect(heard).toEqual(['child hi']), 5000);
  attachment.cut();
  ends.parent!.sendMedia(new Uint8Array([110, 111]));
  const { lost } = proxy.counts();
  await vi.waitFor(() => expect(proxy.counts().lost).toBeGreaterThan(lost), 5000);
  expect(heard).toEqual(['child hi']);
});
