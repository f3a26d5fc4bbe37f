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

/** One answer that went back through the balancer. */
export interface BalancedAnswer {
  path: string;
  status: number;
  /** From the request's arrival to the answer's head. */
  ms: number;
}

/** A load balancer as one stands in front of replicas: round-robin over those that say they are ready. */
export interface Balancer {
  readonly url: string;
  /** The ports that are in service, as of the last look. */
  inService(): number[];
  answers(): BalancedAnswer[];
  close(): Promise<void>;
}

/**
 * Who refuses the connection is passed over; who breaks it off after that is answered for with 502, since nobody knows
 * how far he came. Where nobody is ready all of them are asked, as load balancers do: one may be better than it thinks.
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

/** A connection of its own to the replica, or null where it takes none. Nothing has been sent yet. */
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
      // Which connections are kept is a matter of each side.
      const { connection: _, ...headers } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, headers);
      // A stream of events has a head long before it has a body.
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
