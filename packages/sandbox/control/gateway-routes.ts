import type { FastifyInstance } from 'fastify';
import { NotConnectedError } from './errors.ts';
import { switchRequest } from './provider-name.ts';
import { read } from './read.ts';
import type { ControlContext } from './control-context.ts';

/** Routes that control the gateway or read its database. They fail if the sandbox was started without that part. */
export function registerGatewayRoutes(app: FastifyInstance, context: ControlContext): void {
  app.put('/sandbox/gateway/provider', async (request) => {
    const { provider } = read(switchRequest, request.body);
    if (context.gatewayControl === undefined) {
      throw new NotConnectedError(
        'This sandbox does not run the gateway. Restart the gateway with another KYC_PROVIDER, or use npm run demo.',
      );
    }
    await context.gatewayControl.switchProvider(provider);
    context.changes.announce();
    return { provider: context.gatewayControl.provider() };
  });

  app.get<{ Params: { id: string } }>('/sandbox/users/:id/record', async (request) => {
    if (context.records === undefined) {
      throw new NotConnectedError(
        'This sandbox is not connected to a database. Start it with --database-url, or use npm run demo.',
      );
    }
    return context.records(request.params.id);
  });
}
