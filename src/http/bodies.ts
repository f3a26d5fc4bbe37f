import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { RequestInvalidError } from '../common/request-errors.ts';
import { ProblemFilter } from './problem.filter.ts';

/** A webhook has a few kilobytes. The limit also applies to chunked bodies. */
export const BODY_LIMIT = 1024 * 1024;
/** This limit is low, because routes parse the body before any code checks the token. */
const PARSED_BODY_LIMIT = 16 * 1024;

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
  const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT } as const;
  fastify.addContentTypeParser('application/json', options, (request: FastifyRequest, body: Buffer, done) => {
    const { isBodyRaw } = request.routeOptions.config as BodyOptions;
    if (isBodyRaw === true) done(null, body);
    else if (body.length === 0) done(null, {});
    else
      void parseSafely(request, body.toString('utf8'), (error, json) =>
        done(error ?? rejectNested(json), json),
      );
  });
}

/** Fastify registers the preflight route before Nest's error handler, so this route gets its own error handler. */
export function limitBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const filter = new ProblemFilter();
  fastify.addHook('onRoute', (route) => {
    const { isBodyRaw } = (route.config ?? {}) as BodyOptions;
    if (isBodyRaw !== true) route.bodyLimit = PARSED_BODY_LIMIT;
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
