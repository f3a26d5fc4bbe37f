import type { FastifyInstance } from 'fastify';
import {
  UnsupportedDecisionError,
  DeliveryNotFoundError,
  SessionNotFoundError,
} from '../provider/emulator.ts';
import { InvalidRequestError } from './read.ts';

/** The request needs a gateway or a database that this sandbox is not connected to. */
export class NotConnectedError extends Error {}

export function registerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) =>
    reply.code(statusOf(error)).send({ error: error instanceof Error ? error.message : 'Unknown error' }),
  );
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'This path does not exist. GET /sandbox lists the paths.' }),
  );
}

function statusOf(error: unknown): number {
  if (error instanceof SessionNotFoundError || error instanceof DeliveryNotFoundError) return 404;
  if (error instanceof InvalidRequestError || error instanceof UnsupportedDecisionError) return 400;
  if (error instanceof NotConnectedError) return 409;
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
