// The way from a broadcaster to a signaling server, which can be cut: bytes are passed on as they are, until no more of them are. Whoever
// sits there sees what an eavesdropper sees of a page that isn't served by https.

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Who hears of a cut: the server as well, or only the client, whose old socket then stays open there and says nothing any more. */
export type CutWay = 'both ends' | 'the client’s end';

/** A way that can be cut. */
export interface CutLine {
  /** What a client dials instead of the server. */
  origin: string;
  /** The token that the last client named in its address. */
  token(): string;
  /** Everything that is under way now; new connections get through again at once. */
  cut(way: CutWay): void;
  close(): void;
}

/** Opens one to a port of this machine. */
export async function openCutLine(port: number): Promise<CutLine> {
  let token = '';
  let ways: { client: Socket; server: Socket }[] = [];
  const silent = new Set<Socket>();
  const line = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    ways.push({ client, server });
    client.once('data', (head: Buffer) => (token = /[?&]token=([^&\s]*)/.exec(head.toString())?.[1] ?? ''));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => undefined);
      from.on('close', () => !silent.has(to) && to.destroy());
      from.pipe(to);
    }
    // Once it is cut on one side only, the server closes it when it likes.
    server.on('close', () => silent.delete(server));
  }).listen(0, '127.0.0.1');
  await once(line, 'listening');
  return {
    origin: `http://127.0.0.1:${(line.address() as AddressInfo).port}`,
    token: () => token,
    cut(way) {
      for (const { client, server } of ways) {
        if (way === 'both ends') server.destroy();
        else {
          client.unpipe(server);
          silent.add(server);
        }
        client.destroy();
      }
      ways = [];
    },
    close() {
      line.close();
      for (const socket of [...silent, ...ways.flatMap(({ client, server }) => [client, server])])
        socket.destroy();
    },
  };
}
