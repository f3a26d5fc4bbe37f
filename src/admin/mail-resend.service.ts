import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../common/domain-error.ts';
import { JobQueue } from '../jobs/job-queue.ts';
import type { NotificationSubject } from '../jobs/queues.ts';
import type { Phase } from '../kyc/domain/session-state.ts';
import { UserStatusRepository } from '../kyc/status/user-status.repository.ts';
import { LedgerRepository } from '../kyc/store/ledger.repository.ts';
import { UnknownUserError } from '../users/user-errors.ts';
import { UserRepository } from '../users/user.repository.ts';
import { type OperatorContext, operatorEvent } from './operator-event.ts';

export class NoMailForStatusError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.nothing_to_tell';
  readonly title = "No mail belongs to the user's current status";
}

export interface ResentMail {
  mailId: string;
  subject: NotificationSubject;
}

/** For a user who reports that no mail arrived. */
@Injectable()
export class MailResendService {
  private readonly logger = new Logger(MailResendService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly statuses: UserStatusRepository,
    private readonly users: UserRepository,
    private readonly ledger: LedgerRepository,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Enqueues the mail and records the action in one transaction.
   * @throws UnknownUserError, or NoMailForStatusError if no mail belongs to the user's current status
   */
  async resend(requestedId: string, context: OperatorContext): Promise<ResentMail> {
    const found = await this.statuses.find(requestedId);
    if (found === null) throw new UnknownUserError('no row of users');
    const { userId } = found.status;
    const resent = await this.dataSource.transaction(async (manager) => {
      const event = operatorEvent('resend_mail', { userId, session: found.current }, context);
      await this.ledger.lockUnmatched(manager, [event]);
      await this.users.lock(manager, userId);
      await this.ledger.append(manager, [event]);
      // This reads the status again, because it may have changed before the lock was acquired.
      const locked = await this.statuses.find(userId, manager);
      const phase = locked?.current?.phase;
      const subject = subjectOf(phase);
      if (subject === null) throw new NoMailForStatusError(`the current attempt is ${phase ?? 'missing'}`);
      const mail = { mailId: randomUUID(), subject };
      const reason = locked?.status.rejectionReason ?? null;
      await this.jobs.add(manager, 'notification', [{ ...mail, userId, reason, isRepeat: true }]);
      return mail;
    });
    const { subject } = resent;
    this.logger.log({ event: 'admin.resend_mail', actor: context.operator, userId, subject });
    return resent;
  }
}

function subjectOf(phase: Phase | undefined): NotificationSubject | null {
  switch (phase) {
    case 'approved':
      return 'verified';
    case 'declined':
      return 'rejected';
    case 'resubmission_requested':
      return 'resubmission_requested';
    default:
      return null;
  }
}
