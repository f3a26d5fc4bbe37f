import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import cors from '@fastify/cors';
import { BadRequestException, ValidationPipe, type ValidationError } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { Logger } from 'nestjs-pino';
import { ADMIN_SCOPE } from '../auth/scopes.ts';
import { ProblemResponse } from '../common/api-problems.ts';
import { refuseBrokenRequest, refuseOddRequests } from './odd-requests.ts';
import { ProblemFilter } from './problem.filter.ts';
import { RequestInvalidError } from '../common/request-errors.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { logRequests } from './logging.module.ts';
import { boundShutdown } from './shutdown.ts';

/** A webhook is a few kilobytes; the cap also holds for bodies that come in chunks. */
const BODY_LIMIT = 1024 * 1024;
/** Of the routes that parse: it is done before anybody has shown a token. */
const OWN_BODY_LIMIT = 16 * 1024;
const REQUEST_ID = /^[\w.-]{8,64}$/;

export function fastifyAdapter(config: GatewayConfig): FastifyAdapter {
  return new FastifyAdapter({
    // Nothing here is a middleware: what concerns every request is a hook.
    skipMiddie: true,
    bodyLimit: BODY_LIMIT,
    // A number of hops: `true` would let anybody write his own address.
    trustProxy: (_address: string, hop: number) => hop < config.http.trustedProxyHops,
    requestTimeout: 30_000,
    // As long as the longest id of a user that a token may name.
    routerOptions: { maxParamLength: 255 },
    // Node would refuse a request without a Host itself, in a form of its own.
    http: { requireHostHeader: false, connectionsCheckingInterval: 5_000 },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      new ProblemFilter().answer(error, request, reply),
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
  logRequests(app);
  parseJsonOnly(app);
  boundRoutes(app);
  setFixedHeaders(app, !hasApiDocs);
  requireOneHost(app);
  refuseOddRequests(app.getHttpServer() as Server);
  boundShutdown(app);
  await openToPages(app, corsOrigins);
  if (hasApiDocs)
    SwaggerModule.setup('docs', app, () => apiDocument(app), { jsonDocumentUrl: 'docs/openapi.json' });
}

/**
 * Pages of these origins may call. An OPTIONS that is no preflight is a method like any other. Registered with Fastify,
 * for what Nest's `enableCors` does has each answer's headers copied and written one by one.
 */
async function openToPages(app: NestFastifyApplication, origins: readonly string[]): Promise<void> {
  const rules = {
    origin: [...origins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
    exposedHeaders: ['idempotency-replayed', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
    maxAge: 600,
  };
  await app.register(cors, {
    delegator: (request: FastifyRequest, done) => {
      const { origin, 'access-control-request-method': method } = request.headers;
      done(null, { ...rules, preflight: origin !== undefined && method !== undefined });
    },
  });
}

/** The OpenAPI document, from the same classes that validate and answer. */
export function apiDocument(app: NestFastifyApplication): OpenAPIObject {
  const about = new DocumentBuilder()
    .setTitle('KYC gateway')
    .setDescription('Identity verification for the users of a platform. Errors are RFC 9457 problem details.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: `A token whose \`scope\` or \`scp\` holds \`${ADMIN_SCOPE}\`. Its \`sub\` is kept with all that is done`,
      },
      'operator',
    )
    .addTag('admin', 'For operators. Not to be published with the rest: see docs/operations.md')
    .build();
  return SwaggerModule.createDocument(app, about, { extraModels: [ProblemResponse] });
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
    const { isBodyRaw } = request.routeOptions.config as RouteKind;
    if (isBodyRaw === true) done(null, body);
    else if (body.length === 0) done(null, {});
    else
      void parseSafely(request, body.toString('utf8'), (error, json) => done(error ?? flatOnly(json), json));
  });
}

/** What a route says of itself in its RouteConfig. */
interface RouteKind {
  isBodyRaw?: boolean;
}

/**
 * Nothing that a caller has to say to a route of ours needs more than a few hundred bytes. And the one that answers
 * preflights is there before Nest's error handler is, so it gets its own.
 */
function boundRoutes(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const filter = new ProblemFilter();
  fastify.addHook('onRoute', (route) => {
    const { isBodyRaw } = (route.config ?? {}) as RouteKind;
    if (isBodyRaw !== true) route.bodyLimit = OWN_BODY_LIMIT;
    if (route.method === 'OPTIONS') {
      route.errorHandler = (error, request, reply) => filter.answer(error, request, reply);
    }
  });
}

/** No body of ours holds a list or an object: one that is nested deeply enough would overflow whoever walks it. */
function flatOnly(json: unknown): Error | null {
  const values = Array.isArray(json) ? [json] : Object.values(json ?? {});
  const isFlat = values.every((value) => typeof value !== 'object' || value === null);
  return isFlat ? null : new RequestInvalidError(['no field holds a list or an object']);
}

/** The caller's own id where it is harmless, so that one id follows a request through the platform. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/**
 * What every answer carries whose request could be read. Helmet says the same of each, so it is asked once: asked each
 * time, it was a quarter of the time of a refused webhook (docs/performance.md).
 */
function setFixedHeaders(app: NestFastifyApplication, contentSecurityPolicy: boolean): void {
  const request = {} as IncomingMessage;
  const answer = new ServerResponse(request);
  helmet({ contentSecurityPolicy })(request, answer, () => undefined);
  const headers = answer.getHeaders();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', ({ id }, reply, done) => {
    void reply.headers({ ...headers, 'x-request-id': id });
    done();
  });
}

/** RFC 9112: a request of HTTP/1.1 names its host, once. */
function requireOneHost(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    const hosts = raw.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host').length;
    const isFit = hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0');
    done(isFit ? undefined : new BadRequestException('no Host, or several'));
  });
}

/** What a field is called that there is not, the caller has made up: it is neither repeated nor logged. */
function refuse(errors: ValidationError[]): RequestInvalidError {
  const broken = errors.flatMap(({ constraints }) => Object.entries(constraints ?? {}));
  const problems = broken.map(([rule, text]) =>
    rule === 'whitelistValidation' ? 'there is a field that should not exist' : text,
  );
  return new RequestInvalidError([...new Set(problems)]);
}
