import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ThrottlerModule } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { principalOf } from '../../auth/bearer.guard.ts';
import type { GatewayConfig, RateLimit } from '../../config/gateway.config.ts';
import { PostgresThrottlerStorage } from './postgres-throttler-storage.ts';

/** Two limits on starting: one for the user, and a looser one for the address, by TRUST_PROXY hops and no more. */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      inject: [ConfigService, DataSource],
      useFactory: (config: ConfigService<GatewayConfig, true>, dataSource: DataSource) => {
        const { startPerUser, startPerAddress } = config.get('rateLimits', { infer: true });
        return {
          storage: new PostgresThrottlerStorage(dataSource),
          setHeaders: false,
          throttlers: [
            {
              name: 'start-user',
              ...throttle(startPerUser),
              getTracker: (request) => principalOf(request as FastifyRequest).userId,
            },
            { name: 'start-address', ...throttle(startPerAddress) },
          ],
        };
      },
    }),
  ],
  exports: [ThrottlerModule],
})
export class LimitsModule {}

function throttle({ requests, seconds }: RateLimit): { limit: number; ttl: number } {
  return { limit: requests, ttl: seconds * 1_000 };
}
