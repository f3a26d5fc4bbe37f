import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { RateLimitedError } from '../../common/request-errors.ts';

const POLICY = 'ratelimit-policy';
const STATE = 'ratelimit';

/** The header names come from draft-ietf-httpapi-ratelimit-headers. */
export const LIMIT_HEADERS = {
  'RateLimit-Policy': {
    description: 'Each limit: its requests (q), and its period in seconds (w)',
    schema: { type: 'string' as const, example: '"start-user";q=10;w=600, "start-address";q=100;w=600' },
  },
  RateLimit: {
    description: 'Each limit: the remaining requests (r), and the seconds until the count starts again (t)',
    schema: { type: 'string' as const, example: '"start-user";r=9;t=600, "start-address";r=99;t=600' },
  },
};

/** Extends Nest's throttler, which has neither problem responses nor the headers of the IETF draft. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const policies = this.throttlers.map(
      ({ name = '', limit, ttl }) => `"${name}";q=${Number(limit)};w=${Number(ttl) / 1_000}`,
    );
    void context.switchToHttp().getResponse<FastifyReply>().header(POLICY, policies.join(', '));
    return super.canActivate(context);
  }

  protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, blockDuration, throttler, getTracker, generateKey } = request;
    const { name = '' } = throttler;
    const http = context.switchToHttp();
    const key = generateKey(context, await getTracker(http.getRequest(), context), name);
    const record = await this.storageService.increment(key, ttl, limit, blockDuration, name);

    const reply = http.getResponse<FastifyReply>();
    const before = reply.getHeader(STATE);
    const remaining = Math.max(0, limit - record.totalHits);
    const state = `"${name}";r=${remaining};t=${record.timeToExpire}`;
    void reply.header(STATE, before === undefined ? state : `${String(before)}, ${state}`);
    if (record.isBlocked) throw new RateLimitedError(record.timeToBlockExpire);
    return true;
  }
}
