import {
  type ArgumentsHost,
  BadRequestException,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTemporaryDatabaseFailure } from '../common/database-failure.ts';
import { DomainError, type ErrorKind } from '../common/domain-error.ts';
import type { ProblemCode } from '../common/problem-codes.ts';
import { DatabaseUnavailableError } from '../common/request-errors.ts';

/** The format is RFC 9457. docs/problems.md explains the stable `code`. */
interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  errors?: readonly string[];
}

/** No other code maps a kind of failure to an HTTP status. */
export const STATUS_OF_KIND: Record<ErrorKind, number> = {
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

const MALFORMED = ['request.malformed', 'The request could not be read'] as const;
/** Fastify, Nest or the router raise these problems. All their other 4xx errors get the problem `request.malformed`. */
export const FRAMEWORK_PROBLEMS: Readonly<Record<number, readonly [code: ProblemCode, title: string]>> = {
  400: MALFORMED,
  404: ['request.not_found', 'This address does not exist'],
  405: ['request.method_not_allowed', 'This address does not support this method'],
  413: ['request.too_large', 'The request body is too large'],
  415: ['request.unsupported_media_type', 'The content type must be application/json'],
};

/** Maps the code of a problem to a log event for security monitoring. */
const SECURITY_EVENTS: Readonly<Record<string, string>> = {
  'webhook.signature_invalid': 'security.signature_refused',
  'webhook.malformed': 'security.delivery_malformed',
  'auth.token_invalid': 'security.token_refused',
  'auth.scope_missing': 'security.scope_missing',
  'kyc.own_case': 'security.own_case',
  'request.rate_limited': 'security.rate_limited',
  'stream.too_many': 'security.rate_limited',
};

/** RFC 6750 requires these values of `WWW-Authenticate`. */
const CHALLENGES: Readonly<Record<number, string>> = {
  401: 'Bearer',
  403: 'Bearer error="insufficient_scope"',
};

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE'];
/**
 * No route has more segments. The filter does not search longer addresses, because a client may send thousands of
 * segments.
 */
const MAX_SEGMENTS = 8;

/** Responds to every error with application/problem+json, without stacks, SQL or texts of providers. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.reply(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Fastify calls this directly if an error occurs before Nest's filters apply. */
  reply(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const error = translate(thrown, request);
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
      // These headers are set here as well, because Fastify rejects some requests before any hook runs.
      .headers({ 'cache-control': 'no-store', 'x-request-id': request.id })
      .type('application/problem+json')
      .send(JSON.stringify(problem));
  }

  /** Writes exactly one line per problem, so that a flood of forged requests cannot multiply the log. */
  private log({ status, code }: Problem, error: unknown, request: FastifyRequest): void {
    const { id: requestId } = request;
    const details = { requestId, status, code, provider: providerOf(error), reason: loggedReason(error) };
    const event = SECURITY_EVENTS[code];
    if (status >= 500) this.logger.error({ ...details, err: status === 500 ? error : undefined });
    else if (event === undefined) this.logger.log(details);
    else this.logger.warn({ event, route: request.routeOptions?.url, ...details });
  }
}

/** A client that disconnects while it sends its body causes the same error code as a lost database connection. */
function translate(thrown: unknown, { raw }: FastifyRequest): unknown {
  if (raw.destroyed && !raw.complete) {
    return new BadRequestException('the client disconnected', { cause: thrown });
  }
  if (!isTemporaryDatabaseFailure(thrown)) return thrown;
  return new DatabaseUnavailableError('the database did not answer', { cause: thrown });
}

function describe(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof DomainError) {
    const problem = problemOf(STATUS_OF_KIND[error.kind], error.code, error.title);
    return error.problems === undefined ? problem : { ...problem, errors: error.problems };
  }
  const raised = statusOf(error);
  if (raised === undefined) return problemOf(500, 'internal.error', 'The gateway failed unexpectedly');
  const status = raised === 404 && request.is404 && methodsOf(request).length > 0 ? 405 : raised;
  const known = FRAMEWORK_PROBLEMS[status];
  return known === undefined ? problemOf(400, ...MALFORMED) : problemOf(status, ...known);
}

function problemOf(status: number, code: ProblemCode, title: string): Problem {
  return { type: `urn:problem:kyc:${code}`, title, status, code };
}

function statusOf(error: unknown): number | undefined {
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function methodsOf(request: FastifyRequest): string[] {
  const [path = ''] = request.url.split('?', 1);
  const url = path.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
  // The router reads these characters as a pattern and throws if the pattern is invalid.
  if (/[*:()]/.test(url)) return [];
  const patterns = [url, ...patternsOf(url)];
  return METHODS.filter((method) =>
    patterns.some((pattern) => request.server.hasRoute({ method, url: pattern })),
  );
}

/** The router finds a route by its exact pattern only, so this returns all patterns that can match the address. */
function patternsOf(url: string): string[] {
  const segments = url.split('/', MAX_SEGMENTS + 1);
  if (segments.length > MAX_SEGMENTS) return [];
  return segments.flatMap((segment, at) => (segment === '' ? [] : segments.with(at, ':id').join('/')));
}

function providerOf(error: unknown): unknown {
  return error instanceof DomainError && 'provider' in error ? error.provider : undefined;
}

/**
 * Removes quoted text, because the client may have written it. Messages of the framework quote addresses
 * and bodies, so this returns the error's code or name instead.
 */
function loggedReason(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { cause } = error;
  if (error instanceof DomainError) {
    return withoutQuotes(cause instanceof Error ? `${error.message}: ${cause.message}` : error.message);
  }
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error instanceof HttpException && error.getStatus() !== 404 ? error.message : error.name;
}

/** Keeps quoted texts of up to three characters, such as the names of token claims. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"[^"]{4,}"/g, '"…"');
}
