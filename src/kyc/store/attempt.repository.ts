import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UsersTable } from '../../database/users-table.ts';
import { orUnknownUser, UserNotWrittenError } from '../../users/user-errors.ts';
import { isContinuable } from '../domain/session-state.ts';
import type { HostedSession } from '../providers/kyc-provider.ts';
import type { StoredPhase } from './attempt.entity.ts';
import {
  type Attempt,
  ATTEMPT_COLUMNS,
  type AttemptRow,
  IS_NOT_OVER,
  type LeasedAttempt,
  type OpenedAttempt,
  toAttempt,
} from './attempt.ts';
import { MANUAL_PROVIDER } from './manual-provider.ts';
import { ReadSchedule } from './read-schedule.ts';
import { announcementsOf, STATUS_CHANNEL } from './status-channel.ts';
import { usedAttempts } from './used-attempts.ts';

/** Longer than any provider call, so that an expired lease means that its holder crashed or lost the database. */
const LEASE_MS = 60_000;
/** Longer than a provider takes to list a session that it has just created. */
const SEARCH_AFTER_MS = 5 * 60_000;

export type Selection = { kind: 'due'; now: Date } | { kind: 'user'; userId: string } | { kind: 'open' };

export interface SessionName {
  provider: string;
  sessionId: string;
}

/** An attempt whose session may exist at the provider, although the gateway never received its id. */
export interface LostAttempt {
  provider: string;
  sessionId: null;
  attemptId: string;
  redirectUrl: string;
  openedAt: Date;
}

/** An erasure must leave this at a provider: nothing, a session that has not ended, or one with a decision. */
export type KeptAtProvider = 'nothing' | 'unfinished' | 'decided';

/**
 * The table kyc_sessions. Each method takes the manager of the caller's transaction, or the data source's own manager.
 */
@Injectable()
export class AttemptRepository {
  constructor(
    private readonly schedule: ReadSchedule,
    private readonly users: UsersTable,
  ) {}

  async findByUser(manager: EntityManager, userId: string): Promise<Attempt[]> {
    return select(manager, 'user_id = $1 ORDER BY opened_at DESC, id', [userId]);
  }

  async findNotOver(manager: EntityManager, userId: string): Promise<Attempt[]> {
    return select(manager, `user_id = $1 AND ${IS_NOT_OVER}`, [userId]);
  }

  /** The attempts that have waited longest come first. */
  async findToReconcile(
    manager: EntityManager,
    provider: string,
    selection: Selection,
    limit: number,
  ): Promise<Attempt[]> {
    const [condition, ...values] = conditionOf(selection);
    const clause = `provider = $1 AND ${condition} ORDER BY next_read_at LIMIT $2`;
    const found = await orUnknownUser(select(manager, clause, [provider, limit, ...values]));
    // Without a provider session there is something to do only if one may exist. An erased session is not read again.
    return found.filter(({ phase, providerSessionId: id, unansweredAt }) =>
      id === null ? phase === 'opening' || unansweredAt !== null : !id.startsWith('erased:'),
    );
  }

  async findPhase(manager: EntityManager, attemptId: string): Promise<StoredPhase | null> {
    const [row]: { phase: StoredPhase }[] = await manager.query(
      `SELECT phase FROM kyc_sessions WHERE id = $1`,
      [attemptId],
    );
    return row?.phase ?? null;
  }

  /** The caller holds the user's lock. */
  async reserve(
    manager: EntityManager,
    userId: string,
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<LeasedAttempt> {
    const id = randomUUID();
    await manager.query(
      `INSERT INTO kyc_sessions (id, user_id, provider, phase, redirect_url, opened_at, changed_at, next_read_at)
       VALUES ($1, $2, $3, 'opening', $4, $5, $5, $6)`,
      [id, userId, provider, redirectUrl, now, leaseUntil(now)],
    );
    return { id, userId, provider, redirectUrl, openedAt: now, mayExistAtProvider: false };
  }

  /**
   * Acquires the lease of an attempt whose holder crashed. Returns null if the lease has not expired, if the attempt is
   * no longer opening, or if it has no redirect URL, because then the call to the provider cannot be repeated.
   */
  async acquireLease(manager: EntityManager, attemptId: string, now: Date): Promise<LeasedAttempt | null> {
    const [rows] = (await manager.query(
      `UPDATE kyc_sessions SET next_read_at = $3
       WHERE id = $1 AND phase = 'opening' AND redirect_url IS NOT NULL
         AND (next_read_at IS NULL OR next_read_at <= $2)
       RETURNING id, user_id::text, provider, redirect_url, opened_at`,
      [attemptId, now, leaseUntil(now)],
    )) as [(AttemptRow & { redirect_url: string })[]];
    const [row] = rows;
    if (row === undefined) return null;
    const { id, user_id: userId, provider, redirect_url: redirectUrl, opened_at: openedAt } = row;
    return { id, userId, provider, redirectUrl, openedAt, mayExistAtProvider: true };
  }

  /**
   * Ends the lease now, so that the next caller can recover the provider session, which may exist. Until then the attempt
   * counts towards the user's limit.
   */
  async expireLease(manager: EntityManager, attemptId: string, now: Date): Promise<void> {
    await manager.query(
      `UPDATE kyc_sessions SET next_read_at = $2, unanswered_at = coalesce(unanswered_at, $2)
       WHERE id = $1 AND phase = 'opening'`,
      [attemptId, now],
    );
  }

  /**
   * Ends an attempt whose session the user never gets. Without a session it does not count towards the user's limit.
   *
   * @param sessionId the session, if the provider has created it
   */
  async markFailed(
    manager: EntityManager,
    attemptId: string,
    now: Date,
    sessionId: string | null = null,
  ): Promise<void> {
    await manager.query(
      `UPDATE kyc_sessions SET phase = 'failed', ended_at = $2, changed_at = $2, next_read_at = NULL,
              unanswered_at = NULL, provider_session_id = $3
       WHERE id = $1 AND provider_session_id IS NULL
         AND (phase = 'opening' OR (unanswered_at IS NOT NULL AND $3::text IS NOT NULL))`,
      [attemptId, now, sessionId],
    );
  }

  /**
   * Ends an attempt whose session may exist without the gateway knowing its id. It counts towards the user's limit. At
   * `next_read_at` the session is searched, if the provider can search.
   */
  async markLost(manager: EntityManager, attemptId: string, now: Date): Promise<void> {
    await manager.query(
      `UPDATE kyc_sessions SET phase = 'failed', ended_at = $2, changed_at = $2, next_read_at = $3, reads = 0,
              unanswered_at = coalesce(unanswered_at, $2)
       WHERE id = $1 AND phase = 'opening'`,
      [attemptId, now, searchAfter(now)],
    );
  }

  /**
   * Records the search for the session of a lost attempt. The second search without a result is believed, and the attempt
   * no longer counts towards the user's limit.
   */
  async recordSearch(
    manager: EntityManager,
    attempt: Attempt,
    sessionId: string | null,
    now: Date,
  ): Promise<void> {
    const isDone = sessionId !== null || attempt.reads > 0;
    await manager.query(
      `UPDATE kyc_sessions SET provider_session_id = $2, reads = reads + 1, next_read_at = $3,
              unanswered_at = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE unanswered_at END
       WHERE id = $1 AND phase = 'failed' AND provider_session_id IS NULL`,
      [attempt.id, sessionId, isDone ? null : searchAfter(now)],
    );
  }

  /** Schedules the next search for the session of a lost attempt, or none. The attempt still counts. */
  async scheduleSearch(manager: EntityManager, attemptId: string, at: Date | null): Promise<void> {
    await manager.query(
      `UPDATE kyc_sessions SET next_read_at = $2
       WHERE id = $1 AND phase = 'failed' AND unanswered_at IS NOT NULL`,
      [attemptId, at],
    );
  }

  /**
   * Records that the provider opened the session, makes the attempt the user's current one and announces the change.
   * From now on this attempt alone decides the user's status, so no other attempt can be resumed. Returns false if the
   * attempt is no longer opening.
   *
   * @throws UserNotWrittenError if PostgreSQL does not update the user
   */
  async markOpened(
    manager: EntityManager,
    attempt: LeasedAttempt,
    hosted: HostedSession,
    now: Date,
  ): Promise<boolean> {
    const [written] = (await manager.query(
      `WITH opened AS (
         UPDATE kyc_sessions SET phase = 'open', provider_session_id = $2, resume_token = $3, expires_at = $4,
                                 changed_at = $5, next_read_at = $6, unanswered_at = NULL
         WHERE id = $1 AND phase = 'opening'
         RETURNING user_id, provider, provider_session_id
       ), status AS (
         UPDATE ${this.users.sql} u SET kyc_status = 'pending', kyc_provider = o.provider,
                            kyc_session_id = o.provider_session_id, kyc_rejection_reason = NULL
         FROM opened o WHERE u.${this.users.id} = o.user_id
         RETURNING 1
       ), replaced AS (
         UPDATE kyc_sessions s SET resume_token = NULL
         FROM opened o WHERE s.user_id = o.user_id AND s.id <> $1 AND s.resume_token IS NOT NULL
       ), announced AS (
         SELECT pg_notify($7, payload) FROM opened, unnest($8::text[]) AS payload
       )
       SELECT (SELECT count(*)::int FROM opened) AS attempts, (SELECT count(*)::int FROM status) AS users,
              (SELECT count(*) FROM announced) AS announced`,
      [
        attempt.id,
        hosted.sessionId,
        hosted.resumeToken,
        hosted.expiresAt,
        now,
        this.schedule.nextReadAt(now, 0, hosted.expiresAt),
        STATUS_CHANNEL,
        announcementsOf([attempt.userId]),
      ],
    )) as [{ attempts: number; users: number }];
    if (written.users !== written.attempts) throw new UserNotWrittenError(written.users, written.attempts);
    return written.attempts > 0;
  }

  /** Until it expires, a session that is over can be reopened by its provider. Returns how many tokens were deleted. */
  async deleteExpiredResumeTokens(manager: EntityManager, now: Date, limit: number): Promise<number> {
    const [, deleted] = (await manager.query(
      `UPDATE kyc_sessions SET resume_token = NULL WHERE id IN (
         SELECT id FROM kyc_sessions
         WHERE resume_token IS NOT NULL AND expires_at <= $1 AND NOT (${IS_NOT_OVER}) LIMIT $2)`,
      [now, limit],
    )) as [unknown, number];
    return deleted;
  }

  async storeResumeData(manager: EntityManager, attemptId: string, hosted: HostedSession): Promise<void> {
    if (hosted.resumeToken === null && hosted.expiresAt === null) return;
    await manager.query(
      `UPDATE kyc_sessions SET resume_token = coalesce($2, resume_token), expires_at = coalesce($3, expires_at)
       WHERE id = $1 AND ${IS_NOT_OVER}`,
      [attemptId, hosted.resumeToken, hosted.expiresAt],
    );
  }

  /**
   * Returns the time at which the provider first reported that it does not know the session. A report from before the
   * attempt's last change does not count, because that change proves that the session existed.
   */
  async recordNotFound(manager: EntityManager, attemptId: string, now: Date): Promise<Date> {
    const [rows] = (await manager.query(
      `UPDATE kyc_sessions SET not_found_at = CASE WHEN not_found_at >= changed_at THEN not_found_at ELSE $2 END
       WHERE id = $1 RETURNING not_found_at AS "since"`,
      [attemptId, now],
    )) as [{ since: Date }[]];
    return rows[0]?.since ?? now;
  }

  async recordFound(manager: EntityManager, { id, notFoundAt }: OpenedAttempt): Promise<void> {
    if (notFoundAt === null) return;
    await manager.query(`UPDATE kyc_sessions SET not_found_at = NULL WHERE id = $1`, [id]);
  }

  /**
   * Changes nothing if the attempt has changed in the meantime, because that change has set the time of the next read.
   */
  async postponeRead(manager: EntityManager, attempt: OpenedAttempt, now: Date): Promise<void> {
    const reads = attempt.reads + 1;
    const expiresAt = isContinuable(attempt.phase) ? attempt.expiresAt : null;
    await manager.query(
      `UPDATE kyc_sessions SET reads = $3, next_read_at = $4
       WHERE id = $1 AND ${IS_NOT_OVER} AND changed_at = $2`,
      [attempt.id, attempt.changedAt, reads, this.schedule.nextReadAt(now, reads, expiresAt)],
    );
  }

  /** A manual attempt has no session at a provider. */
  async findSessionsToErase(manager: EntityManager, userId: string): Promise<SessionName[]> {
    return manager.query(
      `SELECT provider, provider_session_id AS "sessionId" FROM kyc_sessions
       WHERE user_id = $1 AND provider_session_id NOT LIKE 'erased:%' AND provider <> '${MANUAL_PROVIDER}'`,
      [userId],
    );
  }

  /** An erasure can find their sessions only with the data of the call that created them. */
  async findLost(manager: EntityManager, userId: string): Promise<LostAttempt[]> {
    return manager.query(
      `SELECT provider, NULL AS "sessionId", id AS "attemptId", redirect_url AS "redirectUrl", opened_at AS "openedAt"
       FROM kyc_sessions
       WHERE user_id = $1 AND (phase = 'opening' OR unanswered_at IS NOT NULL)
         AND provider_session_id IS NULL AND redirect_url IS NOT NULL`,
      [userId],
    );
  }

  /** Whether the user has an attempt at the provider that started after their data was erased. */
  async findKeptAt(manager: EntityManager, userId: string, provider: string): Promise<KeptAtProvider> {
    const [row] = (await manager.query(
      `SELECT coalesce(bool_or(phase NOT IN ('approved', 'declined')), false) AS "isUnfinished", count(*) > 0 AS "isKept"
       FROM kyc_sessions
       WHERE user_id = $1 AND provider = $2 AND phase NOT IN ('expired', 'abandoned', 'failed')
         AND provider_session_id IS DISTINCT FROM 'erased:' || id`,
      [userId, provider],
    )) as [{ isUnfinished: boolean; isKept: boolean }];
    if (row.isUnfinished) return 'unfinished';
    return row.isKept ? 'decided' : 'nothing';
  }

  /** How many attempts count towards the user's limit. */
  async countUsed(manager: EntityManager, userId: string): Promise<number> {
    const [row] = (await manager.query(`SELECT ${usedAttempts('$1')} AS used`, [userId])) as [
      { used: number },
    ];
    return row.used;
  }

  /**
   * Whether an erasure would change any attempt of the user. If the erasure keeps the decision, an ended attempt counts
   * only while it holds a redirect URL or a resume token, or is a manual attempt whose events hold notes.
   */
  async hasAttemptDataToErase(
    manager: EntityManager,
    userId: string,
    keepsDecision: boolean,
  ): Promise<boolean> {
    const [row] = (await manager.query(
      `SELECT EXISTS (
         SELECT FROM kyc_sessions WHERE user_id = $1
         AND (NOT $2::boolean OR ${IS_NOT_OVER} OR redirect_url IS NOT NULL OR resume_token IS NOT NULL
              OR (provider = '${MANUAL_PROVIDER}' AND provider_session_id NOT LIKE 'erased:%'))) AS "isFound"`,
      [userId, keepsDecision],
    )) as [{ isFound: boolean }];
    return row.isFound;
  }
}

async function select(manager: EntityManager, condition: string, values: unknown[]): Promise<Attempt[]> {
  const rows: AttemptRow[] = await manager.query(
    `SELECT ${ATTEMPT_COLUMNS} FROM kyc_sessions WHERE ${condition}`,
    values,
  );
  return rows.map(toAttempt);
}

/** Returns an SQL condition and, if the condition has a parameter, the value of `$3`. */
function conditionOf(selection: Selection): [string, ...unknown[]] {
  switch (selection.kind) {
    case 'due':
      return [`(${IS_NOT_OVER} OR unanswered_at IS NOT NULL) AND next_read_at <= $3`, selection.now];
    case 'user':
      return ['user_id = $3', selection.userId];
    case 'open':
      return [`${IS_NOT_OVER} AND next_read_at IS NOT NULL`];
  }
}

function searchAfter(now: Date): Date {
  return new Date(now.getTime() + SEARCH_AFTER_MS);
}

function leaseUntil(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}
