import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { GatewayConfig } from './config/gateway.config.js';

/** Where log lines go; a test puts a stream of its own here. */
export const LOG_DESTINATION = Symbol('LOG_DESTINATION');

const REQUEST_ID = /^[\w.-]{8,64}$/;

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
        pinoHttp: [
          {
            level: config.get('logLevel', { infer: true }),
            genReqId: requestId,
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
            autoLogging: { ignore: ({ url }: IncomingMessage) => url?.startsWith('/health/') ?? false },
          },
          destination,
        ],
      }),
    }),
  ],
})
export class LoggingModule {}

/** The caller's own id where it is harmless, so that one id follows a request through the platform. */
function requestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('x-request-id', id);
  return id;
}
