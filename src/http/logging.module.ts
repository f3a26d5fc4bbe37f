import { AsyncLocalStorage } from 'node:async_hooks';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { LoggerModule, PinoLogger } from 'nestjs-pino';
import { type DestinationStream, stdSerializers } from 'pino';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { standardOutput } from '../standard-output.ts';

/** Where log lines go; a test puts a stream of its own here. */
export const LOG_DESTINATION = Symbol('LOG_DESTINATION');

/** The id of the request that is being answered: it stands in each of its lines. */
const requestIds = new AsyncLocalStorage<string>();

@Module({
  providers: [{ provide: LOG_DESTINATION, useFactory: standardOutput }],
  exports: [LOG_DESTINATION],
})
class LogDestinationModule {}

/**
 * JSON lines that name ids, codes and reasons: no body, header, query, address, token or link is ever in them. Requests
 * are logged by `logRequests`: the package's own way, a middleware and two loggers for each request, took a fifth of
 * the time of a refused webhook (docs/performance.md).
 */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [LogDestinationModule],
      inject: [ConfigService, LOG_DESTINATION],
      useFactory: (config: ConfigService<GatewayConfig, true>, to: DestinationStream) => ({
        forRoutes: [],
        pinoHttp: [
          {
            level: config.get('logLevel', { infer: true }),
            mixin: () => {
              const requestId = requestIds.getStore();
              return requestId === undefined ? {} : { requestId };
            },
            wrapSerializers: false,
            serializers: { err: describeError },
          },
          to,
        ],
      }),
    }),
  ],
})
export class LoggingModule {}

/** One line a request, when its answer is out or its caller gone; its id in every line that is written meanwhile. */
export function logRequests(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isProbe(request)) {
      reply.raw.once('close', () => {
        const { headersSent, statusCode, writableFinished } = reply.raw;
        PinoLogger.root.info(
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

/** The balancer asks every few seconds; its answers are in the metrics of the balancer. */
function isProbe({ url }: FastifyRequest): boolean {
  return /^\/(health|metrics)\b/.test(url);
}

function describeError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack };
}
