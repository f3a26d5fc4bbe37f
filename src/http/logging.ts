import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { type DestinationStream, type Level, type Logger, pino, stdSerializers } from 'pino';
import type { Tracing } from '../tracing/tracing.ts';
import { currentWork, logFieldsOf, runWork } from '../tracing/work-context.ts';
import { endRequestSpan, startRequestSpan } from './request-span.ts';

/** Logged in place of a path that has no route, because a caller can write anything into it. */
const UNKNOWN_ROUTE = '(unknown)';

/** Log lines contain ids, codes and reasons, but never a body, header, query, address, token or link. */
export function createLogger(level: string, to: DestinationStream): Logger {
  return pino(
    {
      level,
      mixin: () => logFieldsOf(currentWork()),
      serializers: { err: describeError },
    },
    to,
  );
}

/** Without this class, Nest and `new Logger(…)` would not write to pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  /** Nest passes the name of the logging class last, and sometimes a stack before it. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    if (message instanceof Error) this.logger[level]({ context, err: message });
    else if (typeof message === 'object') this.logger[level]({ context, ...message });
    else this.logger[level]({ context }, String(message));
  }
}

/**
 * Logs one line per request, after the response is sent or the client has disconnected, and ends the request's span.
 * Earlier lines of the request carry its id and its trace.
 */
export function logRequests(app: NestFastifyApplication, logger: Logger, tracing: Tracing): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isProbe(request)) return runWork({ requestId: request.id }, done);
    const path = request.routeOptions.url;
    const work = { requestId: request.id, ...startRequestSpan(tracing, request, path) };
    reply.raw.once('close', () => {
      const { headersSent, statusCode, writableFinished } = reply.raw;
      const status = headersSent ? statusCode : undefined;
      logger.info(
        {
          ...logFieldsOf(work),
          req: { method: request.method, path: path ?? UNKNOWN_ROUTE },
          res: status === undefined ? {} : { status },
          responseTime: Math.round(reply.elapsedTime),
        },
        writableFinished ? 'request completed' : 'request aborted',
      );
      if (work.span !== undefined) endRequestSpan(work.span, status);
    });
    runWork(work, done);
  });
}

/** Load balancers and Prometheus send a probe every few seconds. Their own metrics count these requests. */
function isProbe({ url }: FastifyRequest): boolean {
  return /^\/(health|metrics)\b/.test(url);
}

function describeError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
