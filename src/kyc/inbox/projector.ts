import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobQueue } from '../../jobs/job-queue.js';
import type { JobPayloads } from '../../jobs/queues.js';
import { foldSession, isOver, type Phase, type SessionState } from '../domain/session-state.js';
import { noticeOf, statusOf } from '../domain/standing.js';
import { ReadSchedule } from '../sessions/read-schedule.js';
import { announce } from '../stream/status-channel.js';
import { Ledger } from './ledger.js';

interface CurrentSession {
  id: string;
  userId: string;
  phase: Phase;
  reason: SessionState['reason'];
  phaseSince: Date | null;
  expiresAt: Date | null;
}

interface Move {
  session: CurrentSession;
  after: SessionState;
}

/** Brings sessions, users and mail to where the ledger says they are. */
@Injectable()
export class Projector {
  constructor(
    private readonly ledger: Ledger,
    private readonly jobs: JobQueue,
    private readonly schedule: ReadSchedule,
  ) {}

  /**
   * Folds the ledgers of those of the sessions that are their user's current one, and writes what has moved: the
   * session, the user's status and the notification job stand or fall together. The other sessions move nothing.
   */
  async project(manager: EntityManager, sessionRowIds: readonly string[], now: Date): Promise<void> {
    if (sessionRowIds.length === 0) return;
    const sessions = await this.lockCurrent(manager, sessionRowIds);
    const entries = await this.ledger.entriesOf(
      manager,
      sessions.map((session) => session.id),
    );
    const moves = sessions
      .map((session) => ({ session, after: foldSession(entries.get(session.id) ?? []) }))
      .filter(hasMoved);
    if (moves.length === 0) return;
    await this.write(manager, moves, now);
    await this.jobs.add(manager, 'notification', moves.flatMap(notificationOf));
    await announce(
      manager,
      moves.map(({ session }) => session.userId),
    );
  }

  /** Locks the users in id order, then reads which of the sessions are current under that lock. */
  private async lockCurrent(
    manager: EntityManager,
    sessionRowIds: readonly string[],
  ): Promise<CurrentSession[]> {
    await manager.query(
      `SELECT 1 FROM users WHERE id IN (SELECT user_id FROM kyc_sessions WHERE id = ANY($1::uuid[]))
       ORDER BY id FOR NO KEY UPDATE`,
      [sessionRowIds],
    );
    return manager.query(
      `SELECT s.id, s.user_id::text AS "userId", s.phase, s.reason, s.phase_since AS "phaseSince",
              s.expires_at AS "expiresAt"
       FROM kyc_sessions s
       JOIN users u ON u.id = s.user_id AND u.kyc_provider = s.provider AND u.kyc_session_id = s.provider_session_id
       WHERE s.id = ANY($1::uuid[])`,
      [sessionRowIds],
    );
  }

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
       )
       UPDATE users u SET kyc_status = s.status, kyc_rejection_reason = s.reason
       FROM sessions s WHERE u.id = s.user_id`,
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
      ],
    );
  }
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
