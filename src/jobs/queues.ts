import type { Queue } from 'pg-boss';

/** What the mail is about; each is a template in notification/templates. */
export type NotificationSubject = 'verified' | 'rejected' | 'resubmission_requested' | 'approval_withdrawn';

/** Jobs carry ids and words of ours, never personal data. */
export interface JobPayloads {
  /**
   * Tell the user. `mailId` is random and becomes the Message-ID, so that a mail that is replayed is recognised as the
   * same one. `reason` is one of the public rejection reasons.
   */
  notification: { mailId: string; userId: string; subject: NotificationSubject; reason: string | null };
  /** Read at the provider the verdict that an event announced without naming it. */
  'provider-lookup': { provider: string; lookup: string };
  /** Read silent sessions at their providers. */
  reconciliation: Record<string, never>;
  /** Have a provider erase a session: the row of kyc_erasures. */
  erasure: { erasureId: string };
  /** Delete what is older than the retention periods. */
  retention: Record<string, never>;
}

export type QueueName = keyof JobPayloads;

/** The queues whose jobs are parked when they cannot be done. */
export type ParkedQueueName = Exclude<QueueName, 'reconciliation' | 'retention'>;

type QueueOptions = Omit<Queue, 'name'>;

/**
 * A day and a half of trying, from seconds apart to hours. A killed worker's job comes back after its heartbeat stops. One
 * that is alive may take its time: a mail can wait behind thirty others for one of a slow server's five connections.
 */
const PATIENT: QueueOptions = {
  notify: true,
  retryLimit: 20,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 4 * 3600,
  heartbeatSeconds: 30,
  expireInSeconds: 600,
};

/**
 * Thirty days of trying, from minutes apart to two to four hours: a provider may grant so few erasures a day that a
 * backlog takes weeks.
 */
const VERY_PATIENT: QueueOptions = {
  ...PATIENT,
  retryLimit: 240,
  retryDelay: 60,
  retentionSeconds: 60 * 24 * 3600,
};

/** What cannot be done is parked here, to be looked at and replayed by an operator. */
const PARKED: QueueOptions = { retentionSeconds: 90 * 24 * 3600 };

/** An erasure that is owed is not forgotten, however long it takes until somebody looks. */
const PARKED_FOR_LONG: QueueOptions = { retentionSeconds: 3650 * 24 * 3600 };

/** One at a time over all replicas; a run that fails or is killed needs no second try, for the next one comes soon. */
const RECURRING: QueueOptions = {
  policy: 'exclusive',
  notify: true,
  retryLimit: 0,
  heartbeatSeconds: 30,
  expireInSeconds: 120,
  deleteAfterSeconds: 24 * 3600,
};

/** How many jobs are fetched at once. Mails queue up behind the connections to the mail server; a provider counts its calls. */
export const JOBS_A_FETCH: Readonly<Record<QueueName, number>> = {
  notification: 16,
  'provider-lookup': 4,
  reconciliation: 1,
  erasure: 4,
  retention: 1,
};

/** Each queue, after its dead-letter queue if it has one: the order in which they must be created. */
export const QUEUES: Readonly<Record<QueueName | `${ParkedQueueName}-dead`, QueueOptions>> = {
  'notification-dead': PARKED,
  notification: { ...PATIENT, deadLetter: 'notification-dead' },
  'provider-lookup-dead': PARKED,
  'provider-lookup': { ...PATIENT, deadLetter: 'provider-lookup-dead' },
  reconciliation: RECURRING,
  'erasure-dead': PARKED_FOR_LONG,
  erasure: { ...VERY_PATIENT, deadLetter: 'erasure-dead' },
  retention: { ...RECURRING, expireInSeconds: 3600 },
};

/** Jobs that come by themselves, in cron's words (UTC). */
export const SCHEDULES: Readonly<Record<string, string>> = {
  reconciliation: '* * * * *',
  retention: '23 3 * * *',
};
