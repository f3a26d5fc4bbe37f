import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerRequest } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { RateLimitedError } from '../../common/request-errors.ts';
import { policyItem, stateItem } from './limit-fields.ts';

const POLICY = 'ratelimit-policy';
const STATE = 'ratelimit';

/** The throttler, with our problem in place of its exception, and with the header fields of the IETF's draft. */
@Injectable()
export class StartLimitGuard extends ThrottlerGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const policies = this.throttlers.map(({ name = '', limit, ttl }) =>
      policyItem({ name, limit: Number(limit), periodSeconds: Number(ttl) / 1_000 }),
    );
    void context.switchToHttp().getResponse<FastifyReply>().header(POLICY, policies.join(', '));
    return super.canActivate(context);
  }

  /** Counts the request under one of the limits. What is said of it stays in the answer, whatever that will be. */
  protected override async handleRequest(asked: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, blockDuration, throttler, getTracker, generateKey } = asked;
    const { name = '' } = throttler;
    const http = context.switchToHttp();
    const key = generateKey(context, await getTracker(http.getRequest(), context), name);
    const counted = await this.storageService.increment(key, ttl, limit, blockDuration, name);

    const reply = http.getResponse<FastifyReply>();
    const before = reply.getHeader(STATE);
    const remaining = Math.max(0, limit - counted.totalHits);
    const state = stateItem({ name, remaining, resetSeconds: counted.timeToExpire });
    void reply.header(STATE, before === undefined ? state : `${String(before)}, ${state}`);
    if (counted.isBlocked) throw new RateLimitedError(counted.timeToBlockExpire);
    return true;
  }
}
