import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EmulatedProvider, Sandbox } from '../contract.ts';
import { read } from './read.ts';
import {
  checkRequest,
  decisionRequest,
  defined,
  deletionRequest,
  foreignRequest,
  misbehaviorRequest,
  modeRequest,
  providerName,
  redeliveryRequest,
  reorderedRequest,
  toDecision,
  toDeliveryOptions,
} from './schemas.ts';
import type { ControlContext } from './control-context.ts';

export function registerProviderRoutes(
  app: FastifyInstance,
  sandbox: Sandbox,
  context: ControlContext,
): void {
  const providerOf = (request: FastifyRequest): EmulatedProvider =>
    sandbox[read(providerName, (request.params as { provider: string }).provider)];
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id;

  app.get('/sandbox/:provider/sessions', (request) => ({ sessions: providerOf(request).sessions() }));
  app.get('/sandbox/:provider/calls', (request) => ({ calls: providerOf(request).calls() }));
  app.get('/sandbox/:provider/deliveries', (request) => ({ deliveries: providerOf(request).deliveries() }));

  app.post('/sandbox/:provider/sessions/:id/decision', async (request) => {
    const provider = providerOf(request);
    const wanted = read(decisionRequest, request.body);
    const deliveries = await provider.decide(idOf(request), toDecision(wanted), toDeliveryOptions(wanted));
    return { deliveries };
  });
  app.post('/sandbox/:provider/sessions/:id/reordered', async (request) => {
    const provider = providerOf(request);
    const { outcomes } = read(reorderedRequest, request.body);
    const decisions = outcomes.map((outcome) => ({ outcome }));
    return { deliveries: await provider.decideReordered(idOf(request), decisions) };
  });
  app.post('/sandbox/:provider/sessions/:id/foreign', async (request) => {
    const provider = providerOf(request);
    const { outcome } = read(foreignRequest, request.body);
    return { deliveries: await provider.sendForeign(idOf(request), { outcome }) };
  });
  app.post('/sandbox/:provider/deliveries/:id/redelivery', async (request) => {
    const provider = providerOf(request);
    const wanted = read(redeliveryRequest, request.body ?? {});
    return { deliveries: await provider.redeliver(idOf(request), toDeliveryOptions(wanted)) };
  });
  app.post('/sandbox/onfido/sessions/:id/check', async (request) => {
    const wanted = read(checkRequest, request.body);
    const options = { ...toDeliveryOptions(wanted), ...defined({ moveRun: wanted.move_run }) };
    return { deliveries: await sandbox.onfido.completeCheck(idOf(request), wanted.result, options) };
  });

  app.put('/sandbox/veriff/deletion', (request, reply) => {
    const { on, limited } = read(deletionRequest, request.body);
    sandbox.veriff.setDeletion(defined({ isOn: on, isLimited: limited }));
    return reply.code(204).send();
  });

  app.put('/sandbox/:provider/mode', (request) => {
    const provider = providerOf(request);
    provider.setMode(read(modeRequest, request.body).mode);
    return { mode: provider.mode() };
  });
  app.post('/sandbox/:provider/misbehavior', (request, reply) => {
    const provider = providerOf(request);
    const { delay_ms, disconnect, ...rest } = read(misbehaviorRequest, request.body);
    provider.misbehave(defined({ ...rest, delayMs: delay_ms, disconnect }));
    return reply.code(204).send();
  });
  app.delete('/sandbox/:provider/misbehavior', (request, reply) => {
    providerOf(request).behave();
    return reply.code(204).send();
  });

  app.post('/sandbox/:provider/secret-rotation', async (request) => {
    const secret = providerOf(request).rotateSecret();
    await context.gatewayControl?.secretsRotated();
    return { secret };
  });
}
