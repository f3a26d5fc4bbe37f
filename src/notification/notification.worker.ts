import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type Job, JobQueue, PostponedJobError } from '../jobs/job-queue.ts';
import { type CurrentNotice, NoticeService } from '../kyc/notices/notice.service.ts';
import { Metrics } from '../metrics/metrics.ts';
import { UserRepository } from '../users/user.repository.ts';
import { MailCircuit } from './mail-circuit.ts';
import { MailComposer } from './mail-composer.ts';
import { mailFailure } from './mail-failure.ts';
import { Mailer } from './mailer.ts';

interface Recipient {
  address: string;
  mailId: string;
  userId: string;
  jobId: string;
}

@Injectable()
export class NotificationWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger(NotificationWorker.name);

  constructor(
    private readonly jobs: JobQueue,
    private readonly users: UserRepository,
    private readonly notices: NoticeService,
    private readonly composer: MailComposer,
    private readonly mailer: Mailer,
    private readonly circuit: MailCircuit,
    private readonly metrics: Metrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('notification', (job) => this.notify(job));
  }

  /** Reads the address here, because jobs carry no personal data. */
  private async notify({ id, payload }: Job<'notification'>): Promise<void> {
    // Jobs that an earlier version enqueued have no mailId.
    const { userId, subject, mailId = id } = payload;
    const address = await this.users.emailOf(userId);
    if (address === null) {
      this.metrics.mailed(subject, 'no_address');
      this.logger.warn({ event: 'mail.no_address', userId, subject, jobId: id });
      return;
    }
    const isSent = await this.notices.sendIfCurrent(payload, mailId, (notice) =>
      this.send(notice, { address, mailId, userId, jobId: id }),
    );
    if (isSent) return;
    this.metrics.mailed(subject, 'obsolete');
    this.logger.log({ event: 'mail.obsolete', userId, subject, jobId: id });
  }

  private async send(notice: CurrentNotice, { address, mailId, userId, jobId }: Recipient): Promise<void> {
    const { subject } = notice;
    const mail = this.composer.compose(notice);
    try {
      await this.circuit.run(() => this.mailer.send(mail, address, mailId));
    } catch (cause) {
      if (cause instanceof PostponedJobError) throw cause;
      this.metrics.mailed(subject, 'failed');
      throw mailFailure(cause);
    }
    this.metrics.mailed(subject, 'sent');
    this.logger.log({ event: 'mail.sent', userId, subject, jobId });
  }
}
