import type { Queue } from 'pg-boss';

/** The situations that send a mail. Each has a template in notification/templates. */
export type NotificationSubject = 'verified' | 'rejected' | 'resubmission_requested' | 'approval_withdrawn';

/** Jobs carry ids and statuses, never personal data. */
export interface JobPayloads {
  /**
   * Send a mail to the user. `mailId` is random and becomes the Message-ID, so that mail clients recognize a mail that
   * was sent twice. `reason` is one of the public rejection reasons.
   */
  notification: { mailId: string; userId: string; subject: NotificationSubject; reason: string | null };
  /** Read the verdict at the provider, because the event announced a verdict without containing it. */
  'provider-lookup': { provider: string; lookup: string };
  /** Read provider sessions for which no webhook arrived. */
  reconciliation: Record<string, never>;
  /** Ask a provider to erase a session. The id is of a row in kyc_erasures. */
  erasure: { erasureId: string };
  retention: Record<string, never>;
}

export type QueueName = keyof JobPayloads;

/** The queues whose jobs are parked after their last retry. */
export type ParkedQueueName = Exclude<QueueName, 'reconciliation' | 'retention'>;

type QueueOptions = Omit<Queue, 'name'>;

/**
 * Retries for a day and a half, first after seconds and later after hours. The job of a killed worker returns to the
 * queue when its heartbeat stops. A living worker may take long: a mail can wait behind thirty others for one of five
 * connections to a slow mail server.
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

/** Parked jobs wait here until an operator moves them back. */
const PARKED: QueueOptions = { retentionSeconds: 90 * 24 * 3600 };

/** Parked erasures are kept for ten years, because the gateway still owes them to the user. */
const PARKED_FOR_YEARS: QueueOptions = { retentionSeconds: 3650 * 24 * 3600 };

/** Runs on one replica at a time. A failed run is not retried, because the next one follows soon. */
const RECURRING: QueueOptions = {
  policy: 'exclusive',
  notify: true,
  retryLimit: 0,
  heartbeatSeconds: 30,
  expireInSeconds: 120,
  deleteAfterSeconds: 24 * 3600,
};

/** The number of jobs per fetch. Mail is limited by the connections to the mail server, provider calls by rate limits. */
export const FETCH_SIZES: Readonly<Record<QueueName, number>> = {
  notification: 16,
  'provider-lookup': 4,
  reconciliation: 1,
  erasure: 4,
  retention: 1,
};

/** In the order of creation: a dead-letter queue must exist before the queue that names it. */
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

/** Recurring jobs as cron expressions in UTC. */
export const SCHEDULES: Readonly<Record<string, string>> = {
  reconciliation: '* * * * *',
  retention: '23 3 * * *',
};
