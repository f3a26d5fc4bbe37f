import type { Queue } from 'pg-boss';

/** Each subject has a template in notification/templates. */
export type NotificationSubject = 'verified' | 'rejected' | 'resubmission_requested' | 'approval_withdrawn';

/**
 * Jobs carry ids and statuses, never personal data. The stored data can also have a `traceparent`, the span in which the
 * job was added. Jobs of an earlier release lack it.
 */
export interface JobPayloads {
  /**
   * Sends a mail to the user if it is still true. `mailId` is random and becomes the Message-ID, so that mail clients
   * recognize a mail that was sent twice. `reason` is a public rejection reason.
   */
  notification: {
    mailId: string;
    userId: string;
    subject: NotificationSubject;
    reason: string | null;
    /** The attempt that the mail is about. Jobs of an earlier release lack it and `since`. */
    attemptId?: string;
    /** The provider's time of the state that the mail reports. */
    since?: string | null;
    /** An operator wants the mail sent again, although the user has already received it. */
    isRepeat?: boolean;
  };
  /** Reads the verdict at the provider, because the event announced a verdict without containing it. */
  'provider-lookup': { provider: string; lookup: string };
  reconciliation: Record<string, never>;
  /** Makes a provider erase a session. The id names a row of kyc_erasures. */
  erasure: { erasureId: string };
  retention: Record<string, never>;
}

export type QueueName = keyof JobPayloads;

export type ParkedQueueName = Exclude<QueueName, 'reconciliation' | 'retention'>;

type QueueOptions = Omit<Queue, 'name'>;

/**
 * Retries for a day and a half, first after seconds and later after hours. When the heartbeat of a killed worker stops,
 * its job returns to the queue. A running worker may take long: a mail can wait behind thirty other mails for one of
 * five connections to a slow mail server.
 */
const RETRIED_FOR_HOURS: QueueOptions = {
  notify: true,
  retryLimit: 20,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 4 * 3600,
  heartbeatSeconds: 30,
  expireInSeconds: 600,
};

/**
 * Retries for thirty days, first after minutes and later after two to four hours. A provider may allow so few erasures
 * a day that a backlog takes weeks.
 */
const RETRIED_FOR_WEEKS: QueueOptions = {
  ...RETRIED_FOR_HOURS,
  retryLimit: 240,
  retryDelay: 60,
  retentionSeconds: 60 * 24 * 3600,
};

const PARKED: QueueOptions = { retentionSeconds: 90 * 24 * 3600 };

/** The gateway keeps parked erasures for ten years, because it still owes them to the user. */
const PARKED_FOR_YEARS: QueueOptions = { retentionSeconds: 3650 * 24 * 3600 };

/** Runs on one replica at a time. A failed run is not retried, because the next run follows soon. */
const RECURRING: QueueOptions = {
  policy: 'exclusive',
  notify: true,
  retryLimit: 0,
  heartbeatSeconds: 30,
  expireInSeconds: 120,
  deleteAfterSeconds: 24 * 3600,
};

/**
 * How many jobs a worker fetches at once. The connections to the mail server limit mails, and rate limits limit
 * provider calls.
 */
export const FETCH_SIZES: Readonly<Record<QueueName, number>> = {
  notification: 16,
  'provider-lookup': 4,
  reconciliation: 1,
  erasure: 4,
  retention: 1,
};

/** In the order of creation, because a dead-letter queue must exist before the queue that names it. */
export const QUEUES: Readonly<Record<QueueName | `${ParkedQueueName}-dead`, QueueOptions>> = {
  'notification-dead': PARKED,
  notification: { ...RETRIED_FOR_HOURS, deadLetter: 'notification-dead' },
  'provider-lookup-dead': PARKED,
  'provider-lookup': { ...RETRIED_FOR_HOURS, deadLetter: 'provider-lookup-dead' },
  reconciliation: RECURRING,
  'erasure-dead': PARKED_FOR_YEARS,
  erasure: { ...RETRIED_FOR_WEEKS, deadLetter: 'erasure-dead' },
  retention: { ...RECURRING, expireInSeconds: 3600 },
};

/** Cron expressions in UTC. */
export const SCHEDULES: Readonly<Record<string, string>> = {
  reconciliation: '* * * * *',
  retention: '23 3 * * *',
};
