import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseFailurePassing } from '../common/database-failure.ts';
import { DomainError, type ErrorKind } from '../common/domain-error.ts';
import { DatabaseUnavailableError } from '../common/request-errors.ts';
import { securityEventOf } from '../common/security-events.ts';

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
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  contradictory: 422,
  too_many: 429,
  refused_upstream: 502,
  unavailable: 503,
};

/** What Node, Fastify and the router raise themselves. */
const OF_THE_FRAMEWORK: Readonly<Record<number, readonly [code: string, title: string]>> = {
  400: ['request.malformed', 'The request cannot be read'],
  404: ['request.not_found', 'There is nothing at this address'],
  405: ['request.method_not_allowed', 'This address does not answer to that method'],
  408: ['request.timed_out', 'The request did not come in whole in time'],
  413: ['request.too_large', 'The body is too large'],
  415: ['request.unsupported_media_type', 'The body must be application/json'],
  417: ['request.expectation_failed', 'No other expectation than 100-continue can be met'],
  431: ['request.headers_too_large', 'The header is too large'],
};
/** What any other refusal of theirs comes down to. */
const UNREADABLE = 400;

/** RFC 6750. */
const CHALLENGES: Readonly<Record<number, string>> = {
  401: 'Bearer',
  403: 'Bearer error="insufficient_scope"',
};

/** Those that routes here have; HEAD comes with GET. */
const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
/** No address of ours has more, and an address that has thousands is not looked for. */
const MOST_SEGMENTS = 8;

/** Turns whatever was thrown into application/problem+json. Nothing internal leaves: no stack, no SQL, no vendor text. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also for what is thrown where Nest is not asked. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = meaningOf(thrown, request);
    const problem = describe(error, request);
    this.log(problem, error, request);
    const challenge = problem.code.startsWith('auth.') ? CHALLENGES[problem.status] : undefined;
    if (challenge !== undefined) void reply.header('www-authenticate', challenge);
    if (problem.status === 405) void reply.header('allow', methodsOf(request).join(', '));
    if (error instanceof DomainError && error.retryAfterSeconds !== undefined) {
      void reply.header('retry-after', String(error.retryAfterSeconds));
    }
    void reply
      .status(problem.status)
      // Again, for what the framework refuses before any hook of ours.
      .headers({ 'cache-control': 'no-store', 'x-request-id': request.id })
      .type('application/problem+json')
      .send(JSON.stringify(problem));
  }

  /** One line a problem, whichever it is: a flood of refusals writes no more than any other. */
  private log({ status, code }: Problem, error: unknown, request: FastifyRequest): void {
    const { id: requestId } = request;
    const situation = { requestId, status, code, provider: providerOf(error), reason: reasonOf(error) };
    const event = securityEventOf(code);
    if (status >= 500) this.logger.error({ ...situation, err: status === 500 ? error : undefined });
    else if (event === undefined) this.logger.log(situation);
    else this.logger.warn({ event, route: request.routeOptions?.url, ...situation });
  }
}

/** A caller who hangs up in the middle of his body breaks a connection with the same code as a database does. */
function meaningOf(thrown: unknown, { raw }: FastifyRequest): unknown {
  if (raw.destroyed && !raw.complete) return new BadRequestException('the caller hung up', { cause: thrown });
  if (!isDatabaseFailurePassing(thrown)) return thrown;
  return new DatabaseUnavailableError('the database did not answer', { cause: thrown });
}

function describe(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof DomainError) {
    const problem = asProblem(STATUS_OF[error.kind], error.code, error.title);
    return error.problems === undefined ? problem : { ...problem, errors: error.problems };
  }
  const raised = statusRaised(error);
  if (raised === undefined) return asProblem(500, 'internal.error', 'Something went wrong on our side');
  return problemOfStatus(raised === 404 && methodsOf(request).length > 0 ? 405 : raised);
}

/** What Node or the framework refuses with this status, from 400 to 499. */
export function problemOfStatus(status: number): Problem {
  const known = OF_THE_FRAMEWORK[status];
  return known === undefined ? problemOfStatus(UNREADABLE) : asProblem(status, ...known);
}

function asProblem(status: number, code: string, title: string): Problem {
  return { type: `urn:problem:kyc:${code}`, title, status, code };
}

function statusRaised(error: unknown): number | undefined {
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** The methods that the address would answer to. */
function methodsOf(request: FastifyRequest): string[] {
  const url = request.url.split('?', 1)[0] ?? '';
  // The router would take these for a pattern, and throw where it is none.
  if (/[*:()]/.test(url)) return [];
  const patterns = [url, ...patternsOf(url)];
  return METHODS.filter((method) =>
    patterns.some((pattern) => request.server.hasRoute({ method, url: pattern })),
  );
}

/** What a route with a parameter could be called that leads to the address: the router finds routes by their names only. */
function patternsOf(url: string): string[] {
  const segments = url.split('/', MOST_SEGMENTS + 1);
  if (segments.length > MOST_SEGMENTS) return [];
  return segments.flatMap((segment, at) => (segment === '' ? [] : segments.with(at, ':id').join('/')));
}

/** Whom the provider's error or delivery was from, where it says so. */
function providerOf(error: unknown): unknown {
  return error instanceof DomainError && 'provider' in error ? error.provider : undefined;
}

/**
 * For the log: our own words, and those of what caused them but for what they quote, which may be the caller's. What
 * the framework says quotes addresses with their queries, and bodies, so its code or name stands for that.
 */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { cause } = error;
  if (error instanceof DomainError) {
    return cause instanceof Error ? `${error.message}: ${withoutQuotes(cause.message)}` : error.message;
  }
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof HttpException && error.getStatus() !== 404 ? error.message : error.name;
}

/** The names of claims are short enough to stay. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"[^"]{4,}"/g, '"…"');
}
