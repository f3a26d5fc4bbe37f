import { randomUUID } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import cors from '@fastify/cors';
import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DestinationStream } from 'pino';
import { AppModule } from '../app.module.ts';
import { RequestInvalidError } from '../common/request-errors.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Metrics } from '../metrics/metrics.ts';
import { Tracing } from '../tracing/tracing.ts';
import { serveApiDocument } from './api-document.ts';
import {
  handlePreflightErrors,
  parseJsonOnly,
  rejectUnknownAddresses,
  rejectUnsignedDeliveries,
} from './bodies.ts';
import { reportDroppedLines, standardOutput } from './log-output.ts';
import { createLogger, logRequests, NestLogger } from './logging.ts';
import { ProblemFilter } from './problem.filter.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { limitShutdownTime } from './shutdown.ts';

/** A client may choose the request id. This form cannot break a log line. */
const REQUEST_ID = /^[\w.-]{8,64}$/;

/** Tracing libraries in pages add these headers to every call, and a browser blocks a call with another header. */
const TRACING_HEADERS = ['x-request-id', 'traceparent', 'tracestate', 'baggage', 'sentry-trace'];

/** Only such a name of an unknown field is repeated in the response. Without digits, it cannot be an id or a number. */
const FIELD_NAME = /^[A-Za-z_]{1,40}$/;

/**
 * Returns the application without listening. Production and the integration tests both call this, so the tests run the
 * same application.
 */
export async function createApp(
  config: GatewayConfig,
  logOutput: DestinationStream & Pick<EventEmitter, 'on'> = standardOutput(),
): Promise<NestFastifyApplication> {
  const logger = createLogger(config.logLevel, logOutput);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(config),
    createFastifyAdapter(config),
    { bodyParser: false, logger: new NestLogger(logger), abortOnError: false },
  );
  reportDroppedLines(logOutput, logger, app.get(Metrics));
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: toRequestInvalidError,
    }),
  );
  leaveInvalidRequestsToNode(app);
  logRequests(app, logger, app.get(Tracing));
  parseJsonOnly(app);
  rejectUnsignedDeliveries(app);
  handlePreflightErrors(app);
  setSecurityHeaders(app);
  limitShutdownTime(app);
  await allowOrigins(app, config.http.corsOrigins);
  rejectUnknownAddresses(app);
  if (config.http.hasApiDocs) serveApiDocument(app);
  return app;
}

function createFastifyAdapter(config: GatewayConfig): FastifyAdapter {
  return new FastifyAdapter({
    // The gateway uses hooks and no Express-style middleware.
    skipMiddie: true,
    // This must be a number of hops, because `true` would let every client choose its own address.
    trustProxy: (_address: string, hop: number) => hop < config.http.trustedProxyHops,
    requestTimeout: 30_000,
    routerOptions: {
      // A token may contain a user id of at most this length.
      maxParamLength: 255,
      // Proxies and the forms of providers add slashes. A webhook at such an address must not get lost.
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
    },
    http: { connectionsCheckingInterval: 5_000 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      new ProblemFilter().reply(error, request, reply),
    genReqId: requestIdOf,
    // On shutdown, Fastify closes idle connections at once, and busy connections after their response.
    forceCloseConnections: 'idle',
    // During a shutdown, the gateway still serves requests on open connections.
    return503OnClosing: false,
  });
}

/**
 * When Node's parser rejects a request, Node returns a bare 400, 408 or 431. Fastify's listener replaces that response.
 * It even writes into a response that has already begun, which Node never does.
 */
function leaveInvalidRequestsToNode(app: NestFastifyApplication): void {
  (app.getHttpServer() as Server).removeAllListeners('clientError');
}

/**
 * Pages of these origins may call the API. An OPTIONS request that is not a preflight is handled like any other method.
 * Registers with Fastify directly, because Nest's `enableCors` copies all response headers one by one.
 */
async function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): Promise<void> {
  const rules = {
    origin: [...origins],
    methods: ['GET', 'POST', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id', ...TRACING_HEADERS],
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

/** Keeps the client's own id if it is harmless, so that the platform can follow a request by a single id. */
function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** The log leaves out what is in quotes, because the client chose the name of an unknown field. */
function toRequestInvalidError(errors: ValidationError[]): RequestInvalidError {
  const problems = errors.flatMap(({ property, constraints }) =>
    Object.entries(constraints ?? {}).map(([rule, text]) =>
      rule === 'whitelistValidation' ? unknownField(property) : text,
    ),
  );
  return new RequestInvalidError([...new Set(problems)]);
}

function unknownField(name: string): string {
  return FIELD_NAME.test(name) ? `"${name}" is not a known field` : 'there is a field that is not known';
}
