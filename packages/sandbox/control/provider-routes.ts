import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Sandbox } from '../sandbox-type.ts';
import { EMULATORS } from '../emulators.ts';
import type { EmulatedProvider } from '../provider/contract.ts';
import type { EmulatorDefinition } from '../provider/definition.ts';
import { providerName } from './provider-name.ts';
import { read } from './read.ts';
import {
  decisionRequest,
  defined,
  foreignRequest,
  misbehaviorRequest,
  modeRequest,
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

  const definitions: readonly EmulatorDefinition[] = EMULATORS;
  for (const { name, registerControls } of definitions) {
    registerControls?.(app, sandbox[read(providerName, name)]);
  }
}
