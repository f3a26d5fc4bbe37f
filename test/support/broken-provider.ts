import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, request as send } from 'undici';

export interface ReceivedCall {
  method: string;
  /** Without the query string. */
  path: string;
  headers: IncomingHttpHeaders;
}

/** Replaces the response to a call. */
export type Fault = (response: ServerResponse) => void;

/** A proxy of a provider's API that can break the calls that create a session. */
export interface BrokenProvider {
  /** Stays the same while the server is stopped. */
  readonly url: string;
  /** The create calls since the last `breakWith` or `stopListening`. */
  creates(): readonly ReceivedCall[];
  /** All calls since the last `breakWith` or `stopListening`. */
  calls(): readonly ReceivedCall[];
  breakWith(fault: Fault): void;
  /** Stops listening, so that connections are refused. */
  stopListening(): Promise<void>;
  /** Forwards every call to the sandbox again. */
  recover(): Promise<void>;
  close(): Promise<void>;
}

/** Part of every response of a broken provider. It must appear nowhere else. */
export const CANARY = 'canary-of-the-broken-provider';

const HEADERS = { 'content-type': 'application/json', 'x-remark': CANARY };
const CHUNK = `"${CANARY}",`.repeat(2_000);
const NOT_PASSED_ON = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);

export const disconnect: Fault = (response) => void response.socket?.destroy();

export const neverAnswer: Fault = () => undefined;

export const answerHalf: Fault = (response) => {
  response.writeHead(201, { ...HEADERS, 'content-length': 2 * CHUNK.length });
  response.write(CHUNK, () => response.socket?.destroy());
};

export const answerForEver: Fault = (response) => {
  const goOn = () => {
    while (!response.destroyed && response.write(CHUNK));
  };
  response.writeHead(201, HEADERS).on('drain', goOn).write('[');
  goOn();
};

export function answerWith(status: number, body: string, headers: Record<string, string> = {}): Fault {
  return (response) => void response.writeHead(status, CANARY, { ...HEADERS, ...headers }).end(body);
}

/** Starts a proxy in front of the sandbox. `createPath` is the path of the POST that creates a session. */
export async function openBrokenProvider(upstream: string, createPath: string): Promise<BrokenProvider> {
  let fault: Fault | null = null;
  let calls: ReceivedCall[] = [];
  const isCreate = ({ method, path }: ReceivedCall) => method === 'POST' && path === createPath;

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    const call = { method, path: url.split('?', 1)[0] ?? url, headers };
    calls.push(call);
    if (fault !== null && isCreate(call)) return fault(response);
    const answer = await send(upstream + url, {
      method: method as Dispatcher.HttpMethod,
      headers: passedOn(headers),
      body: chunks.length === 0 ? null : Buffer.concat(chunks),
    });
    return response
      .writeHead(answer.statusCode, passedOn(answer.headers))
      .end(Buffer.from(await answer.body.arrayBuffer()));
  });
  const port = await listen(server, 0, '127.0.0.1');

  return {
    url: `http://127.0.0.1:${port}`,
    creates: () => calls.filter(isCreate),
    calls: () => [...calls],
    breakWith(wanted) {
      fault = wanted;
      calls = [];
    },
    async stopListening() {
      calls = [];
      await end(server);
    },
    async recover() {
      fault = null;
      if (!server.listening) await listen(server, port, '127.0.0.1');
    },
    close: () => end(server),
  };
}

/** Starts an https server with a self-signed certificate. */
export async function openUntrustedProvider(): Promise<Pick<BrokenProvider, 'url' | 'calls' | 'close'>> {
  const calls: ReceivedCall[] = [];
  const fixture = (name: string) => readFileSync(new URL(`self-signed/${name}`, import.meta.url));
  const server = createTlsServer({ key: fixture('key.pem'), cert: fixture('cert.pem') });
  server.on('request', ({ method = '', url = '', headers }, response: ServerResponse) => {
    calls.push({ method, path: url, headers });
    answerWith(201, JSON.stringify({ remark: CANARY }))(response);
  });
  const port = await listen(server, 0, 'localhost');
  return { url: `https://localhost:${port}`, calls: () => [...calls], close: () => end(server) };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !NOT_PASSED_ON.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
