import type { FastifyInstance } from 'fastify';
import type { Sandbox } from '../sandbox-type.ts';
import { registerChangesRoute } from './changes-route.ts';
import { registerErrors } from './errors.ts';
import { registerGatewayRoutes } from './gateway-routes.ts';
import { INDEX } from './index-page.ts';
import { registerProviderRoutes } from './provider-routes.ts';
import { read } from './read.ts';
import { defined, tokenRequest, webhookUrlRequest } from './schemas.ts';
import { stateOf } from './state-of.ts';
import type { ControlContext } from './control-context.ts';

/** Serves the functions of `Sandbox` over HTTP, for the pages, curl and programs in other languages. */
export function registerControlApi(app: FastifyInstance, sandbox: Sandbox, context: ControlContext): void {
  registerErrors(app);

  app.get('/sandbox', (_request, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));
  app.get('/sandbox/state', () => stateOf(sandbox, context));
  app.get('/sandbox/settings', () => ({ gateway_url: context.gatewayUrl }));
  registerChangesRoute(app, context.changes);

  app.post('/sandbox/tokens', async (request) => {
    const { sub, email, scope, expires_in_seconds } = read(tokenRequest, request.body);
    const token = await sandbox.issuer.tokenFor(
      defined({ sub, email }),
      defined({ scope, expiresInSeconds: expires_in_seconds }),
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

  registerProviderRoutes(app, sandbox, context);
  registerGatewayRoutes(app, context);
}
