import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';

const fixture = (name: string) => readFileSync(new URL(`../support/self-signed/${name}`, import.meta.url));
/** Signs itself for `localhost`, like a company's private CA. */
export const PRIVATE_CA = fixture('cert.pem').toString();

/** The response of the proxy to a CONNECT request. */
export type ProxyBehavior = 'tunnel' | 'refuse' | 'hang_up' | 'stay_silent';

export interface ConnectProxy {
  readonly url: string;
  /** The targets of the CONNECT requests, with ports. */
  targets(): readonly string[];
  credentials(): readonly (string | undefined)[];
  behave(behavior: ProxyBehavior): void;
  close(): Promise<void>;
}

export async function openConnectProxy(): Promise<ConnectProxy> {
  const targets: string[] = [];
  const credentials: (string | undefined)[] = [];
  let behavior: ProxyBehavior = 'tunnel';
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '', headers }, client: Duplex) => {
    targets.push(url);
    credentials.push(headers['proxy-authorization']);
    client.on('error', () => client.destroy());
    if (behavior === 'hang_up') client.destroy();
    if (behavior === 'refuse') client.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    if (behavior !== 'tunnel') return;
    const { hostname, port } = new URL(`http://${url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      join(client, target);
    });
    target.on('error', () => client.destroy());
  });
  const { port, close } = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    targets: () => [...targets],
    credentials: () => [...credentials],
    behave(wanted) {
      behavior = wanted;
      targets.length = 0;
      credentials.length = 0;
    },
    close,
  };
}

/** Adds TLS in front of an http server, and returns the https origin. */
export async function openTlsFront(upstream: string): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createTlsServer({ key: fixture('key.pem'), cert: PRIVATE_CA }, (client) => {
    const target = connect(Number(new URL(upstream).port), '127.0.0.1');
    for (const end of [client, target]) end.on('error', () => end.destroy());
    join(client, target);
  });
  const { port, close } = await listen(server);
  return { origin: `https://localhost:${port}`, close };
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other).pipe(one);
  one.on('close', () => other.destroy());
  other.on('close', () => one.destroy());
}

async function listen(server: Server): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
