import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  type CurrentAttempt,
  type UserStatus,
  UserStatusRepository,
} from '../kyc/status/user-status.repository.ts';
import type { Attempt } from '../kyc/store/attempt.ts';
import { AttemptRepository } from '../kyc/store/attempt.repository.ts';
import { type LedgerEvent, LedgerRepository } from '../kyc/store/ledger.repository.ts';
import { UnknownUserError } from '../users/user-errors.ts';

export interface AttemptDetail extends Attempt {
  /** Ordered by the provider's time. */
  events: LedgerEvent[];
}

export interface UserDetail {
  status: UserStatus;
  current: CurrentAttempt | null;
  /** Newest first. */
  attempts: AttemptDetail[];
  /**
   * Events that carry the user id but belong to no attempt. They come from a start that crashed, or from an operator's
   * action.
   */
  events: LedgerEvent[];
}

/** Leaves out links, tokens and ids of other users. */
@Injectable()
export class UserDetailService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly statuses: UserStatusRepository,
    private readonly attempts: AttemptRepository,
    private readonly ledger: LedgerRepository,
  ) {}

  async find(requestedId: string): Promise<UserDetail> {
    const found = await this.statuses.find(requestedId);
    if (found === null) throw new UnknownUserError('no row of users');
    const { status, current } = found;
    const { manager } = this.dataSource;
    const [attempts, ofAttempts, events] = await Promise.all([
      this.attempts.findByUser(manager, status.userId),
      this.ledger.findAttemptEventsByUser(manager, status.userId),
      this.ledger.findUnmatchedEventsByUser(manager, status.userId),
    ]);
    const byAttempt = Map.groupBy(ofAttempts, ({ attemptId }) => attemptId);
    return {
      status,
      current,
      attempts: attempts.map((attempt) => ({ ...attempt, events: byAttempt.get(attempt.id) ?? [] })),
      events,
    };
  }
}
