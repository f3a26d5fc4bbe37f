import type { FastifyInstance } from 'fastify';
import { NotConnected } from './errors.ts';
import { read } from './read.ts';
import { switchRequest } from './schemas.ts';
import type { Surroundings } from './surroundings.ts';

/** The gateway as whoever runs it lets it be steered and looked into. */
export function registerGatewayRoutes(app: FastifyInstance, around: Surroundings): void {
  app.put('/sandbox/gateway/provider', async (request) => {
    const { provider } = read(switchRequest, request.body);
    if (around.steering === undefined) {
      throw new NotConnected(
        'This sandbox does not run the gateway: restart the gateway with another KYC_PROVIDER, or use npm run demo',
      );
    }
    await around.steering.switchProvider(provider);
    around.changes.announce();
    return { provider: around.steering.provider() };
  });

  app.get<{ Params: { id: string } }>('/sandbox/users/:id/record', async (request) => {
    if (around.records === undefined) {
      throw new NotConnected(
        'This sandbox knows no database: start it with --database-url, or use npm run demo',
      );
    }
    return around.records(request.params.id);
  });
}
