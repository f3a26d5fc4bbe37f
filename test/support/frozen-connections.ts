import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between the gateway and PostgreSQL, which can vanish behind it as in a power cut: nobody hangs up. */
export interface Line {
  url: string;
  /** What is connected stays so and hears nothing any more; who connects is not answered. */
  freeze(): void;
  /** Who connects from now on is answered; what was connected stays frozen. */
  recover(): void;
  close(): Promise<void>;
}

export async function openLine(databaseUrl: string): Promise<Line> {
  const target = new URL(databaseUrl);
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
    recover() {
      isFrozen = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
