import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { pipeline } from '../../database/transaction.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import type { JobPayloads } from '../../jobs/queues.ts';
import {
  foldSession,
  isOver,
  type LedgerEntry,
  type Phase,
  type SessionState,
} from '../domain/session-state.ts';
import { noticeOf, statusOf } from '../domain/standing.ts';
import { ReadSchedule } from '../store/read-schedule.ts';
import { announcementOf, STATUS_CHANNEL } from '../store/status-channel.ts';

interface CurrentSession {
  id: string;
  userId: string;
  phase: Phase;
  reason: SessionState['reason'];
  phaseSince: Date | null;
  expiresAt: Date | null;
  entries: LedgerEntry[];
}

/** A session, once for each of its events; without an event, once. */
type CurrentSessionRow = Omit<CurrentSession, 'entries'> & {
  eventKey: string | null;
  outcome: LedgerEntry['outcome'];
  eventReason: LedgerEntry['reason'];
  occurredAt: LedgerEntry['occurredAt'];
};

interface Move {
  session: CurrentSession;
  after: SessionState;
}

/** Brings sessions, users and mail to where the ledger says they are. */
@Injectable()
export class Projector {
  constructor(
    private readonly jobs: JobQueue,
    private readonly schedule: ReadSchedule,
  ) {}

  /**
   * Folds the ledgers of those of the sessions that are their user's current one, and writes what has moved: the
   * session, the user's status and the notification job stand or fall together. The other sessions move nothing.
   */
  async project(manager: EntityManager, sessionRowIds: readonly string[], now: Date): Promise<void> {
    if (sessionRowIds.length === 0) return;
    const [, sessions] = await pipeline(
      this.lockUsersOf(manager, sessionRowIds),
      this.readCurrent(manager, sessionRowIds),
    );
    const moves = sessions
      .map((session) => ({ session, after: foldSession(session.entries) }))
      .filter(hasMoved);
    if (moves.length === 0) return;
    await pipeline(
      this.write(manager, moves, now),
      this.jobs.add(manager, 'notification', moves.flatMap(notificationOf)),
    );
  }

  /** In id order, so that two batches that overlap wait for each other instead of deadlocking. */
  private async lockUsersOf(manager: EntityManager, sessionRowIds: readonly string[]): Promise<void> {
    await manager.query(
      `SELECT 1 FROM users WHERE id IN (SELECT user_id FROM kyc_sessions WHERE id = ANY($1::uuid[]))
       ORDER BY id FOR NO KEY UPDATE`,
      [sessionRowIds],
    );
  }

  /**
   * Those of the sessions that are their user's current one, with every event that may move them: not one whose
   * reference is somebody else's. Read under the users' locks, by a statement that begins when they are held.
   */
  private async readCurrent(
    manager: EntityManager,
    sessionRowIds: readonly string[],
  ): Promise<CurrentSession[]> {
    const rows: CurrentSessionRow[] = await manager.query(
      `SELECT s.id, s.user_id::text AS "userId", s.phase, s.reason, s.phase_since AS "phaseSince",
              s.expires_at AS "expiresAt",
              e.event_key AS "eventKey", e.outcome, e.reason AS "eventReason", e.occurred_at AS "occurredAt"
       FROM kyc_sessions s
       JOIN users u ON u.id = s.user_id AND u.kyc_provider = s.provider AND u.kyc_session_id = s.provider_session_id
       LEFT JOIN LATERAL (
         SELECT event_key, outcome, reason, occurred_at FROM kyc_events
         WHERE provider = s.provider AND provider_session_id = s.provider_session_id
           AND NOT is_refused AND (reference IS NULL OR reference = s.user_id::text)
         OFFSET 0 -- From the session to its events, never the other way, however few the planner thinks there are.
       ) e ON true
       WHERE s.id = ANY($1::uuid[])`,
      [sessionRowIds],
    );
    return [...Map.groupBy(rows, (row) => row.id).values()].map(sessionOf);
  }

  /** Sessions, users, and the announcement of it: what PostgreSQL does with one statement costs one round trip. */
  private async write(manager: EntityManager, moves: readonly Move[], now: Date): Promise<void> {
    const column = <T>(read: (move: Move) => T): T[] => moves.map(read);
    await manager.query(
      `WITH moved AS (
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[], $6::boolean[], $7::text[], $9::timestamptz[])
           AS m (id, phase, reason, since, is_over, is_judged, status, next_read_at)
       ), sessions AS (
         UPDATE kyc_sessions s SET
           phase = m.phase, reason = m.reason, phase_since = m.since, changed_at = $8,
           decided_at = CASE WHEN m.is_judged THEN coalesce(m.since, $8) END,
           ended_at = CASE WHEN m.is_over THEN coalesce(s.ended_at, $8) ELSE s.ended_at END,
           resume_token = CASE WHEN m.is_over THEN NULL ELSE s.resume_token END,
           next_read_at = m.next_read_at, reads = 0
         FROM moved m WHERE s.id = m.id
         RETURNING s.user_id, m.status, m.reason
       ), standings AS (
         UPDATE users u SET kyc_status = s.status, kyc_rejection_reason = s.reason
         FROM sessions s WHERE u.id = s.user_id
       )
       SELECT pg_notify($10, $11)`,
      [
        column((move) => move.session.id),
        column((move) => move.after.phase),
        column((move) => move.after.reason),
        column((move) => move.after.since),
        column((move) => isOver(move.after.phase)),
        column((move) => move.after.phase === 'approved' || move.after.phase === 'declined'),
        column((move) => statusOf(move.after.phase)),
        now,
        column(({ session, after }) =>
          isOver(after.phase) ? null : this.schedule.next(now, 0, session.expiresAt),
        ),
        STATUS_CHANNEL,
        announcementOf(column((move) => move.session.userId)),
      ],
    );
  }
}

function sessionOf(rows: readonly CurrentSessionRow[]): CurrentSession {
  const [{ id, userId, phase, reason, phaseSince, expiresAt }] = rows as [CurrentSessionRow];
  const entries = rows.flatMap(({ eventKey, outcome, eventReason, occurredAt }) =>
    eventKey === null ? [] : [{ eventKey, outcome, reason: eventReason, occurredAt }],
  );
  return { id, userId, phase, reason, phaseSince, expiresAt, entries };
}

function hasMoved({ session, after }: Move): boolean {
  return (
    session.phase !== after.phase ||
    session.reason !== after.reason ||
    session.phaseSince?.getTime() !== after.since?.getTime()
  );
}

function notificationOf({ session, after }: Move): JobPayloads['notification'][] {
  const before: SessionState = { phase: session.phase, reason: session.reason, since: session.phaseSince };
  const subject = noticeOf(before, after);
  if (subject === null) return [];
  return [{ mailId: randomUUID(), userId: session.userId, subject, reason: after.reason }];
}
