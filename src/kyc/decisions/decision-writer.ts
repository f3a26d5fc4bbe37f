import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import { UnknownUserError } from '../../users/user-errors.ts';
import { UserRepository } from '../../users/user.repository.ts';
import type { Verdict } from '../domain/outcome.ts';
import type { RejectionReason } from '../domain/rejection-reason.ts';
import {
  type UserStatus,
  type UserStatusRecord,
  UserStatusRepository,
} from '../status/user-status.repository.ts';
import { ManualAttemptRepository } from '../store/manual-attempt.repository.ts';
import { BatchWriter } from '../inbox/batch-writer.ts';
import { inboxEvent } from '../inbox/inbox-event.ts';

export interface Decision {
  outcome: Verdict;
  /** Decides what the user sees, and whether they may start again. */
  reason: RejectionReason | null;
  /** Begins with `operator:` and the action. The ledger contains it once. */
  eventKey: string;
  actor: string;
  note: string | null;
}

/** Runs under the lock of the user. Rejects if the decision must not be made. */
export type DecideLocked = (manager: EntityManager, user: UserStatusRecord) => Promise<Decision>;

/** Writes the decisions that are made without a provider. */
@Injectable()
export class DecisionWriter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly statuses: UserStatusRepository,
    private readonly manualAttempts: ManualAttemptRepository,
    private readonly batches: BatchWriter,
  ) {}

  /**
   * Appends the decision as the latest event of the current attempt. It holds until the provider sends another verdict
   * than its last one. A user without a current attempt gets a manual attempt, where no provider can change it. Returns
   * the resulting status.
   *
   * @throws UnknownUserError
   */
  async write(requestedId: string, now: Date, decide: DecideLocked): Promise<UserStatus> {
    const written = await this.dataSource.transaction(async (manager) => {
      const [, user] = await pipeline(useIndexPlans(manager), this.users.lock(manager, requestedId));
      const before = user && (await this.statuses.find(user.id, manager));
      if (before === null) throw new UnknownUserError('no row of users');
      const { userId } = before.status;
      const { outcome, reason, eventKey, actor, note } = await decide(manager, before);
      const { provider, sessionId } =
        before.current ?? (await this.manualAttempts.create(manager, userId, now));
      const event = inboxEvent(
        { provider, sessionId, eventKey, outcome, reason, reference: null, occurredAt: now },
        'operator',
        now,
        null,
        { actor, note },
      );
      const added = await this.batches.append(manager, [event], now);
      const status = (await this.statuses.find(userId, manager))?.status ?? before.status;
      return { event, added, status };
    });
    this.batches.report([written.event], written.added);
    return written.status;
  }
}
