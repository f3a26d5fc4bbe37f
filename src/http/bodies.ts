import { NotFoundException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { RequestInvalidError } from '../common/request-errors.ts';
import { WebhookService } from '../webhook/webhook.service.ts';
import { BodyReader } from './body-reader.ts';
import { ProblemFilter } from './problem.filter.ts';

/** A webhook has a few kilobytes. The limit also applies to chunked bodies. */
export const WEBHOOK_LIMIT = 256 * 1024;
/** This limit is low, because routes parse the body before any code checks the token. */
const PARSED_BODY_LIMIT = 16 * 1024;
/** All bodies of one replica that have not arrived completely. */
const MAX_UNFINISHED_BODIES = 32 * 1024 * 1024;

interface BodyOptions {
  isBodyRaw?: boolean;
}

/**
 * With `isBodyRaw`, a route receives the bytes as they arrived. A webhook signature covers the bytes, so no code may
 * parse them before the signature is verified.
 */
export function parseJsonOnly(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  const parseSafely = fastify.getDefaultJsonParser('error', 'error');
  const reader = new BodyReader(MAX_UNFINISHED_BODIES);
  fastify.addContentTypeParser('application/json', (request: FastifyRequest, message, done) => {
    const { isBodyRaw = false } = request.routeOptions.config as BodyOptions;
    reader.read(message, isBodyRaw ? WEBHOOK_LIMIT : PARSED_BODY_LIMIT, (error, body = Buffer.alloc(0)) => {
      if (error !== null || isBodyRaw) done(error, body);
      else if (body.length === 0) done(null, {});
      else
        void parseSafely(request, body.toString('utf8'), (malformed, json) =>
          done(malformed ?? rejectNested(json), json),
        );
    });
  });
}

/**
 * Rejects a delivery without the signature header of its provider before its body is read, because every
 * caller can send it.
 */
export function rejectUnsignedDeliveries(app: NestFastifyApplication): void {
  const webhooks = app.get(WebhookService);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    const { isBodyRaw = false } = (route.config ?? {}) as BodyOptions;
    if (!isBodyRaw) return;
    route.onRequest = (request, _reply, done) => {
      const { provider = null } = request.params as { provider?: string };
      webhooks.requireSignatureHeader(request.headers, provider);
      done();
    };
  });
}

/** Otherwise a caller of an unknown address would be told about the body instead. */
export function rejectUnknownAddresses(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? new NotFoundException() : undefined);
  });
}

/** Fastify registers the preflight route before Nest's error handler, so this route gets its own error handler. */
export function handlePreflightErrors(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const filter = new ProblemFilter();
  fastify.addHook('onRoute', (route) => {
    if (route.method === 'OPTIONS') {
      route.errorHandler = (error, request, reply) => filter.reply(error, request, reply);
    }
  });
}

/**
 * No request of the API contains a list or an object. Deep nesting could overflow the stack of code that walks through
 * it.
 */
function rejectNested(json: unknown): Error | null {
  const values = Array.isArray(json) ? [json] : Object.values(json ?? {});
  const isFlat = values.every((value) => typeof value !== 'object' || value === null);
  return isFlat ? null : new RequestInvalidError(['no field may contain a list or an object']);
}
