import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
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

@Injectable()
export class VerificationStatusService {
  private readonly maxAttempts: number;

  constructor(
    private readonly statuses: UserStatusRepository,
    private readonly users: UsersService,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.maxAttempts = config.get('kyc', { infer: true }).maxAttempts;
  }

  /**
   * Creates the user first if the configuration allows it.
   * @throws UnknownUserError
   */
  async readOrCreate(principal: Principal): Promise<VerificationStatus> {
    let found = await this.statuses.find(principal.userId);
    if (found === null) {
      await this.users.createFromToken(principal);
      found = await this.statuses.find(principal.userId);
    }
    if (found === null) throw new UnknownUserError('the row was deleted right after it was created');
    const { status, current, attempts } = found;
    const attemptsLeft = Math.max(0, this.maxAttempts - attempts);
    const nextAction = nextActionOf(status.status, current?.phase ?? null, attemptsLeft);
    return { ...status, nextAction, attemptsLeft };
  }
}
