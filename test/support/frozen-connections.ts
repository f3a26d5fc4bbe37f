import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A proxy between the gateway and PostgreSQL. It can simulate a power failure, after which PostgreSQL does
 * not answer and has not closed its connections.
 */
export interface Line {
  url: string;
  /** Existing connections stay open but receive nothing. New connections get no response. */
  freeze(): void;
  /** Existing connections are closed. New connections get no response. */
  cut(): void;
  /** New connections work again, and lead to another server if a URL is given. The existing ones stay frozen. */
  recover(databaseUrl?: string): void;
  close(): Promise<void>;
}

export async function openLine(databaseUrl: string): Promise<Line> {
  let target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((caller) => {
    const ends = isFrozen ? [caller] : [caller, connect(Number(target.port), target.hostname)];
    for (const end of ends) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => ends.forEach((each) => each.destroy()));
    }
    const [, server] = ends;
    if (server !== undefined) caller.pipe(server).pipe(caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    freeze() {
      isFrozen = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut() {
      isFrozen = true;
      for (const socket of sockets) socket.destroy();
    },
    recover(nextUrl = target.href) {
      target = new URL(nextUrl);
      isFrozen = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
