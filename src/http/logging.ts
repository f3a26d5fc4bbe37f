import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { type DestinationStream, destination, type Level, type Logger, pino, stdSerializers } from 'pino';

/** A full buffer is written at once. */
const BUFFER_BYTES = 4 * 1_024;
/** The longest time that a line waits in the buffer. A killed process loses at most these lines. */
const FLUSH_MS = 100;

/** The id of the current request, which is added to each of its log lines. */
const requestIds = new AsyncLocalStorage<string>();

/** Buffers lines, because one write per line is a tenth of a webhook's cost. pino flushes the rest at process exit. */
export function standardOutput(): DestinationStream {
  return destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_MS });
}

/** JSON lines with ids, codes and reasons, never with a body, header, query, address, token or link. */
export function createLogger(level: string, to: DestinationStream): Logger {
  return pino(
    {
      level,
      mixin: () => {
        const requestId = requestIds.getStore();
        return requestId === undefined ? {} : { requestId };
      },
      serializers: { err: describeError },
    },
    to,
  );
}

/** Writes the log lines of Nest and of the gateway's own `new Logger(…)` to pino. */
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
 * Logs one line per request, after its response is sent or the client has disconnected. Lines that are written in the
 * meantime carry the request's id.
 */
export function logRequests(app: NestFastifyApplication, logger: Logger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isProbe(request)) {
      reply.raw.once('close', () => {
        const { headersSent, statusCode, writableFinished } = reply.raw;
        logger.info(
          {
            requestId: request.id,
            req: { method: request.method, path: request.url.split('?', 1)[0] },
            res: headersSent ? { status: statusCode } : {},
            responseTime: Math.round(reply.elapsedTime),
          },
          writableFinished ? 'request completed' : 'request aborted',
        );
      });
    }
    requestIds.run(request.id, done);
  });
}

/** Load balancers and Prometheus probe every few seconds. Their own metrics count these requests. */
function isProbe({ url }: FastifyRequest): boolean {
  return /^\/(health|metrics)\b/.test(url);
}

function describeError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
