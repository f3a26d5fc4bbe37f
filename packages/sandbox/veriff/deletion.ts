import type { WebhookMessage } from '../provider/emulator.ts';
import type { DeletionSettings } from './controls.ts';
import { createDeletionLimit } from './deletion-limit.ts';
import { problem } from './problem.ts';
import type { VeriffSession } from './session.ts';
import { moveSession } from './sessions.ts';

export interface Deletions {
  set(settings: DeletionSettings): void;
  /** The webhook that follows if the session had not ended. */
  delete(session: VeriffSession, now: Date): WebhookMessage | null;
}

/** "Requests the deletion of a session" (devdocs.veriff.com, DELETE /v1/sessions/{id}). */
export function createDeletions(): Deletions {
  let isOn = true;
  let isLimited = true;
  let limit = createDeletionLimit();

  return {
    set(settings) {
      isOn = settings.isOn ?? isOn;
      isLimited = settings.isLimited ?? isLimited;
      limit = createDeletionLimit();
    },
    delete(session, now) {
      // Veriff must enable deletion. Its error before that is not documented.
      if (!isOn) throw problem(403, '1804', 'Deleting is not enabled for this integration');
      // An older copy of the page lists `review` as deletable. The newest does not.
      if (session.status === 'submitted' || session.status === 'review') {
        throw problem(400, '1305', 'Session is not in a completed status.');
      }
      if (isLimited && !limit.grant(now)) throw problem(429, null, 'Too many requests');
      const message = endOf(session, now);
      session.deletedAt = now;
      session.decision = null;
      return message;
    },
  };
}

/** "A decision webhook with expired/abandoned status will be sent": abandoned if the user had begun. */
function endOf(session: VeriffSession, now: Date): WebhookMessage | null {
  if (session.status === 'created') return moveSession(session, { outcome: 'expire' }, now);
  const isUnderWay = session.status === 'started' || session.status === 'resubmission_requested';
  return isUnderWay ? moveSession(session, { outcome: 'abandon' }, now) : null;
}
