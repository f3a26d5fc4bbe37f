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
import { payloadOf, readIdempotencyKey } from './idempotency-key.ts';
import { type Claim, IdempotencyService } from './idempotency.service.ts';

@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly logger = new Logger(IdempotencyInterceptor.name);

  constructor(
    private readonly keys: IdempotencyService,
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
    const result = await this.keys.claim({ userId, key, payload }, this.clock.now());
    if ('claim' in result) return from(this.runFirst(result.claim, next, reply));
    void reply.status(result.response.status).header('idempotency-replayed', 'true');
    return of(result.response.body);
  }

  private async runFirst(claim: Claim, next: CallHandler, reply: FastifyReply): Promise<unknown> {
    let body: unknown;
    try {
      body = await lastValueFrom(next.handle());
    } catch (error) {
      // The request changed nothing, so the client may use the key again.
      await this.orWaitForLease(this.keys.release(claim));
      throw error;
    }
    await this.orWaitForLease(this.keys.storeResponse(claim, { status: reply.statusCode, body }));
    return body;
  }

  /** If the change fails, the client still gets its response, and the key is free again when its lease expires. */
  private async orWaitForLease(change: Promise<void>): Promise<void> {
    await change.catch((error: Error) =>
      this.logger.warn({ event: 'idempotency.key_left', reason: error.message }),
    );
  }
}
