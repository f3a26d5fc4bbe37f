import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  Logger,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable, of } from 'rxjs';
import { principalOf } from '../../auth/bearer.guard.ts';
import { Clock } from '../../common/clock.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { type Claim, IdempotencyKeys } from './idempotency-key.repository.ts';
import { payloadOf } from './payload.ts';

/** A request that is repeated under its Idempotency-Key gets the first answer again; without one, all is as ever. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly clock: Clock,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const key = readIdempotencyKey(request.raw.headersDistinct['idempotency-key']);
    if (key === null) return next.handle();

    const { userId } = principalOf(request);
    const payload = payloadOf({
      method: request.method,
      path: request.routeOptions.url ?? '',
      body: request.body,
    });
    const claimed = await this.keys.claim({ userId, key, payload }, this.clock.now());
    if ('claim' in claimed) return from(this.answerFirst(claimed.claim, next, reply));
    void reply.status(claimed.answer.status).header('idempotency-replayed', 'true');
    return of(claimed.answer.body);
  }

  private async answerFirst(claim: Claim, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle());
    } catch (error) {
      // Nothing has come of it, so that the same key may try again.
      await this.orLeaveToLease(this.keys.release(claim));
      throw error;
    }
    await this.orLeaveToLease(this.keys.keep(claim, { status: reply.statusCode, body }));
    return body;
  }

  /** What has come of the request counts more than its key: without a database, the lease frees that. */
  private async orLeaveToLease(change: Promise<void>): Promise<void> {
    await change.catch((error: Error) =>
      this.logger.warn({ event: 'idempotency.key_left', reason: error.message }),
    );
  }
}
