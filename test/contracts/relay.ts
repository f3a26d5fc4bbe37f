import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Dispatcher, request as send } from 'undici';

export interface RelayedRequest {
  method: string;
  /** Without the query string. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface RelayedResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Delays the second half of the body, or breaks the connection before it. */
  secondHalf?: 'late' | 'never';
}

/** Changes a response. Null means that the response is lost after the provider carried out the request. */
export type Change = (answer: RelayedResponse, request: RelayedRequest) => RelayedResponse | null;

/** A proxy between the adapter and the emulator. It records requests, and changes responses in ways that no emulator does. */
export interface Relay {
  readonly origin: string;
  requests(): readonly RelayedRequest[];
  change(change: Change): void;
  behave(): void;
  close(): Promise<void>;
}

/** Longer than the timeout of every caller in the suite. */
export const LATE_MS = 1_000;

const NOT_RELAYED = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);
const unchanged: Change = (answer) => answer;

export async function openRelay(upstream: string): Promise<Relay> {
  const requests: RelayedRequest[] = [];
  let change = unchanged;

  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    const body = Buffer.concat(chunks);
    const relayed = { method, path: url.split('?', 1)[0] ?? url, headers, body: body.toString() };
    requests.push(relayed);
    try {
      const answer = change(await ask(upstream + url, method, headers, body, gone.signal), relayed);
      if (answer === null) return request.socket.destroy();
      const bytes = Buffer.from(answer.body);
      const half = answer.secondHalf === undefined ? bytes.length : Math.floor(bytes.length / 2);
      response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
      response.write(bytes.subarray(0, half));
      if (answer.secondHalf === 'late') await pause(LATE_MS, undefined, { signal: gone.signal });
      if (answer.secondHalf === 'never') return setImmediate(() => request.socket.destroy());
      return response.end(bytes.subarray(half));
    } catch {
      // The emulator or the caller closed the connection.
      return request.socket.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => [...requests],
    change(wanted) {
      change = wanted;
    },
    behave() {
      change = unchanged;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function ask(
  url: string,
  method: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  signal: AbortSignal,
): Promise<RelayedResponse> {
  const answer = await send(url, {
    method: method as Dispatcher.HttpMethod,
    headers: relayable(headers),
    body: body.length === 0 ? null : body,
    signal,
  });
  return { status: answer.statusCode, headers: relayable(answer.headers), body: await answer.body.text() };
}

function relayable(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !NOT_RELAYED.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
