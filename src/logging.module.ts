import type { IncomingMessage } from 'node:http';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { GatewayConfig } from './config/gateway.config.js';

/** Where log lines go; a test puts a stream of its own here. */
export const LOG_DESTINATION = Symbol('LOG_DESTINATION');

@Module({
  providers: [{ provide: LOG_DESTINATION, useFactory: () => process.stdout }],
  exports: [LOG_DESTINATION],
})
class LogDestinationModule {}

/** JSON lines that name ids, codes and reasons: no body, header, query, address, token or link is ever in them. */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      imports: [LogDestinationModule],
      inject: [ConfigService, LOG_DESTINATION],
      useFactory: (config: ConfigService<GatewayConfig, true>, destination: DestinationStream) => ({
        // The package's own default path matches nothing on this version of Nest's Fastify adapter.
        forRoutes: ['{*path}'],
        pinoHttp: [
          {
            level: config.get('logLevel', { infer: true }),
            quietReqLogger: true,
            customAttributeKeys: { reqId: 'requestId' },
            serializers: {
              req: ({ method, url }: { method: string; url: string }) => ({
                method,
                path: url.split('?', 1)[0],
              }),
              res: ({ statusCode }: { statusCode: number }) => ({ status: statusCode }),
              err: ({ type, message, stack }: { type: string; message: string; stack: string }) => ({
                type,
                message,
                stack,
              }),
            },
            autoLogging: { ignore: isProbe },
          },
          destination,
        ],
      }),
    }),
  ],
})
export class LoggingModule {}

/** The balancer asks every few seconds; its answers are in the metrics of the balancer. */
function isProbe(request: IncomingMessage & { originalUrl?: string }): boolean {
  return /^\/(health|metrics)\b/.test(request.originalUrl ?? request.url ?? '');
}
