import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as ask,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 100;
const POLL_TIMEOUT_MS = 2_000;

/** One response that the balancer returned. */
export interface BalancedAnswer {
  path: string;
  status: number;
  /** Milliseconds from the arrival of the request to the response headers. */
  ms: number;
}

/** A load balancer as used in front of replicas: round-robin over the ready ones. */
export interface Balancer {
  readonly url: string;
  /** The ports that were ready at the last check. */
  inService(): number[];
  answers(): BalancedAnswer[];
  close(): Promise<void>;
}

/**
 * A replica that refuses the connection is skipped. If it closes the connection later, the balancer answers 502,
 * because it is unknown how much the replica has processed. If no replica is ready, all are tried, as load
 * balancers do.
 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const closing = new AbortController();
  const ready = new Set<number>();
  const answers: BalancedAnswer[] = [];
  let turn = 0;

  function candidates(): number[] {
    const serving = ports.filter((port) => ready.has(port));
    const list = serving.length > 0 ? serving : [...ports];
    turn += 1;
    const first = turn % list.length;
    return [...list.slice(first), ...list.slice(0, first)];
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = performance.now();
    const note = (status: number) =>
      answers.push({ path: request.url ?? '', status, ms: performance.now() - arrivedAt });
    for (const port of candidates()) {
      const upstream = await connect(port, request);
      if (upstream === null) continue;
      if (response.destroyed) {
        upstream.destroy();
        return;
      }
      await relay(request, response, upstream, note);
      return;
    }
    note(503);
    response.writeHead(503, { 'retry-after': '1' }).end();
  }

  const server = createServer((request, response) => void forward(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const looking = ports.map(async (port) => {
    while (!closing.signal.aborted) {
      if (await isReady(port, closing.signal)) ready.add(port);
      else ready.delete(port);
      await pause(POLL_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inService: () => [...ready],
    answers: () => [...answers],
    async close() {
      closing.abort();
      server.closeAllConnections();
      await Promise.all([...looking, new Promise((resolve) => server.close(resolve))]);
    },
  };
}

/** Opens a new connection to the replica, or returns null if the replica refuses it. Nothing is sent yet. */
function connect(port: number, { method, url, headers }: IncomingMessage): Promise<ClientRequest | null> {
  return new Promise((resolve) => {
    const upstream = ask({
      host: '127.0.0.1',
      port,
      agent: false,
      method,
      path: url,
      headers: { ...headers, connection: 'close' },
    });
    upstream.once('error', () => resolve(null));
    upstream.once('socket', (socket) => socket.once('connect', () => resolve(upstream)));
  });
}

function relay(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: ClientRequest,
  note: (status: number) => void,
): Promise<void> {
  return new Promise((resolve) => {
    upstream.on('response', (answer) => {
      note(answer.statusCode ?? 0);
      // Keep-alive is negotiated separately on each side.
      const { connection: _, ...headers } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, headers);
      // An event stream sends its headers long before its first event.
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    upstream.on('error', () => {
      if (response.headersSent || response.destroyed) {
        response.destroy();
        return;
      }
      note(502);
      response.writeHead(502).end();
    });
    response.once('close', () => {
      upstream.destroy();
      resolve();
    });
    request.pipe(upstream);
  });
}

async function isReady(port: number, closing: AbortSignal): Promise<boolean> {
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(POLL_TIMEOUT_MS)]);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
