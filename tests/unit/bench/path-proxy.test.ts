// The proxy with real sockets on this machine: packets take the detour both ways, and a cut peer is out of reach.

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { openPathProxy, symmetric, type PathProxy } from '../../bench/path-proxy.ts';

const open: { close(): unknown }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  open.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

function opened(proxy: PathProxy): PathProxy {
  open.push(proxy);
  return proxy;
}

/** The next message at a socket, and where it came from. */
async function next(socket: Socket): Promise<{ text: string; port: number }> {
  const [bytes, from] = (await once(socket, 'message')) as [Buffer, { port: number }];
  return { text: bytes.toString(), port: from.port };
}

it('carries a packet to the place that a detour stands for, and the answer back', async () => {
  const [upper, lower] = [await openSocket(), await openSocket()];
  const proxy = opened(openPathProxy(symmetric({})));
  const place = await proxy.attach('lower').detour('127.0.0.1', upper.address().port);
  lower.send('hello', place.port, '127.0.0.1');
  const met = await next(upper);
  expect(met.text).toBe('hello');
  expect(met.port).not.toBe(lower.address().port);
  upper.send('welcome', met.port, '127.0.0.1');
  expect((await next(lower)).text).toBe('welcome');
  expect(proxy.counts()).toEqual({ carried: 2, lost: 0 });
});

it('impairs each direction on its own', async () => {
  const [upper, lower] = [await openSocket(), await openSocket()];
  const proxy = opened(openPathProxy({ up: {}, down: { lossShare: 1 } }));
  const place = await proxy.attach('lower').detour('127.0.0.1', upper.address().port);
  lower.send('up', place.port, '127.0.0.1');
  const met = await next(upper);
  upper.send('down', met.port, '127.0.0.1');
  lower.send('up again', place.port, '127.0.0.1');
  await next(upper);
  while (proxy.counts().lost === 0) await new Promise(setImmediate);
  expect(proxy.counts()).toEqual({ carried: 2, lost: 1 });
});

it('lets nothing through to or from a peer that is cut, also on paths that others asked for', async () => {
  const [upper, lower] = [await openSocket(), await openSocket()];
  const proxy = opened(openPathProxy(symmetric({})));
  const [above, below] = [proxy.attach('upper'), proxy.attach('lower')];
  const toUpper = await below.detour('127.0.0.1', upper.address().port);
  const toLower = await above.detour('127.0.0.1', lower.address().port);
  lower.send('seen', toUpper.port, '127.0.0.1');
  await next(upper);
  below.cut();
  lower.send('lost', toUpper.port, '127.0.0.1');
  upper.send('lost too', toLower.port, '127.0.0.1');
  while (proxy.counts().lost < 2) await new Promise(setImmediate);
  expect(proxy.counts()).toEqual({ carried: 1, lost: 2 });
  below.heal();
  upper.send('again', toLower.port, '127.0.0.1');
  expect((await next(lower)).text).toBe('again');
});
