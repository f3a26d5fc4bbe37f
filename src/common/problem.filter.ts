import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseFailurePassing } from './database-failure.js';
import { DomainError, type ErrorKind } from './domain-error.js';
import { DatabaseUnavailableError } from './request-errors.js';

/** RFC 9457, with a stable `code` that docs/problems.md explains. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
  errors?: readonly string[];
}

/** The only place that knows which status goes with which kind of situation; exhaustive by its type. */
const STATUS_OF: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  not_found: 404,
  conflict: 409,
  too_many: 429,
  refused_upstream: 502,
  unavailable: 503,
};

/** What Fastify and the router raise themselves. */
const OF_THE_FRAMEWORK: Readonly<Record<number, readonly [code: string, title: string]>> = {
  400: ['request.malformed', 'The request cannot be read'],
  404: ['request.not_found', 'There is nothing at this address'],
  405: ['request.method_not_allowed', 'This address does not answer to that method'],
  413: ['request.too_large', 'The body is too large'],
  415: ['request.unsupported_media_type', 'The body must be application/json'],
};

/** Turns whatever was thrown into application/problem+json. Nothing internal leaves: no stack, no SQL, no vendor text. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    const error = isDatabaseFailurePassing(thrown)
      ? new DatabaseUnavailableError('the database did not answer', { cause: thrown })
      : thrown;
    const problem = describe(error, request);
    this.log(problem, error);
    if (problem.code.startsWith('auth.') && problem.status === 401)
      void reply.header('www-authenticate', 'Bearer');
    if (problem.status === 405) void reply.header('allow', methodsOf(request).join(', '));
    if (error instanceof DomainError && error.retryAfterSeconds !== undefined) {
      void reply.header('retry-after', String(error.retryAfterSeconds));
    }
    void reply
      .status(problem.status)
      .header('cache-control', 'no-store')
      .type('application/problem+json')
      .send(JSON.stringify(problem));
  }

  private log(problem: Problem, error: unknown): void {
    const situation = { status: problem.status, code: problem.code, reason: reasonOf(error) };
    if (problem.status >= 500)
      this.logger.error({ ...situation, err: problem.status === 500 ? error : undefined });
    else this.logger.log(situation);
  }
}

function describe(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof DomainError) {
    const problem = asProblem(STATUS_OF[error.kind], error.code, error.title);
    return error.problems === undefined ? problem : { ...problem, errors: error.problems };
  }
  const raised = statusRaised(error);
  const status = raised === 404 && methodsOf(request).length > 0 ? 405 : raised;
  const known = status === undefined ? undefined : OF_THE_FRAMEWORK[status];
  if (status === undefined || known === undefined) {
    return asProblem(500, 'internal.error', 'Something went wrong on our side');
  }
  return asProblem(status, ...known);
}

function asProblem(status: number, code: string, title: string): Problem {
  return { type: `urn:problem:kyc:${code}`, title, status, code };
}

function statusRaised(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** The methods that the address would answer to. */
function methodsOf(request: FastifyRequest): string[] {
  const url = request.url.split('?', 1)[0] ?? '';
  return ['GET', 'POST', 'DELETE'].filter((method) => request.server.hasRoute({ method, url }));
}

/** For the log: the message and the messages of its causes, which name ids, codes and statuses only. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
