import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EmulatedProvider, Sandbox } from '../contract.ts';
import { ImpossibleDecision, NoSuchSession } from '../provider/emulator.ts';
import {
  checkRequest,
  decisionRequest,
  defined,
  misbehaviourRequest,
  providerName,
  toDecision,
  toDeliveryOptions,
  tokenRequest,
  webhookUrlRequest,
} from './schemas.ts';
import { INDEX } from './index-page.ts';

/** What the in-process interface can do, over HTTP, for demos, curl and other languages. */
export function registerControlApi(app: FastifyInstance, sandbox: Sandbox): void {
  app.setErrorHandler((error, _request, reply) => {
    const isMissing = error instanceof NoSuchSession;
    const isFaulty = error instanceof BadInput || error instanceof ImpossibleDecision;
    const status = isMissing ? 404 : isFaulty ? 400 : statusOf(error);
    return reply.code(status).send({ error: error instanceof Error ? error.message : 'unknown error' });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'not here; see GET /' }));

  app.get('/', (_request, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));

  app.post('/sandbox/tokens', async (request) => {
    const { sub, email, expires_in_seconds } = read(tokenRequest, request.body);
    const token = await sandbox.issuer.tokenFor(
      defined({ sub, email }),
      defined({ expiresInSeconds: expires_in_seconds }),
    );
    return { token };
  });

  app.get('/sandbox/mails', () => ({ mails: sandbox.mailbox.messages() }));
  app.delete('/sandbox/mails', (_request, reply) => {
    sandbox.mailbox.clear();
    return reply.code(204).send();
  });

  app.put('/sandbox/webhook-url', (request) => {
    const { url } = read(webhookUrlRequest, request.body);
    sandbox.deliverTo(url);
    return { webhook_url: url };
  });

  registerProviderRoutes(app, sandbox);
}

function registerProviderRoutes(app: FastifyInstance, sandbox: Sandbox): void {
  const providerOf = (request: FastifyRequest): EmulatedProvider =>
    sandbox[read(providerName, (request.params as { provider: string }).provider)];
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

  app.get('/sandbox/:provider/sessions', (request) => ({ sessions: providerOf(request).sessions() }));
  app.get('/sandbox/:provider/calls', (request) => ({ calls: providerOf(request).calls() }));
  app.get('/sandbox/:provider/deliveries', (request) => ({ deliveries: providerOf(request).deliveries() }));

  app.post('/sandbox/:provider/sessions/:id/decision', async (request) => {
    const wanted = read(decisionRequest, request.body);
    const deliveries = await providerOf(request).decide(
      idOf(request),
      toDecision(wanted),
      toDeliveryOptions(wanted),
    );
    return { deliveries };
  });

  app.post('/sandbox/onfido/sessions/:id/check', async (request) => {
    const wanted = read(checkRequest, request.body);
    const options = { ...toDeliveryOptions(wanted), ...defined({ moveRun: wanted.move_run }) };
    return { deliveries: await sandbox.onfido.completeCheck(idOf(request), wanted.result, options) };
  });

  app.post('/sandbox/:provider/misbehaviour', (request, reply) => {
    const { delay_ms, hang_up, ...rest } = read(misbehaviourRequest, request.body);
    providerOf(request).misbehave(defined({ ...rest, delayMs: delay_ms, hangUp: hang_up }));
    return reply.code(204).send();
  });
  app.delete('/sandbox/:provider/misbehaviour', (request, reply) => {
    providerOf(request).behave();
    return reply.code(204).send();
  });

  app.post('/sandbox/:provider/secret-rotation', (request) => ({
    secret: providerOf(request).rotateSecret(),
  }));
}

class BadInput extends Error {}

function read<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (!result.success) throw new BadInput(z.prettifyError(result.error));
  return result.data;
}

function statusOf(error: unknown): number {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}
