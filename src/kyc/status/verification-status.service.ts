import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { bulkhead } from 'cockatiel';
import type { Principal } from '../../auth/token-verifier.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { UnknownUserError } from '../../users/user-errors.ts';
import { UsersService } from '../../users/users.service.ts';
import { type NextAction, nextActionOf } from '../domain/user-status.ts';
import { type UserStatus, UserStatusRepository } from './user-status.repository.ts';

export interface VerificationStatus extends UserStatus {
  nextAction: NextAction;
  attemptsLeft: number;
}

/**
 * A flood of status requests must not delay webhooks, which share the pool of connections. So all reads together use
 * half of the pool, and each user has at most one read that runs and one that waits.
 */
@Injectable()
export class VerificationStatusService {
  private readonly maxAttempts: number;
  private readonly halfOfPool: ReturnType<typeof bulkhead>;
  private readonly running = new Map<string, Promise<VerificationStatus>>();
  private readonly waiting = new Map<string, Promise<VerificationStatus>>();

  constructor(
    private readonly statuses: UserStatusRepository,
    private readonly users: UsersService,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.maxAttempts = config.get('kyc', { infer: true }).maxAttempts;
    const { poolSize } = config.get('database', { infer: true });
    this.halfOfPool = bulkhead(Math.floor(poolSize / 2), Infinity);
  }

  /**
   * Creates the user first if the configuration allows it. Requests that arrive during a read share the next one, because the running one may not contain the latest change.
   *
   * @throws UnknownUserError
   */
  async readOrCreate(principal: Principal): Promise<VerificationStatus> {
    // Two tokens of one user can differ in the address that a new row needs.
    const key = JSON.stringify([principal.userId, principal.email]);
    const waiting = this.waiting.get(key);
    if (waiting !== undefined) return waiting;
    const running = this.running.get(key);
    if (running === undefined) return this.run(key, principal);
    const next = running
      .catch(() => undefined)
      .then(() => {
        this.waiting.delete(key);
        return this.run(key, principal);
      });
    this.waiting.set(key, next);
    return next;
  }

  private run(key: string, principal: Principal): Promise<VerificationStatus> {
    const run = this.halfOfPool.execute(() => this.read(principal)).finally(() => this.running.delete(key));
    this.running.set(key, run);
    return run;
  }

  private async read(principal: Principal): Promise<VerificationStatus> {
    let found = await this.statuses.find(principal.userId);
    if (found === null) {
      await this.users.createFromToken(principal);
      found = await this.statuses.find(principal.userId);
    }
    if (found === null) throw new UnknownUserError('the row was deleted right after it was created');
    const { status, current, attempts } = found;
    const attemptsLeft = Math.max(0, this.maxAttempts - attempts);
    const nextAction = nextActionOf(status.status, current, attemptsLeft);
    return { ...status, nextAction, attemptsLeft };
  }
}
