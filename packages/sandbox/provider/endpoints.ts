import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from './emulator.ts';
import { ApiProblem } from './problem.ts';

/** One call to an emulated API. */
export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The `:id` of the path; empty if the path has none. */
  readonly id: string;
  /** The exact bytes of the body; empty if the call has none. */
  readonly bytes: Buffer;
  /** @throws ApiProblem if the body is not JSON */
  json(): unknown;
  /** Adds headers to the response, also if the call is rejected. */
  respondWith(headers: Readonly<Record<string, string>>): void;
}

/** The work for each route, such as `GET /sessions/:id`. It throws an ApiProblem to reject the call. */
export type Endpoints = Readonly<Record<string, (call: Call) => Answer>>;

export interface ApiProblems {
  /** For a body that is not JSON or too large. */
  readonly unreadable: ApiProblem;
  /** For a path that the API does not have. */
  readonly notFound: ApiProblem;
}

/** Serves the endpoints. `around` checks the credentials of each call and may change its response. */
export function registerEndpoints(
  app: FastifyInstance,
  endpoints: Endpoints,
  problems: ApiProblems,
  around: (call: Call, work: () => Answer) => Answer,
): void {
  app.setErrorHandler((error, _request, reply) =>
    send(reply, error instanceof ApiProblem ? error : problems.unreadable),
  );
  app.setNotFoundHandler((_request, reply) => send(reply, problems.notFound));
  for (const [route, work] of Object.entries(endpoints)) {
    const [method = '', url = ''] = route.split(' ');
    app.route({
      method,
      url,
      handler: (request, reply) => {
        const call = callOf(request, problems, (headers) => void reply.headers(headers));
        return send(
          reply,
          around(call, () => work(call)),
        );
      },
    });
  }
}

export function callOf(
  request: FastifyRequest,
  { unreadable }: ApiProblems,
  respondWith: Call['respondWith'] = () => undefined,
): Call {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return {
    method: request.method,
    path: pathOf(request),
    headers: request.headers,
    query: request.query as Call['query'],
    id: (request.params as { id?: string }).id ?? '',
    bytes,
    json() {
      try {
        return JSON.parse(bytes.toString('utf8'));
      } catch {
        throw unreadable;
      }
    },
    respondWith,
  };
}

/** The path without the query, which can hold user ids. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? request.url;
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  reply.code(status);
  if (body === undefined) return reply.send();
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  return reply
    .headers({ 'content-type': 'application/json; charset=utf-8', ...headers })
    .send(isText ? body : JSON.stringify(body));
}
