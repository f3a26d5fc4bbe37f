import { Injectable } from '@nestjs/common';
import type { JobPayloads, NotificationSubject } from '../../jobs/queues.ts';
import { noticeToSend } from '../domain/notice.ts';
import { nextAfterRejection, publicReason } from '../domain/rejection-reason.ts';
import { NoticeRepository } from '../store/notice.repository.ts';

export interface CurrentNotice {
  subject: NotificationSubject;
  /** A public reason. */
  reason: string | null;
  /** False if the reason of a rejection allows no other attempt. The public reason does not tell. */
  canRetry: boolean;
}

/** Decides whether a queued mail is still true when it is sent, and lets one mail of a user be sent at a time. */
@Injectable()
export class NoticeService {
  constructor(private readonly notices: NoticeRepository) {}

  /**
   * Calls `send` with the mail that is true now, which can differ from the queued one.
   *
   * @returns false if nothing is to be sent, because the mail is no longer true, or the user knows it
   * @throws Error if another mail of the user is being sent, and every error of `send`
   */
  async sendIfCurrent(
    queued: JobPayloads['notification'],
    mailId: string,
    send: (notice: CurrentNotice) => Promise<void>,
  ): Promise<boolean> {
    const attempt = await this.notices.findCurrent(queued.userId);
    if (attempt === null || (queued.attemptId ?? attempt.id) !== attempt.id) return false;
    // After a crash, the same mail may have arrived or not, so it is sent again.
    const isResumed = attempt.toldBy === mailId;
    const since = typeof queued.since === 'string' ? new Date(queued.since) : queued.since;
    const isRepeat = queued.isRepeat === true || isResumed;
    const subject = noticeToSend({ subject: queued.subject, since, isRepeat }, attempt);
    if (subject === null) {
      if (isResumed) await this.notices.endTelling(attempt.id, attempt.told, mailId);
      return false;
    }
    if (!(await this.notices.beginTelling(attempt, subject, mailId))) {
      throw new Error('another mail of the user is being sent, or the verification changed at this moment');
    }
    let told: string | null = attempt.told;
    try {
      const canRetry = nextAfterRejection(attempt.reason) === 'retry';
      await send({ subject, reason: publicReason(attempt.reason), canRetry });
      told = subject;
    } finally {
      // If this fails, the mail counts as told, and other mails of the user wait until its time is over.
      await this.notices.endTelling(attempt.id, told, mailId).catch(() => undefined);
    }
    return true;
  }
}
