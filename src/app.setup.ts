import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import helmet from '@fastify/helmet';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import { ProblemAnswer } from './common/api-problems.js';
import { ProblemFilter } from './common/problem.filter.js';
import { RequestInvalidError } from './common/request-errors.js';
import type { GatewayConfig } from './config/gateway.config.js';
import { boundShutdown } from './shutdown.js';

/** A webhook is a few kilobytes; the cap also holds for bodies that come in chunks. */
const BODY_LIMIT = 1024 * 1024;
const REQUEST_ID = /^[\w.-]{8,64}$/;

export function fastifyAdapter(config: GatewayConfig): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    // A number of hops: `true` would let anybody write his own address.
    trustProxy: (_address: string, hop: number) => hop < config.http.trustedProxyHops,
    requestTimeout: 30_000,
    genReqId: requestId,
    // Idle connections are closed at shutdown, those in use when their answer is out.
    forceCloseConnections: 'idle',
    // What still comes on a connection that is open is answered as ever.
    return503OnClosing: false,
  });
}

/** Everything about HTTP that is not a route: called by main.ts and by every test, so that both serve the same. */
export async function setUpApp(app: NestFastifyApplication): Promise<void> {
  const config = app.get<ConfigService<GatewayConfig, true>>(ConfigService);
  const { corsOrigins, hasApiDocs } = config.get('http', { infer: true });
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: refuse,
    }),
  );
  parseJsonOnly(app);
  tellRequestId(app);
  boundShutdown(app);
  await app.register(helmet, { contentSecurityPolicy: !hasApiDocs });
  app.enableCors({
    origin: [...corsOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'last-event-id'],
    exposedHeaders: ['retry-after', 'x-request-id'],
    maxAge: 600,
  });
  if (hasApiDocs)
    SwaggerModule.setup('docs', app, () => apiDocument(app), { jsonDocumentUrl: 'docs/openapi.json' });
}

/** The OpenAPI document, from the same classes that validate and answer. */
export function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('KYC gateway')
    .setDescription('Identity verification for the users of a platform. Errors are RFC 9457 problem details.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  return SwaggerModule.createDocument(app, about, { extraModels: [ProblemAnswer] });
}

/**
 * JSON and nothing else is read. Where a route says `isBodyRaw`, the bytes reach it as they came in: a signature
 * covers bytes, and nothing may parse them before it is checked.
 */
function parseJsonOnly(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  const parseSafely = fastify.getDefaultJsonParser('error', 'error');
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT } as const;
  fastify.addContentTypeParser('application/json', options, (request: FastifyRequest, body: Buffer, done) => {
    const { isBodyRaw } = request.routeOptions.config as { isBodyRaw?: boolean };
    if (isBodyRaw === true) done(null, body);
    else if (body.length === 0) done(null, {});
    else void parseSafely(request, body.toString('utf8'), done);
  });
}

/** The caller's own id where it is harmless, so that one id follows a request through the platform. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

function tellRequestId(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
}

function refuse(errors: ValidationError[]): RequestInvalidError {
  return new RequestInvalidError(errors.flatMap((error) => Object.values(error.constraints ?? {})));
}
