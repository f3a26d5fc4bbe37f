import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { JobQueue } from '../jobs/job-queue.ts';
import type { NotificationSubject } from '../jobs/queues.ts';
import type { Phase } from '../kyc/domain/session-state.ts';
import { LedgerRepository } from '../kyc/store/ledger.repository.ts';
import { UsersService } from '../users/users.service.ts';
import { NothingToTellError } from './admin-errors.ts';
import { type Doing, operatorEvent } from './operator-event.ts';
import { UserStandings } from './user-standings.ts';

/** A mail that is on its way once more. */
export interface ResentMail {
  mailId: string;
  subject: NotificationSubject;
}

/** The use case: a user says that he got no mail. */
@Injectable()
export class MailResender {
  private readonly logger = new Logger(MailResender.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly standings: UserStandings,
    private readonly users: UsersService,
    private readonly ledger: LedgerRepository,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Adds a job for the mail that belongs to where the user stands now; job and ledger entry stand or fall together.
   *
   * @throws UnknownUserError, or NothingToTellError where no mail belongs there
   */
  async resend(askedFor: string, doing: Doing): Promise<ResentMail> {
    const { standing, session } = await this.standings.of(askedFor);
    const { userId } = standing;
    const resent = await this.dataSource.transaction(async (manager) => {
      await this.ledger.append(manager, [operatorEvent('resend_mail', { userId, session }, doing)]);
      // After the ledger, as everybody locks; and he may have been moved until now.
      await this.users.lock(manager, userId);
      const now = await this.standings.of(userId, manager);
      const subject = subjectOf(now.session?.phase);
      if (subject === null)
        throw new NothingToTellError(`the session is ${now.session?.phase ?? 'not there'}`);
      const mail = { mailId: randomUUID(), subject };
      const reason = now.standing.rejectionReason;
      await this.jobs.add(manager, 'notification', [{ ...mail, userId, reason }]);
      return mail;
    });
    this.logger.log({ event: 'admin.resend_mail', actor: doing.actor, userId, subject: resent.subject });
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
