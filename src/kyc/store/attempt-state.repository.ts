import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { inIndexOrder } from '../../database/index-plans.ts';
import { UsersTable } from '../../database/users-table.ts';
import type { KycStatus } from '../../users/kyc-status.ts';
import { UserNotWrittenError } from '../../users/user-errors.ts';
import {
  isOver,
  PHASES_OVER,
  type LedgerEntry,
  type Phase,
  type SessionState,
} from '../domain/session-state.ts';
import { publicReason } from '../domain/rejection-reason.ts';
import { statusOf } from '../domain/user-status.ts';
import type { SessionOfAttempt } from './attempt.ts';
import { sessionHash } from './ledger.repository.ts';
import { ReadSchedule } from './read-schedule.ts';
import { announcementsOf, STATUS_CHANNEL } from './status-channel.ts';

export interface AttemptHistory {
  id: string;
  userId: string;
  phase: Phase;
  reason: SessionState['reason'];
  phaseSince: Date | null;
  expiresAt: Date | null;
  /** As `users` contains it, which can differ from the attempt after a fault. */
  status: KycStatus;
  endedAt: Date | null;
  entries: LedgerEntry[];
}

/** An attempt without events has one row, whose event columns are null. */
type HistoryRow = Omit<AttemptHistory, 'entries' | 'status'> & {
  /** Null if row-level security hides the row of users. */
  status: KycStatus | null;
  eventKey: string | null;
  outcome: LedgerEntry['outcome'];
  eventReason: LedgerEntry['reason'];
  occurredAt: LedgerEntry['occurredAt'];
  receivedAt: LedgerEntry['receivedAt'];
  source: LedgerEntry['source'];
};

export interface StateChange {
  attempt: AttemptHistory;
  after: SessionState;
}

/**
 * The events have a lateral query with OFFSET 0, so that the planner does not start with them. The range of one value and
 * the order keep it from reading all events of the provider by kyc_events_provider_key.
 */
const findCurrentWithEvents = ({ sql, id }: UsersTable) => `
  SELECT s.id, s.user_id::text AS "userId", s.phase, s.reason, s.phase_since AS "phaseSince",
         s.expires_at AS "expiresAt", s.ended_at AS "endedAt", u.kyc_status AS status,
         e.event_key AS "eventKey", e.outcome, e.reason AS "eventReason", e.occurred_at AS "occurredAt",
         e.received_at AS "receivedAt", e.source
  FROM kyc_sessions s
  LEFT JOIN ${sql} u ON u.${id} = s.user_id
  LEFT JOIN LATERAL (
    SELECT event_key, outcome, reason, occurred_at, received_at, source FROM kyc_events
    WHERE provider = s.provider AND provider_session_id BETWEEN s.provider_session_id AND s.provider_session_id
      AND NOT is_refused AND (reference IS NULL OR reference = s.user_id::text)
    ORDER BY provider_session_id OFFSET 0
  ) e ON true
  WHERE s.id = ANY($1::uuid[])
    AND (u.${id} IS NULL OR (u.kyc_provider = s.provider AND u.kyc_session_id = s.provider_session_id))`;

@Injectable()
export class AttemptStateRepository {
  constructor(
    private readonly schedule: ReadSchedule,
    private readonly users: UsersTable,
  ) {}

  /**
   * Also locks the users whose anonymous attempt remains after the erasure of a session. Locks in the order of their ids, so
   * that two overlapping batches wait instead of deadlocking.
   */
  async lockUsersOfSessions(
    manager: EntityManager,
    sessions: readonly { provider: string; sessionId: string | null }[],
  ): Promise<void> {
    const { sql, id } = this.users;
    await manager.query(
      `SELECT 1 FROM ${sql} WHERE ${id} IN (
         SELECT s.user_id FROM unnest($1::text[], $2::text[]) AS e (provider, session_id)
         JOIN kyc_sessions s ON s.provider = e.provider AND s.provider_session_id = e.session_id
         UNION ALL
         SELECT s.user_id FROM kyc_erasures x JOIN kyc_sessions s ON s.id = x.kept_attempt_id
         WHERE x.session_hash = ANY($3::text[]))
       ORDER BY ${id} FOR NO KEY UPDATE`,
      [
        sessions.map((session) => session.provider),
        sessions.map((session) => session.sessionId),
        sessions.flatMap(({ provider, sessionId }) =>
          sessionId === null ? [] : [sessionHash({ provider, sessionId })],
        ),
      ],
    );
  }

  /**
   * Returns each attempt that is the current attempt of its user, with the events that may change it. Leaves out events
   * that name another user. The caller holds the locks of the users.
   *
   * @throws UserNotWrittenError if PostgreSQL hides the user of an attempt
   */
  async findCurrentWithEvents(
    manager: EntityManager,
    attemptIds: readonly string[],
  ): Promise<AttemptHistory[]> {
    const find = () =>
      manager.query(findCurrentWithEvents(this.users), [attemptIds]) as Promise<HistoryRow[]>;
    const rows = await inIndexOrder(manager, find);
    return [...Map.groupBy(rows, (row) => row.id).values()].map(toHistory);
  }

  /** The attempts whose data is erased although the provider has reopened their session. */
  async findErasedAndReopened(
    manager: EntityManager,
    attemptIds: readonly string[],
  ): Promise<SessionOfAttempt[]> {
    return manager.query(
      `SELECT id, provider, provider_session_id AS "providerSessionId", phase FROM kyc_sessions
       WHERE id = ANY($1::uuid[]) AND provider_session_id LIKE 'erased:%' AND phase <> ALL($2::text[])`,
      [attemptIds, PHASES_OVER],
    );
  }

  /**
   * Writes attempts, users and the announcement in a single statement, because each statement costs a round trip.
   *
   * @throws UserNotWrittenError if PostgreSQL does not update the user of each attempt
   */
  async writeAndAnnounce(manager: EntityManager, changes: readonly StateChange[], now: Date): Promise<void> {
    const reopened = changes.filter(({ attempt, after }) => attempt.endedAt !== null && !isOver(after.phase));
    if (reopened.length > 0) await this.endOthers(manager, reopened, now);
    const column = <T>(read: (change: StateChange) => T): T[] => changes.map(read);
    const [written] = (await manager.query(
      `WITH changed AS (
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[], $6::boolean[], $7::text[], $9::timestamptz[], $12::text[])
           AS c (id, phase, reason, since, is_over, is_decided, status, next_read_at, public_reason)
       ), attempts AS (
         UPDATE kyc_sessions s SET
           phase = c.phase, reason = c.reason, phase_since = c.since, changed_at = $8,
           decided_at = CASE WHEN c.is_decided THEN coalesce(c.since, $8) END,
           ended_at = CASE WHEN c.is_over THEN coalesce(s.ended_at, $8) END,
           next_read_at = c.next_read_at, reads = 0
         FROM changed c WHERE s.id = c.id
         RETURNING s.user_id, c.status, c.public_reason
       ), statuses AS (
         UPDATE ${this.users.sql} u SET kyc_status = a.status, kyc_rejection_reason = a.public_reason
         FROM attempts a WHERE u.${this.users.id} = a.user_id
         RETURNING 1
       ), announced AS (
         SELECT pg_notify($10, payload) FROM unnest($11::text[]) AS payload
       )
       SELECT (SELECT count(*)::int FROM statuses) AS users, (SELECT count(*) FROM announced) AS announced`,
      [
        column(({ attempt }) => attempt.id),
        column(({ after }) => after.phase),
        column(({ after }) => after.reason),
        column(({ after }) => after.since),
        column(({ after }) => isOver(after.phase)),
        column(({ after }) => after.phase === 'approved' || after.phase === 'declined'),
        column(({ after }) => statusOf(after.phase)),
        now,
        column(({ attempt, after }) =>
          isOver(after.phase) ? null : this.schedule.nextReadAt(now, 0, attempt.expiresAt),
        ),
        STATUS_CHANNEL,
        announcementsOf(column(({ attempt }) => attempt.userId)),
        column(({ after }) => publicReason(after.reason)),
      ],
    )) as [{ users: number }];
    if (written.users !== changes.length) throw new UserNotWrittenError(written.users, changes.length);
  }

  /**
   * A user has one attempt without an end. A start that is under way while the provider reopens the current attempt
   * must not replace it, so that start fails and the next one resumes the current attempt.
   */
  private async endOthers(
    manager: EntityManager,
    reopened: readonly StateChange[],
    now: Date,
  ): Promise<void> {
    await manager.query(
      `UPDATE kyc_sessions o SET
         phase = CASE WHEN o.provider_session_id IS NULL THEN 'failed' ELSE 'abandoned' END,
         ended_at = $2, changed_at = $2,
         -- The call of the start that is under way may create a session.
         unanswered_at = CASE WHEN o.provider_session_id IS NULL THEN coalesce(o.unanswered_at, $2) END,
         next_read_at = CASE WHEN o.provider_session_id IS NULL THEN $2::timestamptz + interval '5 minutes' END
       FROM kyc_sessions s
       WHERE s.id = ANY($1::uuid[]) AND o.user_id = s.user_id AND o.id <> s.id AND o.ended_at IS NULL`,
      [reopened.map(({ attempt }) => attempt.id), now],
    );
  }
}

function toHistory(rows: readonly HistoryRow[]): AttemptHistory {
  const [{ id, userId, phase, reason, phaseSince, expiresAt, endedAt, status }] = rows as [HistoryRow];
  if (status === null) throw new UserNotWrittenError(0, 1);
  const entries = rows.flatMap(({ eventKey, eventReason: reason, ...event }) => {
    if (eventKey === null) return [];
    const { outcome, occurredAt, receivedAt, source } = event;
    return [{ eventKey, outcome, reason, occurredAt, receivedAt, source }];
  });
  return { id, userId, phase, reason, phaseSince, expiresAt, endedAt, status, entries };
}
