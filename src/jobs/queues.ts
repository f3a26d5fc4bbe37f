import type { Queue } from 'pg-boss';

/** What the mail is about; each is a template in notification/templates. */
export type NotificationSubject = 'verified' | 'rejected' | 'resubmission_requested' | 'approval_withdrawn';

/** Jobs carry ids and words of ours, never personal data. */
export interface JobPayloads {
  /** Tell the user. `reason` is one of the public rejection reasons. */
  notification: { userId: string; subject: NotificationSubject; reason: string | null };
  /** Read at the provider the verdict that an event announced without naming it. */
  'provider-lookup': { provider: string; lookup: string };
}

export type QueueName = keyof JobPayloads;

type QueueOptions = Omit<Queue, 'name'>;

/** A day and a half of trying, from seconds apart to hours; a killed worker's job comes back after its heartbeat stops. */
const PATIENT: QueueOptions = {
  notify: true,
  retryLimit: 20,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 4 * 3600,
  heartbeatSeconds: 30,
  expireInSeconds: 120,
};

/** What cannot be done is parked here, to be looked at and replayed by an operator. */
const PARKED: QueueOptions = { retentionSeconds: 90 * 24 * 3600 };

/** Each queue with its dead-letter queue, in the order in which they must be created. */
export const QUEUES: Readonly<Record<QueueName | `${QueueName}-dead`, QueueOptions>> = {
  'notification-dead': PARKED,
  notification: { ...PATIENT, deadLetter: 'notification-dead' },
  'provider-lookup-dead': PARKED,
  'provider-lookup': { ...PATIENT, deadLetter: 'provider-lookup-dead' },
};
