import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type OutgoingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Logger } from '@nestjs/common';
import { problemOfStatus } from './problem.filter.ts';

const STATUS_OF: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

const logger = new Logger('OddRequests');

/** For what Node's parser gives up on, which never becomes a request: answered as a problem, and hung up. */
export function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // What Node itself looks at: nothing may be written into the middle of an answer.
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: OutgoingMessage | null };
  if (!socket.writable || answer?.headersSent === true) socket.destroy(error);
  else hangUpWith(socket, STATUS_OF[error.code ?? ''] ?? 400, error.code ?? 'no reason');
}

/** For requests that Node would answer itself, or not at all: an `Expect` that nobody can meet, and CONNECT. */
export function refuseOddRequests(server: Server): void {
  server.on('checkExpectation', (_request, response) => {
    const { status, headers, body } = refusal(417, 'Expect');
    response.writeHead(status, headers).end(body);
  });
  server.on('connect', (_request, socket) => {
    socket.on('error', () => undefined);
    hangUpWith(socket, 405, 'CONNECT', { allow: 'GET, HEAD, POST, DELETE' });
  });
}

/** Without Node's help, which has no answer to write to. */
function hangUpWith(socket: Duplex, wanted: number, reason: string, more: Record<string, string> = {}): void {
  const { status, headers, body } = refusal(wanted, reason);
  const fields = { ...headers, ...more, date: new Date().toUTCString() };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  const answer = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n');
  socket.end(answer, () => socket.destroy());
}

function refusal(
  wanted: number,
  reason: string,
): { status: number; headers: Record<string, string>; body: string } {
  const requestId = randomUUID();
  const problem = problemOfStatus(wanted);
  const { status, code } = problem;
  logger.log({ event: 'http.refused', requestId, status, code, reason });
  const body = JSON.stringify(problem);
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-request-id': requestId,
    connection: 'close',
  };
  return { status, headers, body };
}
