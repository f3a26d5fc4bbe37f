import type { FastifyInstance } from 'fastify';
import { NotConnected } from './errors.ts';
import { read } from './read.ts';
import { switchRequest } from './schemas.ts';
import type { Surroundings } from './surroundings.ts';

/** Routes that control the gateway or read its database, if the starter of the sandbox has connected them. */
export function registerGatewayRoutes(app: FastifyInstance, around: Surroundings): void {
  app.put('/sandbox/gateway/provider', async (request) => {
    const { provider } = read(switchRequest, request.body);
    if (around.steering === undefined) {
      throw new NotConnected(
        'This sandbox does not run the gateway. Restart the gateway with another KYC_PROVIDER, or use npm run demo.',
      );
    }
    await around.steering.switchProvider(provider);
    around.changes.announce();
    return { provider: around.steering.provider() };
  });

  app.get<{ Params: { id: string } }>('/sandbox/users/:id/record', async (request) => {
    if (around.records === undefined) {
      throw new NotConnected(
        'This sandbox is not connected to a database. Start it with --database-url, or use npm run demo.',
      );
    }
    return around.records(request.params.id);
  });
}
