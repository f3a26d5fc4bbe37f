import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ThrottlerModule } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { principalOf } from '../../auth/bearer.guard.ts';
import type { GatewayConfig, RateLimit } from '../../config/gateway.config.ts';
import { UsersModule } from '../../users/users.module.ts';
import { UsersService } from '../../users/users.service.ts';
import { RateLimitRepository } from './rate-limit.repository.ts';

@Module({ providers: [RateLimitRepository], exports: [RateLimitRepository] })
export class RateLimitStoreModule {}

/**
 * There are two limits on starts: one per user, and a higher limit per IP address. TRUST_PROXY determines the address.
 */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [RateLimitStoreModule, UsersModule],
      inject: [ConfigService, RateLimitRepository, UsersService],
      useFactory: (
        config: ConfigService<GatewayConfig, true>,
        storage: RateLimitRepository,
        users: UsersService,
      ) => {
        const { startPerUser, startPerAddress } = config.get('rateLimits', { infer: true });
        return {
          storage,
          setHeaders: false,
          throttlers: [
            {
              name: 'start-user',
              ...throttle(startPerUser),
              getTracker: (request) => users.canonicalIdOf(principalOf(request as FastifyRequest).userId),
            },
            {
              name: 'start-address',
              ...throttle(startPerAddress),
              getTracker: (request) => withoutPort((request as FastifyRequest).ip),
            },
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

/** Some proxies, such as those of Azure, add the client's port in X-Forwarded-For: `203.0.113.7:1234`, `[2001:db8::7]:1234`. */
function withoutPort(address: string): string {
  const [, v6, v4] = /^\[(.+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(address) ?? [];
  return v6 ?? v4 ?? address;
}
